-- Declares or retires an endpoint at one moment, so that no result comes in between.
--
-- KEYS[1]  prefix of the endpoint keys; all keys share its hash tag
-- ARGV[1]  'expect' or 'retire'
-- ARGV[2]  the endpoint
-- ARGV[3]  now
-- Returns  1 when something was known of it, else 0
--
-- What a retired or removed endpoint is stands in no set. Its next result brings it back to where it belongs after `expect`.

local prefix = KEYS[1]
local verb, endpoint, now = unpack(ARGV)
local call = redis.call
local is_known = call('HEXISTS', prefix .. 'facts', endpoint)

if verb == 'retire' then
  local known = call('HDEL', prefix .. 'expected', endpoint) + call('ZREM', prefix .. 'awaited', endpoint) + is_known
  for _, set in ipairs({'overdue', 'failing', 'degraded', 'removed'}) do call('ZREM', prefix .. set, endpoint) end
  call('ZADD', prefix .. 'retired', now, endpoint)
  -- All that are retired are among the names, so that the others can be counted.
  call('ZADD', prefix .. 'names', 0, endpoint)
  return known > 0 and 1 or 0
end

call('HSET', prefix .. 'expected', endpoint, now)
local was_away = call('ZREM', prefix .. 'retired', endpoint) + call('ZREM', prefix .. 'removed', endpoint)
if is_known == 1 then
  -- Nobody may probe it: that is so until a result says otherwise.
  if was_away > 0 then call('ZADD', prefix .. 'overdue', now, endpoint) end
else
  call('ZREM', prefix .. 'names', endpoint)
  call('ZADD', prefix .. 'awaited', 'NX', now, endpoint)
end
return is_known
