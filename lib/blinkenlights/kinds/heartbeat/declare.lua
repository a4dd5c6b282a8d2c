-- Declares or retires a component at one moment, so that no heartbeat comes in between.
--
-- KEYS[1]  prefix of the heartbeat keys; all keys share its hash tag
-- ARGV[1]  'expect' or 'retire'
-- ARGV[2]  the component
-- ARGV[3]  now
-- ARGV[4]  its least number of instances, when it is expected
-- Returns  1 when something was known of it, else 0

local prefix = KEYS[1]
local verb, component, now, minimum = unpack(ARGV)
local call = redis.call

local function hash_without(name) return call('HDEL', prefix .. name, component) end
local function set_without(name) return call('ZREM', prefix .. name, component) end

local facts = call('HGET', prefix .. 'facts', component)
local status = call('HGET', prefix .. 'status', component)
local seen, interval = string.match(facts or '', '^([%d.]+) [%d.]+ %S* (%d+)\n')
local since, word = string.match(status or '', '^[%d.]+ ([%d.]+) (%S+) ')

if facts and not seen then
  return redis.error_reply('ERR ' .. prefix .. 'facts holds something that is not ours')
elseif status and not since then
  return redis.error_reply('ERR ' .. prefix .. 'status holds something that is not ours')
end

if verb == 'retire' then
  local known = hash_without('expected') + set_without('awaited')
  hash_without('minimum')
  set_without('trouble')
  set_without('skewed')
  if interval then set_without('seen:' .. interval) end
  call('ZADD', prefix .. 'retired', now, component)
  return (facts or known > 0) and 1 or 0
end

call('HSET', prefix .. 'expected', component, now .. ' ' .. minimum)
if tonumber(minimum) > 1 then
  call('HSET', prefix .. 'minimum', component, minimum)
else
  hash_without('minimum')
end
set_without('retired')
if interval then
  call('ZADD', prefix .. 'seen:' .. interval, seen, component)
  call('SADD', prefix .. 'intervals', interval)
else
  call('ZADD', prefix .. 'awaited', 'NX', now, component)
end
if word and word ~= 'ok' then call('ZADD', prefix .. 'trouble', 'NX', since, component) end
return facts and 1 or 0
