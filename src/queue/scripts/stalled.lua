-- how often a job may stall -> how many had: active ones whose lock is gone, which is set in the same step that makes a
-- job active. They are taken next; one that stalled too often is failed by whoever takes it.
local count = 0
for _, id in ipairs(call("LRANGE", key("active"), 0, -1)) do
  local job = key(id)
  if call("EXISTS", job .. ":lock") == 0 then
    call("LREM", key("active"), 1, id)
    call("SREM", key("stalled"), id)
    if call("EXISTS", job) == 1 then
      if call("HINCRBY", job, "stc", 1) > tonumber(ARGV[1]) then
        call("HSET", job, "defa", "job stalled more than allowable limit")
      end
      call("RPUSH", key("wait"), id)
      wake()
      emit("waiting", "jobId", id, "prev", "active")
      emit("stalled", "jobId", id)
      count = count + 1
    end
  end
end
return count
