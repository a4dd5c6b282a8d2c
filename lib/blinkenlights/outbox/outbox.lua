-- Gives queues of entries to senders, one sender each, and takes note of what came of them.
--
-- A sender has a queue for a time, by the store's own clock, and a token that tells whether it still
-- has it. What it said is removed, and what its receiver knows is written, in one step with that
-- token. Who dies in between may or may not have said it: whoever has the queue next is told so.
-- A receiver hears one sender at a time, and none while it wants to hear nothing.
--
-- KEYS[1]  prefix of the keys of one outbox; all share its hash tag
-- ARGV[1]  `take` or `note`
-- take:    ARGV[2] present time, ARGV[3] seconds for which a queue is taken, ARGV[4] most queues,
--          ARGV[5] most entries of each, ARGV[6] a token, ARGV[7...] addresses of receivers that
--          are busy
-- Returns  {queue, 1 when its last sender never answered, known or '', tries or '', entries} each
-- note:    ARGV[2] queue, ARGV[3] token
--          ARGV[4] MessagePack of a map:
--          removed: how many entries, the oldest, are dealt with; kept: some of these that stay
--          due: when what is left is due
--          rest: seconds for which its receiver is to hear nothing at all
--          tries: JSON, or false for nothing that went wrong; tries_last: it stays noted while
--          nothing is queued; slow: JSON that stands for tries of a queue of which something was
--          lost, until it is empty
--          known: JSON of what its receiver knows, or false for nothing
--          history, dead: rows for these lists; counters: name -> number to add
--          lost: how many entries are given up
--          bound: so many of the queue are kept, the newest; 0 for no bound
-- Returns  1, or 0 when the queue is somebody else's by now

local HISTORY_KEPT, DEAD_KEPT = 2000, 500
local LOOKED_AT, MOST_LOOKED_AT = 500, 20000    -- the store does nothing else meanwhile
local LATEST = 1200              -- seconds; nothing gathers or pauses for more than ten minutes

local prefix, command = KEYS[1], ARGV[1]
local call = redis.call
local due, taken, tries = prefix .. 'due', prefix .. 'taken', prefix .. 'tries'
local incidents, paused = prefix .. 'incidents', prefix .. 'paused'

local clock = call('TIME')
local store_now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000

local function address_of(queue) return queue:match('^([^\31]*)') end

-- A key of another type costs itself only: whoever takes the queue says that it cannot be read.
local function mend(list)
  call('DEL', list)
  call('RPUSH', list, 'a key of another type')
end

local function ahead(seconds) return ('%.6f %.6f'):format(store_now + seconds, seconds) end

-- What is further ahead than it ever was is of a clock that was set back since.
local function is_ahead(text)
  local ends, seconds = text:match('(%S+) (%S+)$')
  ends, seconds = tonumber(ends or ''), tonumber(seconds or '')
  -- One entry that is not ours must not stop all who send.
  return ends and seconds and ends > store_now and ends <= store_now + seconds
end

if command == 'take' then
  local now, seconds = tonumber(ARGV[2]), tonumber(ARGV[3])
  local most, most_entries, token = tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6]

  -- Only a clock that was set back has anything due so late.
  for _, queue in ipairs(
    call('ZRANGEBYSCORE', due, ('(%.3f'):format(now + LATEST), '+inf', 'LIMIT', 0, LOOKED_AT)) do
    call('ZADD', due, now, queue)
  end

  local busy = {}
  for place = 7, #ARGV do busy[ARGV[place]] = true end
  local holders = call('HGETALL', taken)
  for place = 1, #holders, 2 do
    if is_ahead(holders[place + 1]) then busy[address_of(holders[place])] = true end
  end

  local rows = {}
  local function look(queue)
    local address = address_of(queue)
    if busy[address] then return end
    -- One receiver is told one thing after the other.
    busy[address] = true
    local resting = call('HGET', paused, address)
    if resting and is_ahead(resting) then return end
    local list = prefix .. 'queue:' .. queue
    local entries = redis.pcall('LRANGE', list, 0, most_entries - 1)
    if entries.err then
      -- Any other error, such as a right that is missing, says nothing about the key.
      if not entries.err:find('WRONGTYPE') then error(entries.err) end
      mend(list)
      entries = call('LRANGE', list, 0, most_entries - 1)
    end
    if #entries == 0 then
      call('ZREM', due, queue)
      call('HDEL', taken, queue)
      busy[address] = nil
      return
    end
    local was_taken = call('HGET', taken, queue) and 1 or 0
    call('HSET', taken, queue, token .. ' ' .. ahead(seconds))
    rows[#rows + 1] = {queue, was_taken, call('HGET', incidents, queue) or '',
      call('HGET', tries, queue) or '', entries}
  end

  local queues = call('ZRANGEBYSCORE', due, '-inf', now, 'LIMIT', 0, LOOKED_AT)
  for place = 1, MOST_LOOKED_AT do
    -- One receiver that hangs may have any number of them, and the others are behind.
    if place == LOOKED_AT + 1 and #queues == LOOKED_AT then
      queues = call('ZRANGEBYSCORE', due, '-inf', now, 'LIMIT', 0, MOST_LOOKED_AT)
    end
    if #rows == most or not queues[place] then break end
    look(queues[place])
  end
  return rows
end

local queue, token = ARGV[2], ARGV[3]
local holder = call('HGET', taken, queue)
if not holder or holder:match('^(%S+)') ~= token then return 0 end
local note = cmsgpack.unpack(ARGV[4])
local list, address = prefix .. 'queue:' .. queue, address_of(queue)

local function put(key, text)
  if text then call('HSET', key, queue, text) else call('HDEL', key, queue) end
end

local function keep(key, rows, most)
  for _, row in ipairs(rows) do call('LPUSH', key, row) end
  if #rows > 0 then call('LTRIM', key, 0, most - 1) end
end

call('HDEL', taken, queue)
if note.removed > 0 then call('LTRIM', list, note.removed, -1) end
for place = #note.kept, 1, -1 do call('LPUSH', list, note.kept[place]) end
local over = note.bound > 0 and call('LLEN', list) - note.bound or 0
if over > 0 then
  call('LTRIM', list, over, -1)
  call('HINCRBY', prefix .. 'counters', 'dropped', over)
  call('HINCRBY', prefix .. 'lost', queue, over)
end
local is_left = call('LLEN', list) > 0
local failure = (is_left or note.tries_last) and note.tries
if note.bound > 0 then
  if note.lost > 0 then call('HINCRBY', prefix .. 'lost', queue, note.lost) end
  if not is_left and not failure then call('HDEL', prefix .. 'lost', queue) end
  if is_left and not failure and note.slow and call('HEXISTS', prefix .. 'lost', queue) == 1 then
    local before = call('HGET', tries, queue)
    failure = before and before:find('"times":0,', 1, true) and before or note.slow
  end
end
if is_left then call('ZADD', due, note.due, queue) else call('ZREM', due, queue) end
put(tries, failure)
put(incidents, note.known)
if note.rest > 0 then call('HSET', paused, address, ahead(note.rest)) end
keep(prefix .. 'history', note.history, HISTORY_KEPT)
keep(prefix .. 'dead', note.dead, DEAD_KEPT)
for name, number in pairs(note.counters) do
  call('HINCRBY', prefix .. 'counters', name, number)
end
return 1
