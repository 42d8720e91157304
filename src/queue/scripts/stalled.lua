-- now, how often a job may stall -> how many had: active ones whose lock is gone, or whose lease ended by our clock. They
-- are taken next; one that stalled too often is failed by whoever takes it.
local now, count = tonumber(ARGV[1]), 0
for _, id in ipairs(call("LRANGE", key("active"), 0, -1)) do
  local job = key(id)
  local lease_until = tonumber(call("HGET", job, "leaseUntil") or nil)
  if call("EXISTS", job .. ":lock") == 0 or (lease_until and lease_until <= now) then
    call("LREM", key("active"), 1, id)
    call("DEL", job .. ":lock")
    call("SREM", key("stalled"), id)
    if call("EXISTS", job) == 1 then
      if call("HINCRBY", job, "stc", 1) > tonumber(ARGV[2]) then
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
