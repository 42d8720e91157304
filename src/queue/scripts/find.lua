-- now, id -> MISSING, or state, fields, score of a delayed one
promote_due(tonumber(ARGV[1]))
local id = ARGV[2]
local fields = call("HGETALL", key(id))
if #fields == 0 then
  return MISSING
end
for _, state in ipairs({ "completed", "failed", "delayed", "prioritized" }) do
  local score = call("ZSCORE", key(state), id)
  if score then
    return { state, fields, state == "delayed" and score or "" }
  end
end
for _, other in ipairs(call("LRANGE", key("active"), 0, -1)) do
  if other == id then
    return { "active", fields, "" }
  end
end
return { "waiting", fields, "" }
