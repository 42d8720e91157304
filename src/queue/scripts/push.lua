-- id, now, name, data, opts, delay, priority, most that may be unfinished -> 0, TAKEN or FULL
local id, now, delay, priority = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[6]), tonumber(ARGV[7])
local job = key(id)
local finished
if call("EXISTS", job) == 1 then
  for _, state in ipairs(FINISHED) do
    if call("ZSCORE", key(state), id) then
      finished = state
    end
  end
  if not finished then
    return TAKEN
  end
end
if unfinished() >= tonumber(ARGV[8]) then
  return FULL
end
if finished then
  call("ZREM", key(finished), id)
  delete_job(id)
end
if not setting("events_max") then -- as a client finds it
  call("HSET", key("meta"), "opts.maxLenEvents", EVENTS_MAX)
end
call("HSET", job, "name", ARGV[3], "data", ARGV[4], "opts", ARGV[5], "timestamp", ARGV[2], "delay", ARGV[6],
  "priority", ARGV[7])
emit("added", "jobId", id, "name", ARGV[3])
if delay > 0 then
  make_delayed(id, now + delay)
  emit_capped("delayed", "jobId", id, "delay", text(now + delay))
  wake_when_due()
else
  make_ready(id, priority)
  wake()
  emit_capped("waiting", "jobId", id)
end
return 0
