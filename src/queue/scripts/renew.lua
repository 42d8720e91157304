-- id, token, lease ms -> 0 or a code
local job = key(ARGV[1])
if call("EXISTS", job) == 0 then
  return MISSING
end
if call("GET", job .. ":lock") ~= ARGV[2] then
  return LOCK_LOST
end
call("SET", job .. ":lock", ARGV[2], "PX", ARGV[3])
call("SREM", key("stalled"), ARGV[1])
return 0
