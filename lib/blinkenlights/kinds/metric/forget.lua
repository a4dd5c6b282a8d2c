-- Removes all that is known of series, at one moment, so that no point comes in between.
--
-- KEYS[1]  prefix of the metric keys; all keys share its hash tag
-- ARGV[1]  MessagePack: the series
-- Returns  for each of them 1 when something was known of it, else 0

local prefix = KEYS[1]
local call = redis.call

local found = {}
for index, series in ipairs(cmsgpack.unpack(ARGV[1])) do
  local known = call('HDEL', prefix .. 'facts', series) + call('HDEL', prefix .. 'expected', series)
  for _, name in ipairs({'awaited', 'retired'}) do known = known + call('ZREM', prefix .. name, series) end
  for _, name in ipairs({'names', 'due', 'trouble', 'stopped'}) do call('ZREM', prefix .. name, series) end
  for _, ring in ipairs({'fine:', 'day:', 'month:'}) do
    local pages = call('HKEYS', prefix .. ring .. series)
    if #pages > 0 then call('HDEL', prefix .. ring .. series, unpack(pages)) end
  end
  found[index] = known > 0 and 1 or 0
end
return found
