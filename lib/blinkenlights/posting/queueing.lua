-- Queues results for outputs, each once, whoever saw it, and keeps no more of each than it may.
--
-- KEYS[1]  prefix of all that is posted; all keys share its hash tag
-- ARGV[1]  prefix of the outbox of one prober
-- ARGV[2]  present time, ARGV[3] how many of one queue are kept
-- ARGV[4]  MessagePack: rows {queue, member, due, text, level, change or false}; change is
--          {failures, of, recoveries} for what is posted only when the state changes
-- Returns  how many were queued
--
-- Nothing is dropped of a queue that a sender has just now: it counts from the oldest what it has
-- told. The sender's own note drops what is too much then.

local prefix, outbox = KEYS[1], ARGV[1]
local now, most = tonumber(ARGV[2]), tonumber(ARGV[3])
local POSTED, STATES = prefix .. 'posted', prefix .. 'states'
local DUE, TAKEN, COUNTERS, LOST = outbox .. 'due', outbox .. 'taken', outbox .. 'counters', outbox .. 'lost'
local AHEAD = 60                 -- seconds; what is marked later than that is of a wrong clock
local KEPT = 40 * 86400          -- seconds; no schedule has longer pauses
local RECENT = 20
local FAILED, DEGRADED = 2, 1
local call = redis.call

local clock = call('TIME')
local store_now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000

local function is_new(member, due)
  local last = tonumber(call('ZSCORE', POSTED, member) or nil)
  if last and last >= due and last <= now + AHEAD then return false end
  call('ZADD', POSTED, ('%.3f'):format(due), member)
  return true
end

-- Follows a state as the store of results does: so many bad ones among the last, so many good ones in a row.
local function followed(is_bad, recent, worst, needed, among, recoveries)
  local bad, good = 0, nil
  for place = #recent, 1, -1 do
    local behind = #recent - place
    if tonumber(recent:sub(place, place)) >= worst then
      if behind < among then bad = bad + 1 end
      good = good or behind
    end
  end
  good = good or #recent
  if good == 0 then return is_bad or bad >= needed end
  return is_bad and good < recoveries
end

local function has_changed(member, level, change)
  local failed, degraded, recent = (call('HGET', STATES, member) or '0 0 '):match('^(%d) (%d) (%d*)$')
  recent = ((recent or '') .. level):sub(-RECENT)
  local function follow(flag, worst)
    return followed(flag == '1', recent, worst, change[1], change[2], change[3])
  end
  local is_failed, is_degraded = follow(failed, FAILED), follow(degraded, DEGRADED)
  call('HSET', STATES, member, (is_failed and '1 ' or '0 ') .. (is_degraded and '1 ' or '0 ') .. recent)
  return is_failed ~= (failed == '1') or is_degraded ~= (degraded == '1')
end

local function is_taken(queue)
  local text = call('HGET', TAKEN, queue)
  if not text then return false end
  local ends, seconds = text:match('(%S+) (%S+)$')
  return tonumber(ends) > store_now and tonumber(ends) <= store_now + tonumber(seconds)
end

local function drop(queue, list)
  local over = call('LLEN', list) - most
  if over <= 0 or is_taken(queue) then return end
  call('LTRIM', list, over, -1)
  call('HINCRBY', COUNTERS, 'dropped', over)
  call('HINCRBY', LOST, queue, over)
  -- Whoever had it and returns must not take away what is not what it had.
  if call('HEXISTS', TAKEN, queue) == 1 then call('HSET', TAKEN, queue, '- 0 0') end
end

local queued = 0
for _, row in ipairs(cmsgpack.unpack(ARGV[4])) do
  local queue, member, due, text, level, change = unpack(row, 1, 6)
  if is_new(member, due) and (not change or has_changed(member, level, change)) then
    local list = outbox .. 'queue:' .. queue
    call('RPUSH', list, text)
    call('ZADD', DUE, 'NX', ('%.3f'):format(now), queue)
    drop(queue, list)
    queued = queued + 1
  end
end
if queued > 0 then call('HINCRBY', COUNTERS, 'queued', queued) end
local old = call('ZRANGEBYSCORE', POSTED, '-inf', ('%.3f'):format(now - KEPT), 'LIMIT', 0, 100)
if #old > 0 then
  call('ZREM', POSTED, unpack(old))
  call('HDEL', STATES, unpack(old))
end
return queued
