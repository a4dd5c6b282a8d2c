-- Removes all that is known of endpoints, at one moment, so that no result comes in between.
--
-- KEYS[1]  prefix of the endpoint keys; all keys share its hash tag
-- ARGV[1]  MessagePack: the endpoints
-- Returns  for each of them 1 when something was known of it, else 0

local prefix = KEYS[1]
local found = {}
for index, endpoint in ipairs(cmsgpack.unpack(ARGV[1])) do
  local known = 0
  for _, hash in ipairs({'facts', 'details', 'expected'}) do
    known = known + redis.call('HDEL', prefix .. hash, endpoint)
  end
  for _, set in ipairs({'names', 'awaited', 'retired', 'overdue', 'failing', 'degraded', 'removed'}) do
    known = known + redis.call('ZREM', prefix .. set, endpoint)
  end
  found[index] = known > 0 and 1 or 0
end
return found
