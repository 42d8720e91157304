-- id, token, now, return value, completed ones kept, whether to fetch the next; then as fetch.lua without now
-- -> a code, or what fetch() found, or {""}
local now = tonumber(ARGV[3])
local left = leave_active(ARGV[1], ARGV[2])
if left < 0 then
  return left
end
call("HINCRBY", key(ARGV[1]), "atm", 1)
finish(ARGV[1], now, "completed", "returnvalue", ARGV[4], tonumber(ARGV[5]))
local found = { "", 0, 0 }
if ARGV[6] == "1" then
  found = fetch(now, ARGV[7], tonumber(ARGV[8]), ARGV[9], tonumber(ARGV[10]))
end
if found[1] == "" then
  emit_if_drained()
end
return found
