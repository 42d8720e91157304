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

-- What others have written for a number; `otherwise` where it is none that can be counted with.
local function whole(value, otherwise)
  local number = tonumber(value)
  return number and math.abs(number) < 2 ^ 53 and math.floor(number) or otherwise
end

local function text(number)
  return string.format("%.0f", number)
end

-- Read once by a script that needs one of them; a script that changes one does so first.
local known
local function setting(name)
  if not known then
    local values = call("HMGET", key("meta"), "paused", "concurrency", "opts.maxLenEvents")
    known = { paused = values[1], concurrency = values[2], events_max = values[3] }
  end
  return known[name]
end

local function emit(...)
  call("XADD", key("events"), "*", "event", ...)
end

-- Once in every script that adds much.
local function emit_capped(...)
  call("XADD", key("events"), "MAXLEN", "~", setting("events_max") or EVENTS_MAX, "*", "event", ...)
end

local function is_blocked()
  local most = setting("concurrency")
  return setting("paused") or (most and call("LLEN", key("active")) >= tonumber(most))
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
  return math.min(math.max(whole(call("HGET", key(id), "priority"), 0), 0), 2 ^ 21 - 1)
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

local function parse_options(json)
  local ok, options = pcall(cjson.decode, json or "{}")
  return ok and type(options) == "table" and options or {}
end

-- 0, or why the holder of `token` does not hold the job any more; it leaves `active` here.
local function leave_active(id, token)
  local job = key(id)
  if call("GET", job .. ":lock") ~= token then
    return call("EXISTS", job) == 0 and MISSING or LOCK_LOST
  end
  if call("LREM", key("active"), -1, id) == 0 then
    return NOT_THERE
  end
  call("DEL", job .. ":lock")
  call("SREM", key("stalled"), id)
  if setting("concurrency") then
    wake() -- there was no marker while as many were active as may be
  end
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
    count = whole(policy, count)
  elseif type(policy) == "table" then
    count, age, limit = whole(policy.count, -1), whole(policy.age), math.min(whole(policy.limit, 1000), 1000)
  end
  if age then
    for _, id in ipairs(call("ZRANGEBYSCORE", key(target), "-inf", text(now - age * 1000), "LIMIT", 0, limit)) do
      call("ZREM", key(target), id)
      delete_job(id)
    end
  end
  local excess = count >= 0 and math.min(call("ZCARD", key(target)) - count, 1000) or 0
  if excess > 0 then
    local oldest = call("ZPOPMIN", key(target), excess) -- and their scores
    for i = 1, #oldest, 2 do
      delete_job(oldest[i])
    end
  end
end

-- Of a job that has left `active`. `kept` is what the worker keeps of `target`.
local function finish(id, now, target, field, value, kept)
  call("ZADD", key(target), text(now), id)
  call("HSET", key(id), field, value, "finishedOn", text(now))
  emit_capped(target, "jobId", id, field, value, "prev", "active")
  if target == "completed" then
    local json = call("HGET", key(id), "opts") or ""
    local own = string.find(json, "removeOnComplete", 1, true) and parse_options(json).removeOnComplete
    keep(target, own, kept, now)
    return
  end
  call("HDEL", key(id), "defa")
  local values = call("HMGET", key(id), "opts", "atm")
  local options, made = parse_options(values[1]), tonumber(values[2]) or 0
  if made >= (tonumber(options.attempts) or 0) then
    emit("retries-exhausted", "jobId", id, "attemptsMade", made)
  end
  keep(target, options.removeOnFail, kept, now)
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
    local values = call("HMGET", job, "name", "defa", "atm")
    local deferred = values[2]
    if not values[1] then -- of no job, or an old marker
      call("LREM", key("active"), -1, id)
    else
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
        local more = call("LLEN", key("wait")) > 0 or call("ZCARD", key("prioritized")) > 0
        if more then
          call("ZADD", key("marker"), 0, "0") -- the next idle worker looks too
        end
        return { id, tonumber(values[3]) or 0, more and 1 or 0 }
      end
    end
  end
  return { "", next_due(), 0 }
end
