-- id, token -> 0 or a code. It is taken next, so it waits even if it has a priority.
local left = leave_active(ARGV[1], ARGV[2])
if left < 0 then
  return left
end
call("RPUSH", key("wait"), ARGV[1])
wake()
emit_capped("waiting", "jobId", ARGV[1], "prev", "active")
return 0
