-- Counts a batch of transfers, each once: by client, by source, by client and source, and in all.
--
-- A message that the broker delivers again may have been counted already, by us before we lost the
-- connection or by a collector that died before it could acknowledge. So the id of every message that
-- is counted is kept for a while, in the same step that counts it. Whoever had it first may be frozen
-- meanwhile, and bring it later as if nobody else had it: what was delivered again and counted is kept
-- by itself, and nothing that is in there is added to a sum. And who was frozen for longer than ids are
-- kept is told to ask his broker first.
--
-- KEYS[1]  prefix of the transfer keys; all keys share its hash tag
-- ARGV[1]  MessagePack: {sums, ids, again}
--          sums: {client, source, minute, good, bad, good bytes, bad bytes, files, last good,
--                 last bad, first good, receipt of a good one that came live}, 0 where there is none
--          ids: of the messages in the sums
--          again: {client, source, minute, ... as a sum of one message, id, whether the broker
--                 delivered it again, whether equal messages count once} for each of which one is true
--          started: {node and id, event, JSON, event by the sender's clock} for each transfer that has
--                   begun
--          ended: {node and id, when it was over, the same by the sender's clock} for each that is
--                 over, the first one first
-- ARGV[2]  session of the collector, ARGV[3]  number of this batch in it: a batch sent twice counts once
-- ARGV[4]  present time by the collector's clock, seconds
-- ARGV[5]  1 when a broker delivered the batch and can be asked, else 0
-- ARGV[6]  seconds by which a clock may be ahead before it counts as wrong
-- Returns  {counted, already counted, too old for the history, found, when},
--          {'look up', found, when, ids}: nothing is counted; these were delivered again to somebody
--          else and counted, so they have to come in `again`,
--          {'ask', found, when}: nothing is counted; nothing came of this session for so long that
--          the broker has to say first whether it gave the messages to somebody else
--          found, when: number of the last batch of the session that was counted until now, -1 for
--          none, and ARGV[4] of it, empty for none
--
-- Text and binary forms are described in keys.py.

local prefix = KEYS[1]
local session, number, now = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local call, floor = redis.call, math.floor
local pack, unpack_ = struct.pack, struct.unpack

local RECOGNISED = 600          -- seconds; a message is recognised for one to two of these
local SESSION_KEPT = 7 * 86400
local FROZEN = RECOGNISED / 2   -- seconds without a word from a session; well before ids are forgotten
local SLOT, SLOT_BYTES = '<I4I4I6I6', 20
local MINUTES, HOURS = 15, 24   -- slots in a field of the history: a quarter of an hour, a day
local QUARTERS_KEPT, DAYS_KEPT = 100, 31
local TOTALS, TOTALS_BYTES = '<I8I8I8I8I8', 40
local HABIT, HABIT_BYTES = '<I4dd', 20
-- As in habit.py, which says why.
local SHORTEST, PAUSES, MEMORY = 60, 20, 90 * 86400
local LEARNT, STEADY = 7 * 86400, 1200
local PAIRS = {[0] = '<'}       -- form of so many pauses
for count = 1, PAUSES do PAIRS[count] = PAIRS[count - 1] .. 'I4I4' end
local EMPTY_MINUTES = string.rep('\0', SLOT_BYTES * MINUTES)
local EMPTY_HOURS = string.rep('\0', SLOT_BYTES * HOURS)
local HAS_TIMES = {client = true, source = true}
local HAS_HISTORY = {client = true, source = true, all = true}
local PORTION = 1000            -- arguments of one call; Lua's stack takes some 8,000
-- A last time after this came by a clock of ours that was wrong: anything that comes now replaces it.
local latest = now + tonumber(ARGV[6])

local SESSION = prefix .. 'session:' .. session
local known = call('GET', SESSION)
local found, found_at = -1, ''
if known then
  found, found_at = known:match('^(%S+) (%S*)$')
  found = tonumber(found)
end
local silent = SESSION_KEPT - call('TTL', SESSION)
if ARGV[5] == '1' and silent > FROZEN then
  call('SET', SESSION, known or '-1 ', 'EX', SESSION_KEPT)
  return {'ask', found, found_at}
end
if number <= found then
  call('EXPIRE', SESSION, SESSION_KEPT)
  return {0, 0, 0, found, found_at}
end

local period = floor(now / RECOGNISED)
local ids, again_ids = prefix .. 'ids:' .. period, prefix .. 'again:' .. period

-- Those that are there of the hashes in which something of now may be. In the next period is what
-- others counted while this batch waited.
local function there(name)
  local keys = {}
  for each = period - 1, period + 1 do
    local key = prefix .. name .. each
    if call('EXISTS', key) == 1 then keys[#keys + 1] = key end
  end
  return keys
end

local function note(list, one, other)
  local count = #list
  list[count + 1], list[count + 2] = one, other
end

-- Calls `act` with everything in a list: one call for a thousand names costs a fraction of a
-- thousand calls.
local function in_portions(list, act)
  for first = 1, #list, PORTION do act(unpack(list, first, math.min(first + PORTION - 1, #list))) end
end

local function remember(key, names)
  local fields = {}
  for _, name in ipairs(names) do note(fields, name, '') end
  in_portions(fields, function(...) call('HSET', key, ...) end)
  call('EXPIRE', key, 2 * RECOGNISED)
end

local counted, again_counted, too_old = 0, 0, 0
local flows = {client = {}, source = {}, pair = {}, all = {}}   -- name -> sums

-- Sums are {good, bad, good bytes, bad bytes, files, last good, last bad, last receipt, times,
-- minute -> slot}: a list takes a third of the memory of names, and there are thousands of them.
local function add(scope, name, row)
  local minute = row[3]
  local sums = flows[scope][name]
  if sums then
    for index = 1, 5 do sums[index] = sums[index] + row[index + 3] end
    for index = 6, 7 do sums[index] = math.max(sums[index], row[index + 3]) end
    sums[8] = math.max(sums[8], row[12])
  else
    sums = {row[4], row[5], row[6], row[7], row[8], row[9], row[10], row[12],
            HAS_TIMES[scope] and {}, HAS_HISTORY[scope] and {}}
    flows[scope][name] = sums
  end
  local times, minutes = sums[9], sums[10]
  -- Between the first and the last of a minute there is no pause.
  if times and row[9] > 0 then note(times, row[11], row[9]) end
  if minutes then
    local slot = minutes[minute]
    if slot then
      for index = 1, 4 do slot[index] = slot[index] + row[index + 3] end
    else
      minutes[minute] = {row[4], row[5], row[6], row[7]}
    end
  end
end

local function add_everywhere(row)
  counted = counted + row[4] + row[5]
  add('client', row[1], row)
  add('source', row[2], row)
  add('pair', row[1] .. '\0' .. row[2], row)
  add('all', 'all', row)
end

local rows, new_ids, again, started, ended = unpack(cmsgpack.unpack(ARGV[1]), 1, 5)

local counted_again = {}
for _, key in ipairs(there('again:')) do
  in_portions(new_ids, function(...)
    local names = {...}
    for index, value in ipairs(call('HMGET', key, ...)) do
      if value then counted_again[#counted_again + 1] = names[index] end
    end
  end)
end
if #counted_again > 0 then return {'look up', found, found_at, counted_again} end
call('SET', SESSION, number .. ' ' .. ARGV[4], 'EX', SESSION_KEPT)

for _, row in ipairs(rows) do add_everywhere(row) end
local counted_ids = #again > 0 and there('ids:') or {}
local function is_counted(id)
  for _, key in ipairs(counted_ids) do
    if call('HEXISTS', key, id) == 1 then return true end
  end
  return false
end
local new_again, here = {}, {}
for _, row in ipairs(again) do
  local id, delivered_again, counts_once = unpack(row, 13, 15)
  -- Of two in one batch that the broker delivers again each may be a message of its own.
  if (counts_once and here[id]) or is_counted(id) then
    again_counted = again_counted + 1
  else
    add_everywhere(row)
    new_ids[#new_ids + 1] = id
    if delivered_again then new_again[#new_again + 1] = id end
    here[id] = true
  end
end
remember(ids, new_ids)
if #new_again > 0 then remember(again_ids, new_again) end

-- The end of a transfer may come before its beginning does, so the times of its last ends are remembered
-- as long as a message is. What began after that was begun anew.
local INFLIGHT, INFLIGHT_FACTS = prefix .. 'inflight', prefix .. 'inflight:facts'
local INFLIGHT_AHEAD, MOST_ENDS = prefix .. 'inflight:ahead', 4
local ends, ends_before = prefix .. 'ended:' .. period, prefix .. 'ended:' .. (period - 1)

-- Adds an end to a list of them, latest first, without those that came too often or too long ago.
local function take_end(known, time)
  local place = 1
  while known[place] and known[place] > time do place = place + 1 end
  if known[place] ~= time then table.insert(known, place, time) end
  known[MOST_ENDS + 1] = nil
end

-- Returns for each of some when it was over, latest first, and as `upto` until when what began is over: by
-- the clock of the sender, which may be ahead. Nothing of one of which no end is known.
local function known_ends(names)
  local found = {}
  for _, key in ipairs({ends, ends_before}) do
    local place = 0
    in_portions(names, function(...)
      for _, text in ipairs(call('HMGET', key, ...)) do
        place = place + 1
        if text then
          local known = found[names[place]] or {upto = 0}
          found[names[place]] = known
          local upto, times = text:match('^(%S+)(.*)$')
          -- A version that remembered no time left an empty text: whatever began is over.
          known.upto = math.max(known.upto, tonumber(upto or '') or math.huge)
          if times == '' then times = upto end
          for time in (times or ''):gmatch('%S+') do take_end(known, tonumber(time)) end
        end
      end
    end)
  end
  return found
end

local function end_text(known)
  if type(known) == 'number' then return string.format('%.3f', known) end
  local times = {}
  for index, time in ipairs(known) do times[index] = string.format('%.3f', time) end
  return string.format('%.3f', known.upto) .. ' ' .. table.concat(times, ' ')
end

-- Returns the first end that is known after a beginning; nothing where none is.
local function first_end_after(known, began)
  local first
  for _, time in ipairs(known) do
    if time >= began then first = time end
  end
  return first
end

-- What was in flight stays for a while with its beginning and its end, for who asks what was in flight then.
local FLOWN, FLOWN_SINCE, MOST_FLOWN = prefix .. 'flown', prefix .. 'flown:since', 100000
local has_flown = false

local function note_flown(key, began, facts, over)
  local member = key .. '\0' .. string.format('%.3f', began) .. '\0' .. (facts or '')
  -- A beginning that is delivered again after a later end of the same name flew no longer for that.
  call('ZADD', FLOWN, 'LT', string.format('%.3f', over), member)
  has_flown = true
end

-- By our clock a beginning ahead of it is of when it came, which is another time whenever it comes
-- again. What its sender said is kept, to know it by.
local is_ahead = #started + #ended > 0 and call('EXISTS', INFLIGHT_AHEAD) == 1

local function said_ahead(key)
  return is_ahead and tonumber(call('HGET', INFLIGHT_AHEAD, key) or '')
end

-- Nearly all are over once, by a clock that is right: a number is half the work of a list.
local function listed(known)
  if type(known) == 'number' then return {upto = known, known} end
  return known or {upto = 0}
end

local over, over_names = {}, {}
for index, one in ipairs(ended) do over_names[index] = one[1] end
local ends_of = known_ends(over_names)
for _, one in ipairs(ended) do
  local key, time, said = one[1], one[2], one[3]
  local known, last, upto = ends_of[key], time, time
  if known or said > time then
    known = listed(known)
    take_end(known, time)
    known.upto = math.max(known.upto, time, said)
    last, upto = known[1], known.upto
  else
    known = time
  end
  local began = tonumber(call('ZSCORE', INFLIGHT, key) or '')
  if began and (began <= last or upto == math.huge) then
    local its_end = type(known) == 'table' and first_end_after(known, began) or time
    note_flown(key, began, call('HGET', INFLIGHT_FACTS, key), its_end)
    call('ZREM', INFLIGHT, key)
    call('HDEL', INFLIGHT_FACTS, key)
    local ahead = said_ahead(key)
    if ahead then call('HDEL', INFLIGHT_AHEAD, key) end
    if ahead and ahead > upto then
      known = listed(known)
      known.upto = ahead
    end
  end
  ends_of[key] = known
end
for key, known in pairs(ends_of) do note(over, key, end_text(known)) end
in_portions(over, function(...) call('HSET', ends, ...) end)
if #over > 0 then call('EXPIRE', ends, 2 * RECOGNISED) end

local begun_names = {}
for _, begun in ipairs(started) do begun_names[#begun_names + 1] = begun[1] end
ends_of = known_ends(begun_names)
for _, begun in ipairs(started) do
  local key, event, facts, said = unpack(begun, 1, 4)
  local known = tonumber(call('ZSCORE', INFLIGHT, key) or '')
  local its_ends = ends_of[key]
  if its_ends and said <= its_ends.upto then
    local first = first_end_after(its_ends, event)
    if first then note_flown(key, event, facts, first) end
  elseif not known or (event > known and said_ahead(key) ~= said) then
    if known then note_flown(key, known, call('HGET', INFLIGHT_FACTS, key), event) end
    call('ZADD', INFLIGHT, event, key)
    call('HSET', INFLIGHT_FACTS, key, facts)
    if said > event then
      call('HSET', INFLIGHT_AHEAD, key, string.format('%.3f', said))
      is_ahead = true
    elseif is_ahead then
      call('HDEL', INFLIGHT_AHEAD, key)
    end
  end
end

if #started + #ended > 0 then call('SET', FLOWN_SINCE, string.format('%.3f', now), 'NX') end
if has_flown then
  local kept = tonumber(call('GET', prefix .. 'flown:kept') or '') or 3600
  local since = tonumber(call('GET', FLOWN_SINCE))
  if call('ZREMRANGEBYSCORE', FLOWN, '-inf', string.format('(%.3f', now - kept)) > 0 then
    since = math.max(since, now - kept)
  end
  local too_many = call('ZCARD', FLOWN) - MOST_FLOWN
  if too_many > 0 then
    since = math.max(since, tonumber(call('ZRANGE', FLOWN, too_many - 1, too_many - 1, 'WITHSCORES')[2]))
  end
  call('ZREMRANGEBYRANK', FLOWN, 0, -(MOST_FLOWN + 1))
  call('SET', FLOWN_SINCE, string.format('%.3f', since))
end

local function read_habit(packed)
  local habit = {pauses = {}}
  if #packed % 8 == HABIT_BYTES % 8 and #packed >= HABIT_BYTES then
    local count
    count, habit.first, habit.last = unpack_(HABIT, packed)
    local flat = {unpack_(PAIRS[count], packed, HABIT_BYTES + 1)}
    for index = 1, count do habit.pauses[index] = {flat[2 * index - 1], flat[2 * index]} end
  end
  return habit
end

-- The longest come first, and of two that are equal the older.
local function note_pause(pauses, start, stop)
  local length, place = stop - start, #pauses + 1
  if length < SHORTEST then return end
  while place > 1 do
    local other = pauses[place - 1]
    local other_length = other[2] - other[1]
    if other_length > length or (other_length == length and other[2] <= stop) then break end
    place = place - 1
  end
  table.insert(pauses, place, {start, stop})
end

-- What a wrong clock of ours told to be still to come is forgotten.
local function forget_what_is_to_come(habit)
  if not habit.last or habit.last <= latest then return end
  if habit.first > latest then
    habit.first, habit.last, habit.pauses = nil, nil, {}
    return
  end
  habit.last = math.min(habit.last, now)
  for index = #habit.pauses, 1, -1 do
    local pause = habit.pauses[index]
    if pause[2] > latest then
      habit.last = math.min(habit.last, math.max(pause[1], habit.first))
      table.remove(habit.pauses, index)
    end
  end
end

-- Takes a time that may lie before, between or after those known. A pause in which it lies was none:
-- the report had not come yet.
local function take(habit, time)
  local second = floor(time)
  if not habit.last then
    habit.first, habit.last = time, time
  elseif time > habit.last then
    note_pause(habit.pauses, floor(habit.last), second)
    habit.last = time
  elseif time < habit.first then
    note_pause(habit.pauses, second, floor(habit.first))
    habit.first = time
  else
    for index, pause in ipairs(habit.pauses) do
      if pause[1] < second and second < pause[2] then
        table.remove(habit.pauses, index)
        note_pause(habit.pauses, pause[1], second)
        note_pause(habit.pauses, second, pause[2])
        return
      end
    end
  end
end

-- The longest ones are kept, and first of all the old ones go.
local function keep_longest(habit)
  local pauses = habit.pauses
  while #pauses > PAUSES do
    local oldest = #pauses
    for index, pause in ipairs(pauses) do
      if pause[2] < pauses[oldest][2] then oldest = index end
    end
    local is_old = pauses[oldest][2] < habit.last - MEMORY
    table.remove(pauses, is_old and oldest or #pauses)
  end
end

-- Returns the pause that is usual, in seconds; nothing while that is not known.
local function usual_pause(habit)
  local pauses, all = habit.pauses, 0
  for _, pause in ipairs(pauses) do all = all + pause[2] - pause[1] end
  local function length(index, otherwise)
    local pause = pauses[index]
    return pause and pause[2] - pause[1] or otherwise
  end
  local longest, second = length(1, SHORTEST), length(2, SHORTEST)
  local shortest = length(#pauses, SHORTEST)
  local known = habit.last - habit.first
  local busy = known - all
  local is_regular = (#pauses >= 4 and longest <= 1.25 * shortest)
    or (#pauses >= 10 and longest <= 2 * shortest)
    or (busy >= STEADY and busy >= all and longest <= 2 * shortest)
  if is_regular or (#pauses >= PAUSES and known >= LEARNT) then
    return math.min(longest, 2 * second)
  end
end

-- Does what `learn` does where new times bring no pause that is kept, which is mostly so; else returns
-- nothing. It halves what a batch costs in which many clients come after a pause.
local function learn_nothing_new(times, packed)
  if #packed ~= HABIT_BYTES + 8 * PAUSES then return nil end
  local count, first, last = unpack_(HABIT, packed)
  if times[1] < last or last > latest or times[#times] - first > MEMORY then return nil end
  local start, stop, second_start, second_stop = unpack_(PAIRS[2], packed, HABIT_BYTES + 1)
  local last_start, last_stop = unpack_(PAIRS[1], packed, #packed - 7)
  local longest, second, shortest = stop - start, second_stop - second_start, last_stop - last_start
  for _, time in ipairs(times) do
    if floor(time) - floor(last) > shortest then return nil end
    last = time
  end
  local is_known = longest <= 2 * shortest or last - first >= LEARNT
  return pack(HABIT, count, first, last) .. packed:sub(HABIT_BYTES + 1),
    is_known and last + 2 * math.min(longest, 2 * second)
end

-- Adds new times to the habit that is packed. Returns it packed, and when silence will have lasted
-- for twice the usual pause; nil while there is none.
local function learn(times, packed)
  table.sort(times)
  local same, silent = learn_nothing_new(times, packed)
  if same then return same, silent end
  local habit = read_habit(packed)
  forget_what_is_to_come(habit)
  for _, time in ipairs(times) do take(habit, time) end
  keep_longest(habit)
  local flat = {}
  for _, pause in ipairs(habit.pauses) do note(flat, pause[1], pause[2]) end
  local pause = usual_pause(habit)
  return pack(HABIT, #habit.pauses, habit.first, habit.last) .. pack(PAIRS[#flat / 2], unpack(flat)),
    pause and habit.last + 2 * pause
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

-- Replaces the times in a sorted set that are too far ahead and that this batch knows better.
local function give_way(key, sums_of, index)
  for _, name in ipairs(call('ZRANGE', key, '(' .. latest, '+inf', 'BYSCORE', 'LIMIT', 0, PORTION)) do
    local sums = sums_of[name]
    if sums and sums[index] > 0 then call('ZADD', key, sums[index], name) end
  end
end

-- What goes into keys of many flows is gathered in these lists of pairs, to be written at once.
for scope, sums_of in pairs(flows) do
  local key = prefix .. 'counts:' .. scope
  local names, counts_before = {}, {}
  for name in pairs(sums_of) do names[#names + 1] = name end
  in_portions(names, function(...)
    for _, packed in ipairs(call('HMGET', key, ...)) do counts_before[#counts_before + 1] = packed end
  end)
  local counts, good, never_good, bad, received = {}, {}, {}, {}, {}
  local overdue, not_overdue = {}, {}
  for index, name in ipairs(names) do
    local sums = sums_of[name]
    local before = counts_before[index]
    local last_good, last_bad, last_receipt, times, minutes = unpack(sums, 6, 10)
    local habit = ''
    if before then
      local totals = {unpack_(TOTALS, before)}
      for at = 1, 5 do sums[at] = sums[at] + totals[at] end
      habit = before:sub(TOTALS_BYTES + 1)
    end
    if times and #times > 0 then
      local silent
      habit, silent = learn(times, habit)
      if silent then note(overdue, silent, name) else not_overdue[#not_overdue + 1] = name end
    end
    note(counts, name, pack(TOTALS, unpack(sums, 1, 5)) .. habit)
    if last_receipt > 0 then note(received, last_receipt, name) end
    if last_good > 0 then note(good, last_good, name) else note(never_good, 0, name) end
    if last_bad > 0 then note(bad, last_bad, name) end
    if minutes then
      local history = prefix .. 'history:' .. scope .. ':' .. name
      for minute, slot in pairs(minutes) do
        if not add_to_history(history, minute, present, slot) and scope == 'all' then
          too_old = too_old + slot[1] + slot[2]
        end
      end
    end
  end
  in_portions(counts, function(...) call('HSET', key, ...) end)
  give_way(prefix .. 'good:' .. scope, sums_of, 6)
  give_way(prefix .. 'bad:' .. scope, sums_of, 7)
  in_portions(good, function(...) call('ZADD', prefix .. 'good:' .. scope, 'GT', ...) end)
  -- Known, and never had a good one.
  in_portions(never_good, function(...) call('ZADD', prefix .. 'good:' .. scope, 'NX', ...) end)
  in_portions(bad, function(...) call('ZADD', prefix .. 'bad:' .. scope, 'GT', ...) end)
  give_way(prefix .. 'received:' .. scope, sums_of, 8)
  in_portions(received, function(...) call('ZADD', prefix .. 'received:' .. scope, 'GT', ...) end)
  in_portions(overdue, function(...) call('ZADD', prefix .. 'overdue:' .. scope, ...) end)
  in_portions(not_overdue, function(...) call('ZREM', prefix .. 'overdue:' .. scope, ...) end)
end

return {counted, again_counted, too_old, found, found_at}
