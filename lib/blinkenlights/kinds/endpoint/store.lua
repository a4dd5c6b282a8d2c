-- Stores results of probes. Of each moment at which an endpoint was due one result counts, the first that comes;
-- one that was due earlier than the last does not count any more. So order and repetition do not matter.
--
-- KEYS[1]  prefix of the endpoint keys; all keys share its hash tag
-- ARGV[1]  MessagePack: rows {endpoint, receipt, ended, due, level, overdue, failures, of, recoveries, details, source};
--          a row {endpoint, receipt, ended} says that its file names it no more; a probe that was under way then does
--          not bring it back
-- ARGV[2]  how many results to keep of an endpoint
-- ARGV[3]  seconds by which a prober's clock may be ahead of ours
-- Returns  how many results count
--
-- The facts are described in keys.py.

local prefix, most, tolerance = KEYS[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local NAMES, FACTS, DETAILS = prefix .. 'names', prefix .. 'facts', prefix .. 'details'
local OVERDUE, FAILING, DEGRADED = prefix .. 'overdue', prefix .. 'failing', prefix .. 'degraded'
local AWAITED, RETIRED, REMOVED = prefix .. 'awaited', prefix .. 'retired', prefix .. 'removed'
local EXPECTED = prefix .. 'expected'

local call, format = redis.call, string.format
local DEGRADED_FROM, FAILED = 1, 2

local function moment(time) return format('%.3f', time) end

local function read(endpoint)
  local text = call('HGET', FACTS, endpoint)
  local is_ours, facts = pcall(cjson.decode, text or '')
  if is_ours and type(facts) == 'table' and type(facts.recent) == 'table' then return facts end
  return nil
end

local function fresh(ended)
  return {first = ended, good = 0, level = -1, since = ended, streak = 0, runs = 0, recent = {},
    failing = {0, 0, 0}, degraded = {0, 0, 0}}
end

-- A time that is ahead of the clock of whoever receives it came by a wrong clock, and gives way.
local function counts(time, receipt) return time and time <= receipt + tolerance end

local function remove(endpoint, receipt, ended)
  if not call('ZSCORE', NAMES, endpoint) or call('ZSCORE', RETIRED, endpoint) then return end
  if not counts(ended, receipt) then ended = receipt end
  local facts = read(endpoint)
  if facts and facts.due > ended and counts(facts.due, receipt) then return end
  if call('HEXISTS', EXPECTED, endpoint) == 1 then
    -- Whoever expects it wants to hear that nobody probes it any more.
    call('ZADD', OVERDUE, moment(ended), endpoint)
    return
  end
  for _, set in ipairs({OVERDUE, FAILING, DEGRADED}) do call('ZREM', set, endpoint) end
  call('ZADD', REMOVED, moment(ended), endpoint)
end

local function is_removed(endpoint, receipt, due)
  local removed = tonumber(call('ZSCORE', REMOVED, endpoint) or nil)
  return counts(removed, receipt) and due <= removed
end

-- Notes that enough of the last results were bad, or that enough were good in a row.
local function follow(track, recent, worst, run, needed, among, recoveries)
  local size = #recent
  if recent[size][2] >= worst then
    local bad, since = 0, 0
    for index = size, math.max(1, size - among + 1), -1 do
      if recent[index][2] >= worst then bad, since = bad + 1, recent[index][1] end
    end
    if bad >= needed then
      if track[1] <= track[3] then track[2] = since end
      track[1] = run
    end
    return
  end
  local good = 0
  for index = size, 1, -1 do
    if recent[index][2] >= worst then break end
    good = good + 1
  end
  if good >= recoveries then track[3] = run end
end

local function index_by(set, track, endpoint)
  if track[1] > track[3] then
    call('ZADD', set, moment(track[2]), endpoint)
  else
    call('ZREM', set, endpoint)
  end
end

local stored = 0
for _, row in ipairs(cmsgpack.unpack(ARGV[1])) do
  local endpoint, receipt, ended, due, level, overdue, needed, among, recoveries, details, source = unpack(row, 1, 11)
  local facts = due and read(endpoint)
  local is_known = facts and due <= facts.due and counts(facts.due, receipt)
  if not due then
    remove(endpoint, receipt, ended)
  elseif not is_known then
    stored = stored + 1
    if not facts then
      facts = fresh(ended)
      call('ZADD', NAMES, 0, endpoint)
      call('ZREM', AWAITED, endpoint)
    end
    if facts.level ~= level then facts.level, facts.since, facts.streak = level, ended, 0 end
    facts.streak, facts.runs = facts.streak + 1, facts.runs + 1
    if level == 0 then facts.good = ended end
    local recent = facts.recent
    recent[#recent + 1] = {ended, level}
    if #recent > most then table.remove(recent, 1) end
    follow(facts.failing, recent, FAILED, facts.runs, needed, among, recoveries)
    follow(facts.degraded, recent, DEGRADED_FROM, facts.runs, needed, among, recoveries)
    facts.due, facts.ended, facts.receipt, facts.source = due, ended, receipt, source
    call('HSET', FACTS, endpoint, cjson.encode(facts))
    call('HSET', DETAILS, endpoint, details)
    if not is_removed(endpoint, receipt, due) and not call('ZSCORE', RETIRED, endpoint) then
      call('ZREM', REMOVED, endpoint)
      call('ZADD', OVERDUE, moment(overdue), endpoint)
      index_by(FAILING, facts.failing, endpoint)
      index_by(DEGRADED, facts.degraded, endpoint)
    end
  end
end
return stored
