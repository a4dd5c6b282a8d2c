-- Keeps of speedos that others published the newest of each client and source, and when it moved.
--
-- KEYS[1]  prefix of the transfer keys
-- ARGV[1]  MessagePack: {scope and name, event, JSON, whether something good went through, when it
--          came if it was sent just before, else 0, when its interval began} for each speedo

local MOST = 100000             -- names; senders may invent them for ever, so the oldest go

local speedos, seen = KEYS[1] .. 'speedos', KEYS[1] .. 'speedos:seen'
local moved, received = KEYS[1] .. 'speedos:moved', KEYS[1] .. 'speedos:received'
local since = KEYS[1] .. 'speedos:since'
local call = redis.call
for _, row in ipairs(cmsgpack.unpack(ARGV[1])) do
  local name, event, text, is_moving, receipt, start = unpack(row, 1, 6)
  local before = tonumber(call('ZSCORE', seen, name))
  if not before then call('ZADD', since, 'NX', start, name) end
  if not before or event > before then
    call('ZADD', seen, event, name)
    call('HSET', speedos, name, text)
  end
  if is_moving then
    call('ZADD', moved, 'GT', event, name)
  else
    -- One that an older version knew may have moved until then.
    call('ZADD', moved, 'NX', before or 0, name)
  end
  if receipt > 0 then call('ZADD', received, 'GT', receipt, name) end
end
local surplus = call('ZCARD', seen) - MOST
if surplus > 0 then
  for _, name in ipairs(call('ZRANGE', seen, 0, surplus - 1)) do
    call('HDEL', speedos, name)
    for _, key in ipairs({seen, moved, since, received}) do call('ZREM', key, name) end
  end
end
