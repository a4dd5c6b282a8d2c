-- Lets one evaluator at a time write what it found, and nobody whose lease is over.
--
-- An evaluator that was frozen and revived holds what was true before: its epoch is old, or its
-- lease is over by the store's own clock, so nothing of it is written. Records and the notices that
-- follow from them are written in one step: neither is ever there without the other.
--
-- Behind store/lease.lua, which has `prefix`, `call` and `held`.
--
-- KEYS[1]  prefix of the alert keys; all keys share its hash tag
-- ARGV[1]  `remember` or `commit`
-- remember: ARGV[2] seconds after which a receiver is forgotten that no file names, and to whom
--          nothing is owed; ARGV[3] MessagePack: address -> receiver, JSON
-- Returns  the addresses of those that were forgotten
-- commit:  ARGV[2] epoch
--          ARGV[3] MessagePack: {changes, evaluated, evaluation}
--          changes: {alert, version or -1 for none, record or false, notices, episode}
--          notices: {queue, due, id, notice}
--          evaluated: rule -> JSON of all rules; evaluation: JSON
-- Returns  the places, from 1, of changes that were not made since the record is another one; or
--          -1 when the lease is not ours

if command == 'remember' then
  local receivers, named = prefix .. 'receivers', prefix .. 'named'
  local records
  -- Whoever was told of an alert is told of its end. The digest is in every form of an address.
  local function is_owed(address)
    for _, key in ipairs({'incidents', 'taken'}) do
      local found = call('HGETALL', prefix .. key)
      for place = 1, #found, 2 do
        if found[place]:match('^([^\31]*)') == address then return true end
      end
    end
    for _, queue in ipairs(call('ZRANGE', prefix .. 'due', 0, -1)) do
      if queue:match('^([^\31]*)') == address then return true end
    end
    records = records or call('HVALS', prefix .. 'records')
    local digest = address:match('@[^@]*$') or address
    for _, text in ipairs(records) do
      if text:find(digest, 1, true) then return true end
    end
    return false
  end

  for address, text in pairs(cmsgpack.unpack(ARGV[3])) do
    call('HSET', receivers, address, text)
    call('ZADD', named, now, address)
  end
  local known = call('HGETALL', receivers)
  for place = 1, #known, 2 do call('ZADD', named, 'NX', now, known[place]) end
  local forgotten = {}
  for _, address in ipairs(
    call('ZRANGEBYSCORE', named, '-inf', now - tonumber(ARGV[2]), 'LIMIT', 0, 20)) do
    if is_owed(address) then
      call('ZADD', named, now, address)
    else
      call('ZREM', named, address)
      call('HDEL', receivers, address)
      call('HDEL', prefix .. 'paused', address)
      forgotten[#forgotten + 1] = address
    end
  end
  return forgotten
end

local is_held, _, epoch = held()
if not is_held or epoch ~= tonumber(ARGV[2]) then return -1 end

local records, active = prefix .. 'records', prefix .. 'active'
local due, counters = prefix .. 'due', prefix .. 'counters'

-- What is not ours is as if it was not there: one such value must not stop all that is evaluated.
local function decoded(text)
  local is_json, found = pcall(cjson.decode, text)
  return is_json and type(found) == 'table' and found or {}
end

local function version_of(alert)
  local text = call('HGET', records, alert)
  return text and decoded(text).version or -1
end

-- A key of another type costs itself only: whoever takes the queue says that it cannot be read.
local function mend(list)
  call('DEL', list)
  call('RPUSH', list, 'a key of another type')
end

local function last_id(queue)
  local last = redis.pcall('LINDEX', queue, -1)
  if type(last) == 'table' then
    -- Any other error, such as a right that is missing, says nothing about the key.
    if not last.err:find('WRONGTYPE') then error(last.err) end
    mend(queue)
    return
  end
  return last and decoded(last).id
end

local payload = cmsgpack.unpack(ARGV[3])
local refused = {}
for place, change in ipairs(payload[1]) do
  local alert, version, record, notices = change[1], change[2], change[3], change[4]
  if version_of(alert) ~= version then
    refused[#refused + 1] = place
  else
    if record then
      call('HSET', records, alert, record)
      call('ZADD', active, 0, alert)
    else
      call('HDEL', records, alert)
      call('ZREM', active, alert)
      call('HDEL', prefix .. 'acknowledged', change[5])
    end
    for _, notice in ipairs(notices) do
      local queue = prefix .. 'queue:' .. notice[1]
      if last_id(queue) ~= notice[3] then
        call('RPUSH', queue, notice[4])
        call('ZADD', due, 'NX', notice[2], notice[1])
        call('HINCRBY', counters, 'queued', 1)
      end
    end
  end
end

local rules = prefix .. 'rules'
call('DEL', rules)
for rule, text in pairs(payload[2]) do call('HSET', rules, rule, text) end
if payload[3] then call('SET', prefix .. 'evaluation', payload[3]) end
return refused
