-- Removes all that is known of clients or of sources, at one moment, so that no batch comes in between.
--
-- KEYS[1]  prefix of the transfer keys; all keys share its hash tag
-- ARGV[1]  'client' or 'source'
-- ARGV[2]  MessagePack: {name, pairs it is in, transfers in flight} for each
-- ARGV[3]  MessagePack: beginnings of the keys, to which 'client', 'source' or 'pair' is added: of
--          sorted sets, of hashes
-- Returns  for each of them 1 when something was known of it, else 0

local prefix, scope = KEYS[1], ARGV[1]
local call = redis.call
local sets, hashes = unpack(cmsgpack.unpack(ARGV[3]))

local function without(where, name)
  local known = 0
  for _, key in ipairs(sets) do known = known + call('ZREM', key .. where, name) end
  for _, key in ipairs(hashes) do known = known + call('HDEL', key .. where, name) end
  return known
end

local found = {}
for index, row in ipairs(cmsgpack.unpack(ARGV[2])) do
  local name, pairs_of, in_flight = unpack(row, 1, 3)
  local both = scope .. '\0' .. name
  local known = without(scope, name)
  for _, pair in ipairs(pairs_of) do known = known + without('pair', pair) end
  for _, begun in ipairs(in_flight) do
    known = known + call('ZREM', prefix .. 'inflight', begun)
    call('HDEL', prefix .. 'inflight:facts', begun)
    call('HDEL', prefix .. 'inflight:ahead', begun)
  end
  known = known + call('HDEL', prefix .. 'expected', both) + call('HDEL', prefix .. 'speedos', both)
  for _, key in ipairs({'seen', 'moved', 'since', 'received'}) do call('ZREM', prefix .. 'speedos:' .. key, both) end
  -- Field by field: the right to delete keys is one that our users are better without.
  local history = prefix .. 'history:' .. scope .. ':' .. name
  local periods = call('HKEYS', history)
  if #periods > 0 then known = known + call('HDEL', history, unpack(periods)) end
  found[index] = known > 0 and 1 or 0
end
return found
