-- Declares or retires a machine at one moment, so that no message comes in between.
--
-- KEYS[1]  prefix of the machine keys; all keys share its hash tag
-- ARGV[1]  'expect' or 'retire'
-- ARGV[2]  the machine
-- ARGV[3]  now
-- Returns  1 when something was known of it, else 0

local prefix = KEYS[1]
local verb, machine, now = unpack(ARGV)
local call = redis.call

local function hash_without(name) return call('HDEL', prefix .. name, machine) end
local function set_without(name) return call('ZREM', prefix .. name, machine) end

local function alarm_nobody()
  set_without('failing')
  set_without('lost')
  for _, pool in ipairs(call('SMEMBERS', prefix .. 'pools')) do set_without('seen:' .. pool) end
end

local text = call('HGET', prefix .. 'facts', machine)

if verb == 'retire' then
  local known = hash_without('expected') + set_without('awaited')
  alarm_nobody()
  call('ZADD', prefix .. 'retired', now, machine)
  return (text or known > 0) and 1 or 0
end

local function read()
  local facts = cjson.decode(text)
  local failed = 0
  for _, one in ipairs(facts.outcomes) do
    if one[3] == 'completed' then break end
    failed = failed + 1
  end
  local lost = facts.lost + 0
  -- As in store.lua: a later claim that holds proves that it lives.
  for _, one in ipairs(facts.runs or {}) do
    if one[3] == '' then lost = 0 end
    if one[3] == '' or one[3] == 'claim-expired' then break end
  end
  return facts.pool .. '', facts.seen + 0, lost, failed
end

local is_ours, pool, seen, lost, failed = true, '', 0, 0, 0
if text then is_ours, pool, seen, lost, failed = pcall(read) end
if not is_ours then
  return redis.error_reply('ERR ' .. prefix .. 'facts holds something that is not ours')
end

call('HSET', prefix .. 'expected', machine, now)
set_without('retired')
if seen == 0 then
  call('ZADD', prefix .. 'awaited', 'NX', now, machine)
else
  call('ZADD', prefix .. 'seen:' .. pool, seen, machine)
  call('SADD', prefix .. 'pools', pool)
end
if lost > seen then call('ZADD', prefix .. 'lost', lost, machine) end
if failed > 0 then call('ZADD', prefix .. 'failing', failed, machine) end
return text and 1 or 0
