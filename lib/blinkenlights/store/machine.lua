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

local function read(machine)
  local text = call('HGET', FACTS, machine)
  local readable, facts = pcall(cjson.decode, text or '')
  if readable and type(facts) == 'table' and type(facts.seen) == 'number' then return facts end
  return {seen = 0, first = 0, receipt = 0, source = '', pool = '', told = 0, ahead = 0, lost = 0,
    left = 0, last = false, hit = false, outcomes = {}}
end

-- Of two at the same time the greater text stays, so that their order does not matter.
local function is_newer(time, text, old)
  return not old or time > old[1] or (time == old[1] and text > old[2])
end

local function keep_outcome(outcomes, time, task, word)
  for index, one in ipairs(outcomes) do
    if one[2] == task then
      if one[1] > time or (one[1] == time and one[3] >= word) then return end
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

local function set_or_remove(key, wanted, score, machine)
  if wanted then call('ZADD', key, score, machine) else call('ZREM', key, machine) end
end

local function store(machine, facts, old_pool)
  call('HSET', FACTS, machine, cjson.encode(facts))
  if facts.seen > 0 then call('ZREM', AWAITED, machine) end
  if call('ZSCORE', RETIRED, machine) then return end
  local failed = failed_in_a_row(facts.outcomes)
  set_or_remove(FAILING, failed > 0, failed, machine)
  local has_left = facts.left > facts.seen and call('HEXISTS', EXPECTED, machine) == 0
  set_or_remove(LOST, facts.lost > facts.seen and not has_left, facts.lost, machine)
  if old_pool ~= facts.pool or has_left then call('ZREM', SEEN .. old_pool, machine) end
  if facts.seen > 0 and not has_left then
    call('ZADD', SEEN .. facts.pool, facts.seen, machine)
    call('SADD', POOLS, facts.pool)
  end
end

local moved = 0
for _, row in ipairs(cmsgpack.unpack(ARGV[1])) do
  local event, machine, pool, is_alive, what, reason, task, started, receipt, source = unpack(row, 1, 10)
  event, receipt = in_milliseconds(event), in_milliseconds(receipt)
  local facts = read(machine)
  local old_pool = facts.pool
  -- A time to come counts as of its receipt, and once: given again, it would be life each time.
  local is_ahead = event > receipt + tolerance
  local is_new = not is_ahead or event > facts.ahead
  if is_ahead then facts.ahead = max(facts.ahead, event) end
  local time = min(event, receipt)
  if is_new then
    if pool ~= '' and (time > facts.told or (time == facts.told and pool > facts.pool)) then
      facts.told, facts.pool = time, pool
    end
    if is_alive then
      if facts.first == 0 or time < facts.first then facts.first = time end
      if time > facts.seen then
        facts.seen, facts.receipt, facts.source = time, receipt, source
        moved = moved + 1
      end
    else
      local happened = reason ~= '' and reason or what
      if is_newer(time, happened, facts.hit) then facts.hit = {time, happened} end
      if reason == 'claim-expired' then facts.lost = max(facts.lost, time) end
      if LEFT[what] then facts.left = max(facts.left, time) end
    end
    if what == 'running' or OVER[what] then
      local rank = (OVER[what] and '1' or '0') .. task
      if is_newer(time, rank, facts.last) then
        facts.last = {time, rank, task, what, reason, started}
      end
    end
    if OVER[what] and not NOT_ITS_FAULT[reason] then
      keep_outcome(facts.outcomes, time, task, reason ~= '' and reason or what)
    end
    store(machine, facts, old_pool)
  end
end

return moved
