-- Counts the names of one sort, and says which of some it does not have.
--
-- KEYS[1]  a hash with the names as fields, or a set or sorted set with them as members
-- ARGV[1]  'hash', 'set' or 'sorted'
-- ARGV[2]  MessagePack: the names asked for; may be left out
-- Returns  {how many there are, indexes from 0 of those that are not there}

local key, form, packed = KEYS[1], ARGV[1], ARGV[2]
local call = redis.call
local size = call(form == 'hash' and 'HLEN' or form == 'set' and 'SCARD' or 'ZCARD', key)
local unknown = {}
for index, name in ipairs(packed and cmsgpack.unpack(packed) or {}) do
  local is_there
  if form == 'hash' then is_there = call('HEXISTS', key, name) == 1
  elseif form == 'set' then is_there = call('SISMEMBER', key, name) == 1
  else is_there = call('ZSCORE', key, name) end
  if not is_there then unknown[#unknown + 1] = index - 1 end
end
return {size, unknown}
