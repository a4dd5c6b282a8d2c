-- Stores what was told of machines. Whatever the order and however often a message comes, the state is
-- the same: times only move forward, of two last tasks the later one stays, and an end of a task is kept once.
--
-- KEYS[1]  prefix of the machine keys; all keys share its hash tag
-- ARGV[1]  MessagePack: rows {event, machine, pool, is alive, what, reason, task, started, receipt, source};
--          `started` is -1 when it is not told
-- ARGV[2]  seconds by which the clock of who tells may be ahead of ours
-- ARGV[3]  how many ends of tasks to keep of a machine
-- Returns  how many rows moved forward when a machine was last seen
--
-- The facts are described in layout.py.

local prefix = KEYS[1]
local FACTS, SEEN, POOLS = prefix .. 'facts', prefix .. 'seen:', prefix .. 'pools'
local FAILING, LOST = prefix .. 'failing', prefix .. 'lost'
local AWAITED, EXPECTED, RETIRED = prefix .. 'awaited', prefix .. 'expected', prefix .. 'retired'
local tolerance, most = tonumber(ARGV[2]), tonumber(ARGV[3])

local call, min, max = redis.call, math.min, math.max
local LEFT = {['worker stopped'] = true, ['worker removed'] = true}
local OVER = {completed = true, failed = true, exception = true}
-- Nobody can help it that a task is taken back, replaced or too late.
local NOT_ITS_FAULT = {canceled = true, superseded = true, ['deadline-exceeded'] = true}

-- What is kept has no more digits, and a repetition must not look newer than what is kept.
local function in_milliseconds(time) return math.floor(time * 1000 + 0.5) / 1000 end

local function unknown()
  return {seen = 0, first = 0, receipt = 0, source = '', pool = '', told = 0, ahead = 0, lost = 0,
    left = 0, last = false, hit = false, outcomes = {}}
end

local function read(machine)
  local text = call('HGET', FACTS, machine)
  local readable, facts = pcall(cjson.decode, text or '')
  local nothing = unknown()
  if not readable or type(facts) ~= 'table' then return nothing end
  for name, value in pairs(nothing) do
    if value ~= false and type(facts[name]) ~= type(value) then return nothing end
  end
  return facts
end

-- Of two at the same time the greater text stays, so that their order does not matter.
local function is_newer(time, text, old_time, old_text)
  return time > old_time or (time == old_time and text > old_text)
end

local function is_newer_task(last, old)
  local function rank(one) return (OVER[one[3]] and '1' or '0') .. one[2] .. one[3] .. one[4] end
  return not old or is_newer(last[1], rank(last), old[1], rank(old))
end

local function keep_outcome(outcomes, time, task, word)
  for index, one in ipairs(outcomes) do
    if one[2] == task then
      if not is_newer(time, word, one[1], one[3]) then return end
      table.remove(outcomes, index)
      break
    end
  end
  outcomes[#outcomes + 1] = {time, task, word}
  table.sort(outcomes, function(a, b)
    if a[1] ~= b[1] then return a[1] > b[1] end
    return a[2] > b[2]
  end)
  outcomes[most + 1] = nil
end

local function failed_in_a_row(outcomes)
  for index, one in ipairs(outcomes) do
    if one[3] == 'completed' then return index - 1 end
  end
  return #outcomes
end

-- Returns the facts as text, how many tasks failed in a row, and whether the machine lived later than
-- was known; nothing when all of it was told before.
local function told(facts, row)
  local event, _, pool, is_alive, what, reason, task, started, receipt, source = unpack(row, 1, 10)
  event, receipt = in_milliseconds(event), in_milliseconds(receipt)
  local time = min(event, receipt)
  -- A time to come counts as of its receipt, and once: given again, it would be life each time. Whole
  -- seconds, because the JSON has no digits for the milliseconds of the year 9999.
  if event > receipt + tolerance then
    if event <= facts.ahead then return nil end
    facts.ahead = math.ceil(event)
  elseif math.ceil(event) == facts.ahead then
    return nil
  end
  started = started >= 0 and min(in_milliseconds(started), time) or -1
  if pool ~= '' and is_newer(time, pool, facts.told, facts.pool) then
    facts.told, facts.pool = time, pool
  end
  -- Whatever became of its task, the machine claimed it.
  local lived = is_alive and time or started
  if lived > 0 and (facts.first == 0 or lived < facts.first) then facts.first = lived end
  local has_moved = lived > facts.seen
  if has_moved then facts.seen, facts.receipt, facts.source = lived, receipt, source end
  if not is_alive then
    local happened = reason ~= '' and reason or what
    if not facts.hit or is_newer(time, happened, facts.hit[1], facts.hit[2]) then
      facts.hit = {time, happened}
    end
    if reason == 'claim-expired' then facts.lost = max(facts.lost, time) end
    if LEFT[what] then facts.left = max(facts.left, time) end
  end
  if what == 'running' or OVER[what] then
    local last = {time, task, what, reason, started}
    if is_newer_task(last, facts.last) then facts.last = last end
  end
  if OVER[what] and not NOT_ITS_FAULT[reason] then
    keep_outcome(facts.outcomes, time, task, reason ~= '' and reason or what)
  end
  return cjson.encode(facts), failed_in_a_row(facts.outcomes), has_moved
end

local function set_or_remove(key, wanted, score, machine)
  if wanted then call('ZADD', key, score, machine) else call('ZREM', key, machine) end
end

local function store(machine, facts, text, failed, old_pool)
  call('HSET', FACTS, machine, text)
  if facts.seen > 0 then call('ZREM', AWAITED, machine) end
  if call('ZSCORE', RETIRED, machine) then return end
  local has_left = facts.left > facts.seen and call('HEXISTS', EXPECTED, machine) == 0
  set_or_remove(FAILING, failed > 0 and not has_left, failed, machine)
  set_or_remove(LOST, facts.lost > facts.seen and not has_left, facts.lost, machine)
  if old_pool ~= facts.pool or has_left then call('ZREM', SEEN .. old_pool, machine) end
  if facts.seen > 0 and not has_left then
    call('ZADD', SEEN .. facts.pool, facts.seen, machine)
    call('SADD', POOLS, facts.pool)
  end
end

local moved = 0
for _, row in ipairs(cmsgpack.unpack(ARGV[1])) do
  local machine = row[2]
  local facts = read(machine)
  local old_pool = facts.pool
  local is_ours, text, failed, has_moved = pcall(told, facts, row)
  if not is_ours then
    -- What another version or a hand left there gives way.
    facts = unknown()
    text, failed, has_moved = told(facts, row)
  end
  if text then store(machine, facts, text, failed, old_pool) end
  if has_moved then moved = moved + 1 end
end

return moved
