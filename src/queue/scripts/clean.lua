-- now, state, the latest time that is old enough, limit -> ids
promote_due(tonumber(ARGV[1]))
local state, latest, limit = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local is_list = state == "waiting"
local place = key(is_list and "wait" or state)
local candidates
if is_list then
  local newest_first = call("LRANGE", place, 0, -1)
  candidates = {}
  for i = #newest_first, 1, -1 do
    candidates[#candidates + 1] = newest_first[i]
  end
else
  candidates = call("ZRANGE", place, 0, -1)
end
local gone = {}
for _, id in ipairs(candidates) do
  if #gone >= limit then
    break
  end
  local times = call("HMGET", key(id), "finishedOn", "processedOn", "timestamp")
  local touched = whole(times[1] or times[2] or times[3], 0)
  if touched <= latest then
    if is_list then
      call("LREM", place, -1, id)
    else
      call("ZREM", place, id)
    end
    delete_job(id)
    gone[#gone + 1] = id
  end
end
emit_capped("cleaned", "count", #gone)
return gone
