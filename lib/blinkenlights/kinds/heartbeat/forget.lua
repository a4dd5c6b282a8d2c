-- Removes all that is known of components, at one moment, so that no heartbeat comes in between.
--
-- KEYS[1]  prefix of the heartbeat keys; all keys share its hash tag
-- ARGV[1]  MessagePack: the components
-- Returns  for each of them 1 when something was known of it, else 0

local prefix = KEYS[1]
local call = redis.call
local all_intervals

local found = {}
for index, component in ipairs(cmsgpack.unpack(ARGV[1])) do
  local facts = call('HGET', prefix .. 'facts', component)
  local known = 0
  for _, name in ipairs({'facts', 'status', 'expected'}) do
    known = known + call('HDEL', prefix .. name, component)
  end
  for _, name in ipairs({'awaited', 'retired'}) do
    known = known + call('ZREM', prefix .. name, component)
  end
  call('HDEL', prefix .. 'minimum', component)
  call('HDEL', prefix .. 'doubted', component)
  call('ZREM', prefix .. 'trouble', component)
  call('ZREM', prefix .. 'skewed', component)
  local interval = string.match(facts or '', '^[%d.]+ [%d.]+ %S* (%d+)\n')
  if interval then
    call('ZREM', prefix .. 'seen:' .. interval, component)
  else
    -- A hostile sender makes a thousand intervals; what cannot be read may be in any of them.
    all_intervals = all_intervals or call('SMEMBERS', prefix .. 'intervals')
    for _, one in ipairs(all_intervals) do call('ZREM', prefix .. 'seen:' .. one, component) end
  end
  found[index] = known > 0 and 1 or 0
end
return found
