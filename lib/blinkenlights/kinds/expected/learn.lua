-- Writes what was learned of some series, each only where nobody has written since it was read.
--
-- KEYS[1]  hash of the states of one sort
-- ARGV     name, revision that was read (0 for none), new state; and so on
-- Returns  how many were written

local written = 0
for at = 1, #ARGV, 3 do
  local name, read, state = ARGV[at], tonumber(ARGV[at + 1]), ARGV[at + 2]
  local known = redis.call('HGET', KEYS[1], name)
  local revision = known and #known >= 4 and struct.unpack('<I4', known) or 0
  if revision == read then
    redis.call('HSET', KEYS[1], name, state)
    written = written + 1
  end
end
return written
