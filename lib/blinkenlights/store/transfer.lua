-- Counts a batch of transfers, each once: by client, by source, by client and source, and in all.
--
-- A message that the broker delivers again may have been counted already, by us before we lost the
-- connection or by a collector that died before it could acknowledge. So the id of every message that
-- is counted is kept for a while, in the same step that counts it.
--
-- KEYS[1]  prefix of the transfer keys; all keys share its hash tag
-- ARGV[1]  MessagePack: {sums, ids, again}
--          sums: {client, source, minute, good, bad, good bytes, bad bytes, files, last good,
--                 last bad, times of the last good ones}, last ones 0 where there is none
--          ids: of the messages in the sums
--          again: {client, source, minute, ... as a sum of one message, id} for each message that
--                 the broker delivered again
--          started: {node and id, event, JSON} for each transfer that has begun
--          ended: node and id of each that is over
-- ARGV[2]  session of the collector, ARGV[3]  number of this batch in it: a batch sent twice counts once
-- ARGV[4]  present time by the collector's clock, seconds
-- Returns  {counted, already counted, too old for the history}
--
-- Text and binary forms are described in layout.py.

local prefix = KEYS[1]
local session, number, now = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local call, floor = redis.call, math.floor
local pack, unpack_ = struct.pack, struct.unpack

local RECOGNISED = 600          -- seconds; a message is recognised for one to two of these
local SLOT, SLOT_BYTES = '<I4I4I6I6', 20
local MINUTES, HOURS = 15, 24   -- slots in a field of the history: a quarter of an hour, a day
local QUARTERS_KEPT, DAYS_KEPT = 100, 31
local RECENT = 10               -- good deliveries whose times are kept
local TOTALS, TOTALS_BYTES = '<I8I8I8I8I8', 40
local EMPTY_MINUTES = string.rep('\0', SLOT_BYTES * MINUTES)
local EMPTY_HOURS = string.rep('\0', SLOT_BYTES * HOURS)

local SESSION = prefix .. 'session:' .. session
if number <= tonumber(call('GET', SESSION) or -1) then return {0, 0, 0} end
call('SET', SESSION, number, 'EX', 86400)

local period = floor(now / RECOGNISED)
local ids, ids_before = prefix .. 'ids:' .. period, prefix .. 'ids:' .. (period - 1)

local counted, again_counted, too_old = 0, 0, 0
local flows = {}                -- scope -> name -> sums

local function add(scope, name, sum)
  local names = flows[scope]
  if not names then
    names = {}
    flows[scope] = names
  end
  local sums = names[name]
  if not sums then
    sums = {good = 0, bad = 0, good_bytes = 0, bad_bytes = 0, files = 0, last_good = 0, last_bad = 0,
            minutes = {}, times = {}}
    names[name] = sums
  end
  local minute, good, bad, good_bytes, bad_bytes, files, last_good, last_bad, times = unpack(sum, 3, 11)
  sums.good, sums.bad = sums.good + good, sums.bad + bad
  sums.good_bytes, sums.bad_bytes = sums.good_bytes + good_bytes, sums.bad_bytes + bad_bytes
  sums.files = sums.files + files
  if last_good > sums.last_good then sums.last_good = last_good end
  if last_bad > sums.last_bad then sums.last_bad = last_bad end
  for _, time in ipairs(times) do sums.times[#sums.times + 1] = time end
  local slot = sums.minutes[minute]
  if not slot then
    sums.minutes[minute] = {good, bad, good_bytes, bad_bytes}
  else
    slot[1], slot[2] = slot[1] + good, slot[2] + bad
    slot[3], slot[4] = slot[3] + good_bytes, slot[4] + bad_bytes
  end
end

local function add_everywhere(sum)
  counted = counted + sum[4] + sum[5]
  add('client', sum[1], sum)
  add('source', sum[2], sum)
  add('pair', sum[1] .. '\0' .. sum[2], sum)
  add('all', 'all', sum)
end

local sums, new_ids, again, started, ended = unpack(cmsgpack.unpack(ARGV[1]), 1, 5)
for _, sum in ipairs(sums) do add_everywhere(sum) end
for _, sum in ipairs(again) do
  local id = sum[12]
  if call('HEXISTS', ids, id) == 1 or call('HEXISTS', ids_before, id) == 1 then
    again_counted = again_counted + 1
  else
    add_everywhere(sum)
    new_ids[#new_ids + 1] = id
  end
end
for _, id in ipairs(new_ids) do call('HSET', ids, id, '') end
call('EXPIRE', ids, 2 * RECOGNISED)

-- The end of a transfer may come before its beginning does, and is remembered as long as a message is.
local INFLIGHT, INFLIGHT_FACTS = prefix .. 'inflight', prefix .. 'inflight:facts'
local ends, ends_before = prefix .. 'ended:' .. period, prefix .. 'ended:' .. (period - 1)
for _, key in ipairs(ended) do
  call('ZREM', INFLIGHT, key)
  call('HDEL', INFLIGHT_FACTS, key)
  call('HSET', ends, key, '')
end
if #ended > 0 then call('EXPIRE', ends, 2 * RECOGNISED) end
for _, begun in ipairs(started) do
  local key, event, facts = unpack(begun, 1, 3)
  if call('HEXISTS', ends, key) == 0 and call('HEXISTS', ends_before, key) == 0 then
    call('ZADD', INFLIGHT, event, key)
    call('HSET', INFLIGHT_FACTS, key, facts)
  end
end

-- Adds to the totals, and keeps the times of the last good deliveries. Says when silence will have
-- lasted as long as these span.
local function add_to_counts(scope, name, sums)
  local key = prefix .. 'counts:' .. scope
  local good, bad, good_bytes, bad_bytes, files = 0, 0, 0, 0, 0
  local times = sums.times
  local old = call('HGET', key, name)
  if old then
    good, bad, good_bytes, bad_bytes, files = unpack_(TOTALS, old)
    for at = TOTALS_BYTES + 1, #old, 8 do times[#times + 1] = (unpack_('<d', old, at)) end
  end
  table.sort(times)
  local first = math.max(1, #times - RECENT + 1)
  local parts = {pack(TOTALS, good + sums.good, bad + sums.bad, good_bytes + sums.good_bytes,
    bad_bytes + sums.bad_bytes, files + sums.files)}
  for at = first, #times do parts[#parts + 1] = pack('<d', times[at]) end
  call('HSET', key, name, table.concat(parts))
  if sums.good > 0 and #times - first + 1 == RECENT then
    call('ZADD', prefix .. 'overdue:' .. scope, 2 * times[#times] - times[first], name)
  end
end

local function added(data, at, slot)
  local good, bad, good_bytes, bad_bytes = unpack_(SLOT, data, at + 1)
  return data:sub(1, at)
    .. pack(SLOT, good + slot[1], bad + slot[2], good_bytes + slot[3], bad_bytes + slot[4])
    .. data:sub(at + SLOT_BYTES + 1)
end

-- Turns quarters that are too old into hours, and drops days that are too old. Done when a quarter is
-- begun, so an hour costs nothing while it is still known by the minute.
local function fold(key, present)
  local quarter, day = floor(present / MINUTES), floor(present / (60 * HOURS))
  for _, field in ipairs(call('HKEYS', key)) do
    local kind, block = field:sub(1, 1), tonumber(field:sub(2))
    if kind == 'h' and block <= day - DAYS_KEPT then
      call('HDEL', key, field)
    elseif kind == 'm' and block <= quarter - QUARTERS_KEPT then
      local hour = floor(block * MINUTES / 60)
      if floor(hour / HOURS) > day - DAYS_KEPT then
        local data, sum = call('HGET', key, field), {0, 0, 0, 0}
        for at = 1, #data, SLOT_BYTES do
          local slot = {unpack_(SLOT, data, at)}
          for index = 1, 4 do sum[index] = sum[index] + slot[index] end
        end
        local days = 'h' .. floor(hour / HOURS)
        call('HSET', key, days,
          added(call('HGET', key, days) or EMPTY_HOURS, (hour % HOURS) * SLOT_BYTES, sum))
      end
      call('HDEL', key, field)
    end
  end
end

local function add_to_history(key, minute, present, slot)
  local block = floor(minute / MINUTES)
  if block <= floor(present / MINUTES) - QUARTERS_KEPT then return false end
  local field = 'm' .. block
  local data = call('HGET', key, field)
  if not data then
    fold(key, present)
    data = EMPTY_MINUTES
  end
  call('HSET', key, field, added(data, (minute % MINUTES) * SLOT_BYTES, slot))
  return true
end

local present = floor(now / 60)
for scope, names in pairs(flows) do
  local good, bad = prefix .. 'good:' .. scope, prefix .. 'bad:' .. scope
  for name, sums in pairs(names) do
    if sums.good + sums.bad > 0 then
      add_to_counts(scope, name, sums)
      if sums.last_good > 0 then
        call('ZADD', good, 'GT', sums.last_good, name)
      else
        -- Known, and never had a good one.
        call('ZADD', good, 'NX', 0, name)
      end
      if sums.last_bad > 0 then call('ZADD', bad, 'GT', sums.last_bad, name) end
      if scope ~= 'pair' then
        local key = prefix .. 'history:' .. scope .. ':' .. name
        for minute, slot in pairs(sums.minutes) do
          if not add_to_history(key, minute, present, slot) and scope == 'all' then
            too_old = too_old + slot[1] + slot[2]
          end
        end
      end
    end
  end
end

return {counted, again_counted, too_old}
