-- Declares or retires a series at one moment, so that no point comes in between.
--
-- KEYS[1]  prefix of the metric keys; all keys share its hash tag
-- ARGV[1]  'expect' or 'retire'
-- ARGV[2]  the series
-- ARGV[3]  now
-- ARGV[4]  seconds after which it is stale, as far as it is known; 0 for never
-- Returns  1 when something was known of it, else 0

local prefix = KEYS[1]
local verb, series, now, limit = unpack(ARGV)
local call = redis.call

local facts = call('HGET', prefix .. 'facts', series)
-- As store.lua packs them: when it was seen first of all, since when it says its status, and that after the gaps.
local is_whole = facts and #facts >= 74
if facts and not is_whole then
  return redis.error_reply('ERR ' .. prefix .. 'facts holds something that is not ours')
end
local seen = is_whole and struct.unpack('<d', facts)
local since = is_whole and struct.unpack('<d', facts, 65)
local is_well = is_whole and string.byte(facts, 74) <= 1

if verb == 'retire' then
  local known = call('HDEL', prefix .. 'expected', series) + call('ZREM', prefix .. 'awaited', series)
  for _, name in ipairs({'due', 'trouble', 'stopped'}) do call('ZREM', prefix .. name, series) end
  call('ZADD', prefix .. 'retired', now, series)
  -- All that are retired are among the names, so that the others can be counted.
  call('ZADD', prefix .. 'names', 0, series)
  return (facts or known > 0) and 1 or 0
end

call('HSET', prefix .. 'expected', series, now)
call('ZREM', prefix .. 'retired', series)
if not facts then
  call('ZREM', prefix .. 'names', series)
  call('ZADD', prefix .. 'awaited', 'NX', now, series)
  return 0
end
-- One that was shut down is expected again, by whoever declares it now.
call('ZREM', prefix .. 'stopped', series)
if tonumber(limit) > 0 then call('ZADD', prefix .. 'due', string.format('%.3f', seen + limit), series) end
if not is_well then call('ZADD', prefix .. 'trouble', 'NX', string.format('%.3f', since), series) end
return 1
