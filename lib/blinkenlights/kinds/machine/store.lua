-- Stores what was told of machines. Whatever the order and however often a message comes, the state is
-- the same: times only move forward, of two last tasks the later one stays, and an end of a task is kept once.
--
-- KEYS[1]  prefix of the machine keys; all keys share its hash tag
-- ARGV[1]  MessagePack: rows {event, machine, pool, is alive, what, reason, task, started, receipt, source};
--          `started` is -1 when it is not told
-- ARGV[2]  seconds by which the clock of who tells may be ahead of ours
-- ARGV[3]  how many ends of tasks to keep of a machine, and how many runs
-- Returns  how many rows moved forward when a machine was last seen
--
-- The facts are described in keys.py.

local prefix = KEYS[1]
local FACTS, SEEN, POOLS = prefix .. 'facts', prefix .. 'seen:', prefix .. 'pools'
local FAILING, LOST = prefix .. 'failing', prefix .. 'lost'
local AWAITED, EXPECTED, RETIRED = prefix .. 'awaited', prefix .. 'expected', prefix .. 'retired'
local tolerance, most = tonumber(ARGV[2]), tonumber(ARGV[3])

local call, min, max = redis.call, math.min, math.max
local LEFT = {['worker stopped'] = true, ['worker removed'] = true}
local EXPIRED = 'claim-expired'
local OVER = {completed = true, failed = true, exception = true}
-- Nobody can help it that a task is taken back, replaced or too late.
local NOT_ITS_FAULT = {canceled = true, superseded = true, ['deadline-exceeded'] = true}

-- What is kept has no more digits, and a repetition must not look newer than what is kept.
local function in_milliseconds(time) return math.floor(time * 1000 + 0.5) / 1000 end
local function in_microseconds(time) return math.floor(time * 1e6 + 0.5) / 1e6 end

-- cjson writes 14 digits: of a time of today four after its point. Another listener's clock told six.
local IN_MICROSECONDS = {'seen', 'first', 'receipt'}
local function written(facts)
  local rest, fields = {}, {}
  for name, value in pairs(facts) do rest[name] = value end
  for index, name in ipairs(IN_MICROSECONDS) do
    fields[index] = ('"%s":%s'):format(name, (('%.6f'):format(facts[name]):gsub('%.?0+$', '')))
    rest[name] = nil
  end
  return '{' .. table.concat(fields, ',') .. ',' .. cjson.encode(rest):sub(2)
end

local function unknown()
  return {seen = 0, first = 0, receipt = 0, source = '', pool = '', told = 0, ahead = 0, lost = 0,
    left = 0, last = false, hit = false, outcomes = {}, runs = {}}
end

-- Facts of a version that did not keep runs: of the last one it is known whether it is over.
local function runs_of(last)
  if not last or last[3] ~= 'running' or last[5] < 0 then return {} end
  return {{last[5], last[2], ''}}
end

local function read(machine)
  local text = call('HGET', FACTS, machine)
  local readable, facts = pcall(cjson.decode, text or '')
  local nothing = unknown()
  if not readable or type(facts) ~= 'table' then return nothing end
  if facts.runs == nil then
    local is_ours, runs = pcall(runs_of, facts.last)
    facts.runs = is_ours and runs or nil
  end
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

-- A run is {when it began, task, '' while it is open, else how it ended}; one whose beginning nobody
-- told has its end, negative. The newest ones stay whatever came of them: should the end of an old one
-- be forgotten, its beginning that comes late is too old as well.
local function keep_run(runs, began, task, word)
  for index, one in ipairs(runs) do
    if one[2] == task then
      local old, old_word = one[1], one[3]
      if (old < 0) ~= (began < 0) then began = max(old, began) end
      if (old < 0) == (began < 0) and math.abs(old) > math.abs(began) then began = old end
      if old_word > word then word = old_word end
      table.remove(runs, index)
      break
    end
  end
  runs[#runs + 1] = {began, task, word}
  table.sort(runs, function(a, b)
    local first, second = math.abs(a[1]), math.abs(b[1])
    if first ~= second then return first > second end
    return a[2] > b[2]
  end)
  runs[most + 1] = nil
end

-- A claim of a later run that holds proves that the machine lives: it would have expired, too.
local function holds_later_claim(runs)
  for _, one in ipairs(runs) do
    if one[3] == '' then return true end
    if one[3] == EXPIRED then return false end
  end
  return false
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
  event, receipt = in_microseconds(event), in_microseconds(receipt)
  local moment = min(event, receipt)
  local time = in_milliseconds(moment)
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
  local lived = is_alive and moment or started
  if lived > 0 and (facts.first == 0 or lived < facts.first) then facts.first = lived end
  local has_moved = lived > facts.seen
  if has_moved then facts.seen, facts.receipt, facts.source = lived, receipt, source end
  if not is_alive then
    local happened = reason ~= '' and reason or what
    if not facts.hit or is_newer(time, happened, facts.hit[1], facts.hit[2]) then
      facts.hit = {time, happened}
    end
    if reason == EXPIRED then facts.lost = max(facts.lost, time) end
    if LEFT[what] then facts.left = max(facts.left, time) end
  end
  if what == 'running' or OVER[what] then
    local last = {time, task, what, reason, started}
    if is_newer_task(last, facts.last) then facts.last = last end
    local began = started >= 0 and started or what == 'running' and time or -time
    keep_run(facts.runs, began, task, OVER[what] and (reason ~= '' and reason or what) or '')
  elseif what == 'artifact' and started >= 0 then
    keep_run(facts.runs, started, task, '')
  end
  if OVER[what] and not NOT_ITS_FAULT[reason] then
    keep_outcome(facts.outcomes, time, task, reason ~= '' and reason or what)
  end
  return written(facts), failed_in_a_row(facts.outcomes), has_moved
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
  local is_lost = facts.lost > facts.seen and not holds_later_claim(facts.runs)
  set_or_remove(LOST, is_lost and not has_left, facts.lost, machine)
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
