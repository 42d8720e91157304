-- now, id -> 0 or a code
promote_due(tonumber(ARGV[1]))
local id = ARGV[2]
if call("EXISTS", key(id)) == 0 then
  return MISSING
end
if call("EXISTS", key(id) .. ":lock") == 1 then
  return NOT_THERE
end
local previous
for _, state in ipairs({ "completed", "failed", "delayed", "prioritized" }) do
  if call("ZREM", key(state), id) == 1 then
    previous = state
  end
end
for _, list in ipairs({ "wait", "paused", "active" }) do
  if not previous and call("LREM", key(list), 0, id) > 0 then
    previous = list
  end
end
delete_job(id)
emit_capped("removed", "jobId", id, "prev", previous or "unknown")
return 0
