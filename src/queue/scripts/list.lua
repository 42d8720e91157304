-- now, state, offset, count, whether the newest come first -> for each: id, its fields, and the score of a delayed one
promote_due(tonumber(ARGV[1]))
local state, first, count, newest = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5] == "1"
local ids
if count == 0 then
  return {}
elseif state == "waiting" or state == "active" then
  local list = key(state == "waiting" and "wait" or "active")
  if newest then
    ids = call("LRANGE", list, first, first + count - 1)
  else
    local reversed = call("LRANGE", list, -(first + count), -(first + 1))
    ids = {}
    for i = #reversed, 1, -1 do
      ids[#ids + 1] = reversed[i]
    end
  end
else
  ids = call(newest and "ZREVRANGE" or "ZRANGE", key(state), first, first + count - 1)
end
local found = {}
for _, id in ipairs(ids) do
  local fields = call("HGETALL", key(id))
  if #fields > 0 then
    found[#found + 1] = { id, fields, state == "delayed" and call("ZSCORE", key("delayed"), id) or "" }
  end
end
return found
