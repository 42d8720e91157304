-- id, most that may be unfinished -> 0 or a code
local id = ARGV[1]
if call("EXISTS", key(id)) == 0 then
  return MISSING
end
for _, state in ipairs(FINISHED) do
  if call("ZSCORE", key(state), id) then
    if unfinished() >= tonumber(ARGV[2]) then
      return FULL
    end
    call("ZREM", key(state), id)
    call("HDEL", key(id), "finishedOn", "processedOn", "returnvalue", "failedReason", "atm", "ats", "stc", "defa")
    make_ready(id, priority_of(id))
    wake()
    emit_capped("waiting", "jobId", id, "prev", state)
    return 0
  end
end
return NOT_THERE
