-- id, token, now, reason, "final" or not, failed ones kept, longest delay, lines of the stack trace kept
-- -> a code, or the state it went to and, of a delayed one, when it is due
local id, now = ARGV[1], tonumber(ARGV[3])
local job = key(id)
local left = leave_active(id, ARGV[2])
if left < 0 then
  return left
end
local options = parse_options(call("HGET", job, "opts"))
local made = call("HINCRBY", job, "atm", 1)
local ok, lines = pcall(cjson.decode, call("HGET", job, "stacktrace") or "[]")
lines = ok and type(lines) == "table" and lines or {}
lines[#lines + 1] = ARGV[4]
local lines_max = math.max(whole(options.stackTraceLimit, tonumber(ARGV[8])), 0)
while #lines > lines_max do
  table.remove(lines, 1)
end
call("HSET", job, "failedReason", ARGV[4], "stacktrace", #lines > 0 and cjson.encode(lines) or "[]")

if ARGV[5] == "final" or made >= (tonumber(options.attempts) or 0) then
  finish(id, now, "failed", "failedReason", ARGV[4], tonumber(ARGV[6]))
  emit_if_drained()
  return { "failed", 0 }
end
local backoff = options.backoff
local delay = 0
if type(backoff) == "number" then
  delay = whole(backoff, 0)
elseif type(backoff) == "table" then
  delay = whole(backoff.delay, 0)
  if backoff.type == "exponential" then
    delay = math.floor(delay * 2 ^ (made - 1) + 0.5)
  end
end
delay = math.min(delay, tonumber(ARGV[7]))
if delay > 0 then
  call("HSET", job, "delay", text(delay))
  make_delayed(id, now + delay)
  emit_capped("delayed", "jobId", id, "delay", text(now + delay))
  wake_when_due()
  return { "delayed", now + delay }
end
local priority = priority_of(id)
make_ready(id, priority)
wake()
emit_capped("waiting", "jobId", id, "prev", "active")
return { priority == 0 and "waiting" or "prioritized", 0 }
