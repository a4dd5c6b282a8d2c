-- Keeps what lamps last told, and counts what they told, each message once.
--
-- KEYS[1]  prefix of the lamp keys
-- ARGV[1]  MessagePack: {name, event, state, source} for each message

local prefix = KEYS[1]
for _, row in ipairs(cmsgpack.unpack(ARGV[1])) do
  local name, event, state, source = unpack(row, 1, 4)
  local moment = ('%.3f'):format(event)
  redis.call('ZADD', prefix .. 'switched:' .. name, moment, moment)
  local before = tonumber(redis.call('ZSCORE', prefix .. 'seen', name)) or -1
  if event >= before then
    redis.call('ZADD', prefix .. 'seen', moment, name)
    redis.call('HSET', prefix .. 'facts', name, moment .. ' ' .. state .. ' ' .. source)
  end
end
