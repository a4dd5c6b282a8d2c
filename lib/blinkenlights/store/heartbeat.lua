-- Stores a batch of heartbeats. The newest wins by comparison, whatever the order and however often a
-- message comes, so the comparison is made here, where all collectors meet.
--
-- KEYS[1]  prefix of the heartbeat keys; all keys share its hash tag
-- ARGV[1]  MessagePack: rows {component, event, interval, instance, extras, status, receipt, source, live}
-- ARGV[2]  seconds by which a sender's clock may be off before it counts as wrong
-- Returns  {stored, outdated}
--
-- Text forms are described in layout.py.

local prefix = KEYS[1]
local FACTS, SEEN = prefix .. 'facts', prefix .. 'seen:'
local STATUS, TROUBLE = prefix .. 'status', prefix .. 'trouble'
local AWAITED, RETIRED = prefix .. 'awaited', prefix .. 'retired'
local tolerance = tonumber(ARGV[2])
local MOST_INSTANCES = 64

local call, match, gmatch, format = redis.call, string.match, string.gmatch, string.format
local some_retired = call('EXISTS', RETIRED) == 1
local intervals = {}
local stored, outdated = 0, 0

local function is_retired(component)
  return some_retired and call('ZSCORE', RETIRED, component)
end

local function store_status(component, event, status, extras)
  local old = call('HGET', STATUS, component)
  local since = event
  if old then
    local old_event, old_since, old_status = match(old, '^(%S+) (%S+) (%S+)')
    if tonumber(old_event) >= event then return false end
    if old_status == status then since = tonumber(old_since) end
  end
  call('HSET', STATUS, component, format('%.3f %.3f %s %s', event, since, status, extras))
  if status == 'ok' then call('ZREM', TROUBLE, component)
  elseif not is_retired(component) then call('ZADD', TROUBLE, since, component) end
  return true
end

-- Gives when the sender lived by our clock, and how far its clock is off. nil when nothing is proved.
local function corrected(event, receipt, live, old_event, old_offset)
  if not live then
    return math.min(event - (old_offset or 0), receipt), old_offset or 0
  end
  local skew = event - receipt
  if skew <= tolerance and skew >= -tolerance then return math.min(event, receipt), 0 end
  if old_event and event <= old_event then return nil end
  return receipt, skew
end

-- Gives the other instances as lines, and the numbers of the one named.
local function split_instances(lines, name)
  local others, count, found = {}, 0, nil
  for line in gmatch(lines, '([^\n]*)\n') do
    local first, last, event, offset, its_name = match(line, '^(%S+) (%S+) (%S+) (%S+) (.*)$')
    if its_name == name then
      found = {tonumber(first), tonumber(last), tonumber(event), tonumber(offset)}
    else
      count = count + 1
      others[count] = {tonumber(last), line}
    end
  end
  if count >= MOST_INSTANCES then
    table.sort(others, function(a, b) return a[1] > b[1] end)
    for index = count, MOST_INSTANCES, -1 do others[index] = nil end
  end
  return others, found
end

for _, row in ipairs(cmsgpack.unpack(ARGV[1])) do
  local component, event, interval, name, extras, status, receipt, source, live = unpack(row, 1, 9)
  local proved = false
  if status ~= '' then
    proved = store_status(component, event, status, extras)
    extras = '{}'
  end
  local old = call('HGET', FACTS, component)
  local old_seen, old_interval, old_receipt, old_source, rest
  local others, mine = {}, nil
  if old then
    old_seen, old_interval, old_receipt, old_source, rest = match(old, '^(%S+) (%S+) (%S+) (%S+)\n(.*)$')
    others, mine = split_instances(rest, name)
  end
  local seen, offset = corrected(event, receipt, live, mine and mine[3], mine and mine[4])
  -- A health report comes on change only; it must not make a beating component look alive longer.
  local beats = status == '' or not old or old_interval == '0'
  if seen and beats and not (mine and mine[2] >= seen) then
    proved = true
    local lines = format('%.3f %.3f %.3f %.3f %s\n', mine and mine[1] or seen, seen, event, offset, name)
    for _, other in ipairs(others) do lines = lines .. other[2] .. '\n' end
    local key = format('%d', interval)
    if old and tonumber(old_seen) >= seen then
      -- Another instance was seen later: what it said of the component stands.
      local head = format('%s %s %s %s\n', old_seen, old_interval, old_receipt, old_source)
      call('HSET', FACTS, component, head .. lines .. match(rest, '([^\n]*)$'))
    else
      call('HSET', FACTS, component,
        format('%.3f %s %.3f %s\n', seen, key, receipt, source) .. lines .. extras)
      if not old then
        call('ZREM', AWAITED, component)
      elseif old_interval ~= key then
        call('ZREM', SEEN .. old_interval, component)
      end
      if not is_retired(component) then
        call('ZADD', SEEN .. key, format('%.3f', seen), component)
        if not intervals[key] then
          intervals[key] = true
          call('SADD', prefix .. 'intervals', key)
        end
      end
    end
  end
  if proved then stored = stored + 1 else outdated = outdated + 1 end
end

return {stored, outdated}
