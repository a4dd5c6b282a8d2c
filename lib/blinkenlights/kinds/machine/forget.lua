-- Removes all that is known of machines, at one moment, so that no message comes in between.
--
-- KEYS[1]  prefix of the machine keys; all keys share its hash tag
-- ARGV[1]  MessagePack: the machines
-- Returns  for each of them 1 when something was known of it, else 0

local prefix = KEYS[1]
local call = redis.call
local all_pools

local function pool_in(text)
  local is_ours, facts = pcall(cjson.decode, text or '')
  return is_ours and type(facts) == 'table' and type(facts.pool) == 'string' and facts.pool or nil
end

local found = {}
for index, machine in ipairs(cmsgpack.unpack(ARGV[1])) do
  local pool = pool_in(call('HGET', prefix .. 'facts', machine))
  local known = 0
  for _, name in ipairs({'facts', 'expected', 'quarantine'}) do
    known = known + call('HDEL', prefix .. name, machine)
  end
  for _, name in ipairs({'awaited', 'retired'}) do
    known = known + call('ZREM', prefix .. name, machine)
  end
  call('ZREM', prefix .. 'failing', machine)
  call('ZREM', prefix .. 'lost', machine)
  if pool then
    call('ZREM', prefix .. 'seen:' .. pool, machine)
  else
    all_pools = all_pools or call('SMEMBERS', prefix .. 'pools')
    for _, one in ipairs(all_pools) do call('ZREM', prefix .. 'seen:' .. one, machine) end
  end
  found[index] = known > 0 and 1 or 0
end
return found
