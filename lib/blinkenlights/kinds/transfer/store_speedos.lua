-- Keeps of speedos that others published the newest of each client and source.
--
-- KEYS[1]  prefix of the transfer keys
-- ARGV[1]  MessagePack: {scope and name, event, JSON} for each speedo

local MOST = 100000             -- names; senders may invent them for ever, so the oldest go

local speedos, seen = KEYS[1] .. 'speedos', KEYS[1] .. 'speedos:seen'
for _, row in ipairs(cmsgpack.unpack(ARGV[1])) do
  local name, event, text = unpack(row, 1, 3)
  local before = tonumber(redis.call('ZSCORE', seen, name))
  if not before or event > before then
    redis.call('ZADD', seen, event, name)
    redis.call('HSET', speedos, name, text)
  end
end
local surplus = redis.call('ZCARD', seen) - MOST
if surplus > 0 then
  for _, name in ipairs(redis.call('ZRANGE', seen, 0, surplus - 1)) do
    redis.call('HDEL', speedos, name)
    redis.call('ZREM', seen, name)
  end
end
