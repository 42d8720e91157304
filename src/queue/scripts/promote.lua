-- now, id -> 0 or a code
promote_due(tonumber(ARGV[1]))
local id = ARGV[2]
if call("EXISTS", key(id)) == 0 then
  return MISSING
end
if call("ZREM", key("delayed"), id) == 0 then
  return NOT_THERE
end
make_ready(id, priority_of(id))
call("HSET", key(id), "delay", 0)
wake()
emit_capped("waiting", "jobId", id, "prev", "delayed")
return 0
