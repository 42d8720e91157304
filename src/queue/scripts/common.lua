-- What the scripts share; it stands before each of them. The layout is BullMQ's (version 6.7), whose words these are.
-- KEYS[1] is the queue's prefix, as "bull:code-exec:": all its keys begin with it, and with a hash tag in it they share a
-- slot of a cluster. Times are the caller's, in ms. Negative answers are codes: see redis_queue.cc.
local prefix = KEYS[1]
local call = redis.call

local MISSING, LOCK_LOST, NOT_THERE, TAKEN, FULL = -1, -2, -3, -20, -21
local FINISHED = { "completed", "failed" }
local EVENTS_MAX = 10000

local function key(name)
  return prefix .. name
end

local function text(number)
  return string.format("%.0f", number)
end

local function emit(...)
  call("XADD", key("events"), "*", "event", ...)
end

-- The few that nobody's finish trims.
local function emit_capped(...)
  local max = call("HGET", key("meta"), "opts.maxLenEvents") or EVENTS_MAX
  call("XADD", key("events"), "MAXLEN", "~", max, "*", "event", ...)
end

local function trim_events()
  call("XTRIM", key("events"), "MAXLEN", "~", call("HGET", key("meta"), "opts.maxLenEvents") or EVENTS_MAX)
end

local function is_blocked()
  local settings = call("HMGET", key("meta"), "paused", "concurrency")
  return settings[1] or (settings[2] and call("LLEN", key("active")) >= tonumber(settings[2]))
end

local function wake()
  if not is_blocked() then
    call("ZADD", key("marker"), 0, "0")
  end
end

local function next_due()
  local first = call("ZRANGE", key("delayed"), 0, 0, "WITHSCORES")
  return first[2] and math.floor(tonumber(first[2]) / 4096) or 0
end

local function wake_when_due()
  local due = next_due()
  if due > 0 then
    call("ZADD", key("marker"), text(due), "1")
  end
end

local function make_prioritized(id, priority)
  local turn = call("INCR", key("pc"))
  call("ZADD", key("prioritized"), text(priority * 0x100000000 + turn % 0x100000000), id)
end

local function make_ready(id, priority)
  if priority == 0 then
    call("LPUSH", key("wait"), id)
  else
    make_prioritized(id, priority)
  end
end

local function make_delayed(id, due)
  local low, high = text(due * 4096), text(due * 4096 + 4095)
  local last = call("ZREVRANGEBYSCORE", key("delayed"), high, low, "WITHSCORES", "LIMIT", 0, 1)
  local score = last[2] and math.min(tonumber(last[2]) + 1, tonumber(high)) or tonumber(low)
  call("ZADD", key("delayed"), text(score), id)
end

local function priority_of(id)
  return tonumber(call("HGET", key(id), "priority")) or 0
end

local function promote_due(now)
  local due = call("ZRANGEBYSCORE", key("delayed"), 0, text((now + 1) * 4096 - 1), "LIMIT", 0, 1000)
  for _, id in ipairs(due) do
    call("ZREM", key("delayed"), id)
    make_ready(id, priority_of(id))
    call("HSET", key(id), "delay", 0)
    emit("waiting", "jobId", id, "prev", "delayed")
  end
  if #due > 0 then
    wake()
  end
end

local function unfinished()
  return call("LLEN", key("wait")) + call("LLEN", key("active")) + call("ZCARD", key("prioritized"))
    + call("ZCARD", key("delayed"))
end

local function delete_job(id)
  local job = key(id)
  call("DEL", job, job .. ":lock", job .. ":logs", job .. ":dependencies", job .. ":processed", job .. ":failed",
    job .. ":unsuccessful")
end

local function options_of(id)
  local ok, options = pcall(cjson.decode, call("HGET", key(id), "opts") or "{}")
  return ok and type(options) == "table" and options or {}
end

-- 0, or why the holder of `token` does not hold the job any more; it leaves `active` here.
local function leave_active(id, token)
  local job = key(id)
  if call("EXISTS", job) == 0 then
    return MISSING
  end
  if call("GET", job .. ":lock") ~= token then
    return LOCK_LOST
  end
  if call("LREM", key("active"), -1, id) == 0 then
    return NOT_THERE
  end
  call("DEL", job .. ":lock")
  call("SREM", key("stalled"), id)
  return 0
end

-- A policy of BullMQ's (bool, number, or a table), or how many the caller keeps.
local function keep(target, policy, count, now)
  local age, limit
  if policy == true then
    count = 0
  elseif policy == false then
    count = -1
  elseif type(policy) == "number" then
    count = policy
  elseif type(policy) == "table" then
    count, age, limit = tonumber(policy.count) or -1, tonumber(policy.age), tonumber(policy.limit) or 1000
  end
  local gone = {}
  if age then
    gone = call("ZRANGEBYSCORE", key(target), "-inf", text(now - age * 1000), "LIMIT", 0, limit)
  end
  if count >= 0 then
    for _, id in ipairs(call("ZREVRANGE", key(target), count, count + 999)) do
      gone[#gone + 1] = id
    end
  end
  for _, id in ipairs(gone) do
    call("ZREM", key(target), id)
    delete_job(id)
  end
end

-- Of a job that has left `active`. `kept` is what the worker keeps of `target`.
local function finish(id, now, target, field, value, kept)
  local options = options_of(id)
  trim_events()
  call("ZADD", key(target), text(now), id)
  call("HSET", key(id), field, value, "finishedOn", text(now))
  if target == "failed" then
    call("HDEL", key(id), "defa")
  end
  emit(target, "jobId", id, field, value, "prev", "active")
  if target == "failed" then
    local made = tonumber(call("HGET", key(id), "atm")) or 0
    if made >= (tonumber(options.attempts) or 0) then
      emit("retries-exhausted", "jobId", id, "attemptsMade", made)
    end
    keep(target, options.removeOnFail, kept, now)
  else
    keep(target, options.removeOnComplete, kept, now)
  end
end

local function emit_if_drained()
  if call("LLEN", key("wait")) + call("LLEN", key("active")) + call("ZCARD", key("prioritized")) == 0 then
    emit("drained")
  end
end

-- {id, attempts made, whether more wait}, or {"", when the next delayed job is due, 0}.
local function fetch(now, token, lease_ms, worker, failed_kept)
  promote_due(now)
  while not is_blocked() do
    local id = call("RPOPLPUSH", key("wait"), key("active"))
    if not id then
      local first = call("ZPOPMIN", key("prioritized"))
      if not first[1] then
        call("DEL", key("pc"))
        break
      end
      id = first[1]
      call("LPUSH", key("active"), id)
    end
    local job = key(id)
    if call("EXISTS", job) == 0 then -- of no job, or an old marker
      call("LREM", key("active"), -1, id)
    else
      local deferred = call("HGET", job, "defa")
      if deferred then
        call("LREM", key("active"), -1, id)
        call("HINCRBY", job, "atm", 1)
        finish(id, now, "failed", "failedReason", deferred, failed_kept)
        emit_if_drained()
      else
        call("SET", job .. ":lock", token, "PX", lease_ms)
        emit("active", "jobId", id, "prev", "waiting")
        call("HSET", job, "processedOn", text(now), "pb", worker)
        call("HINCRBY", job, "ats", 1)
        local more = call("LLEN", key("wait")) + call("ZCARD", key("prioritized")) > 0
        if more then
          call("ZADD", key("marker"), 0, "0") -- the next idle worker looks too
        end
        return { id, tonumber(call("HGET", job, "atm")) or 0, more and 1 or 0 }
      end
    end
  end
  return { "", next_due(), 0 }
end
