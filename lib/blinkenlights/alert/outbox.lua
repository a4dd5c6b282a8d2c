-- Gives queues of notices to senders, one sender each, and takes note of what came of them.
--
-- A sender has a queue for a time, by the store's own clock, and a token that tells whether it still
-- has it. What it said is removed, and what its receiver knows is written, in one step with that
-- token. Who dies in between may or may not have said it: whoever has the queue next is told so.
--
-- KEYS[1]  prefix of the alert keys; all keys share its hash tag
-- ARGV[1]  `take`, `done`, `failed` or `bury`
-- take:    ARGV[2] present time, ARGV[3] seconds for which a queue is taken, ARGV[4] most queues,
--          ARGV[5] most notices of each, ARGV[6] a token, ARGV[7...] addresses of receivers that
--          are busy
-- Returns  {queue, 1 when its last sender never answered, incident or '', tries or '', notices} each
-- done:    ARGV[2] queue, ARGV[3] token, ARGV[4] present time
--          ARGV[5] MessagePack: {number of notices, incident or false, history rows, counters}
-- failed:  ARGV[2] queue, ARGV[3] token, ARGV[4] when it is tried again
--          ARGV[5] MessagePack: {tries, until when its receiver wants to hear nothing or 0, history,
--          counters}
-- bury:    ARGV[2] queue, ARGV[3] token, ARGV[4] present time
--          ARGV[5] MessagePack: {number of notices, dead letters, counters}
-- Returns  1, or 0 when the queue is somebody else's by now

local HISTORY_KEPT, DEAD_KEPT = 2000, 500
local LOOKED_AT = 500           -- queues at once; the store does nothing else meanwhile

local prefix, command = KEYS[1], ARGV[1]
local call = redis.call
local due, taken, tries = prefix .. 'due', prefix .. 'taken', prefix .. 'tries'
local incidents, paused = prefix .. 'incidents', prefix .. 'paused'

local clock = call('TIME')
local store_now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000

local function address_of(queue) return queue:match('^([^\31]*)') end

if command == 'take' then
  local now, seconds = tonumber(ARGV[2]), tonumber(ARGV[3])
  local most, most_notices, token = tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6]
  local busy = {}
  for place = 7, #ARGV do busy[ARGV[place]] = true end
  local rows = {}
  for _, queue in ipairs(call('ZRANGEBYSCORE', due, '-inf', now, 'LIMIT', 0, LOOKED_AT)) do
    if #rows == most then break end
    local address = address_of(queue)
    local resting = tonumber(call('HGET', paused, address) or '0')
    local holder = call('HGET', taken, queue)
    local ends = holder and tonumber(holder:match(' (.*)$')) or 0
    if resting > now then
      call('ZADD', due, resting, queue)
    elseif ends <= store_now and not busy[address] then
      local notices = call('LRANGE', prefix .. 'queue:' .. queue, 0, most_notices - 1)
      if #notices == 0 then
        call('ZREM', due, queue)
        call('HDEL', taken, queue)
      else
        call('HSET', taken, queue, ('%s %.6f'):format(token, store_now + seconds))
        -- One receiver is told one thing after the other.
        busy[address] = true
        rows[#rows + 1] = {queue, holder and 1 or 0, call('HGET', incidents, queue) or '',
          call('HGET', tries, queue) or '', notices}
      end
    end
  end
  return rows
end

local queue, token = ARGV[2], ARGV[3]
local holder = call('HGET', taken, queue)
if not holder or holder:match('^(%S+)') ~= token then return 0 end

local function keep(key, rows, most)
  for _, row in ipairs(rows) do call('LPUSH', key, row) end
  if #rows > 0 then call('LTRIM', key, 0, most - 1) end
end

local function add(counters)
  for name, number in pairs(counters) do
    call('HINCRBY', prefix .. 'counters', name, number)
  end
end

local function remove(number)
  local list = prefix .. 'queue:' .. queue
  call('LTRIM', list, number, -1)
  if call('LLEN', list) > 0 then
    call('ZADD', due, tonumber(ARGV[4]), queue)
  else
    call('ZREM', due, queue)
  end
end

call('HDEL', taken, queue)
local payload = cmsgpack.unpack(ARGV[5])
if command == 'done' then
  remove(payload[1])
  call('HDEL', tries, queue)
  if payload[2] then
    call('HSET', incidents, queue, payload[2])
  else
    call('HDEL', incidents, queue)
  end
  keep(prefix .. 'history', payload[3], HISTORY_KEPT)
  add(payload[4])
elseif command == 'failed' then
  call('ZADD', due, tonumber(ARGV[4]), queue)
  call('HSET', tries, queue, payload[1])
  local address = address_of(queue)
  if payload[2] > tonumber(call('HGET', paused, address) or '0') then
    call('HSET', paused, address, payload[2])
  end
  keep(prefix .. 'history', payload[3], HISTORY_KEPT)
  add(payload[4])
else
  remove(payload[1])
  call('HDEL', tries, queue)
  keep(prefix .. 'dead', payload[2], DEAD_KEPT)
  add(payload[3])
end
return 1
