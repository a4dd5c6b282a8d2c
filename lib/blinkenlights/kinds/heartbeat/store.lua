-- Stores a batch of heartbeats. The newest wins by comparison, whatever the order and however often a
-- message comes, so the comparison is made here, where all collectors meet.
--
-- KEYS[1]  prefix of the heartbeat keys; all keys share its hash tag
-- ARGV[1]  MessagePack: rows {component, event, interval, instance, extras, status, receipt, source, live}
-- ARGV[2]  seconds by which a sender's clock may be off before it counts as wrong
-- ARGV[3]  now, by the clock of who stores
-- Returns  {stored, outdated, when the senders of what had waited lived, by our clock}
--
-- Text forms are described in keys.py.

local prefix = KEYS[1]
local FACTS, SEEN = prefix .. 'facts', prefix .. 'seen:'
local STATUS, TROUBLE = prefix .. 'status', prefix .. 'trouble'
local DOUBTED = prefix .. 'doubted'
local AWAITED, RETIRED, SKEWED = prefix .. 'awaited', prefix .. 'retired', prefix .. 'skewed'
local tolerance = tonumber(ARGV[2])
local MOST_INSTANCES = 64  -- INSTANCES_KEPT in keys.py
local now = tonumber(ARGV[3])
-- Times have one width, so that fields are found by position and compare as text.
local TIME, WIDTH = '%016.3f', 16
local SHORTEST_DELAY = 2  -- seconds that any message may take
local STEP = 0.001  -- what differs by less from a time that was stored may be the same
local LAST, EVENT, OFFSET = 18, 35, 52  -- in the line of an instance, after `first`
-- What is stored as seen after this came by a clock of ours that was wrong: anything newer replaces it.
local latest = now + tolerance
local LATEST = string.format(TIME, latest)
local FIRST_LINE = '^[%d.]+ [%d.]+ %S* (%d+)()\n'

local call = redis.call
local find, format, match, sub = string.find, string.format, string.match, string.sub
local min, max = math.min, math.max
local some_retired = call('EXISTS', RETIRED) == 1
local intervals = {}
local stored, outdated, lived = 0, 0, {}
local last_receipt, receipt_text  -- the same for a whole batch

local function is_retired(component)
  return some_retired and call('ZSCORE', RETIRED, component)
end

local function store_status(component, event, receipt, status, extras)
  local since = min(event, receipt)
  event = since
  local old_event, old_since, old_status =
    match(call('HGET', STATUS, component) or '', '^([%d.]+) ([%d.]+) (%S+)')
  if old_event and tonumber(old_event) <= latest then
    if tonumber(old_event) >= event then return false end
    if old_status == status then since = tonumber(old_since) end
  end
  call('HSET', STATUS, component, format('%.3f %.3f %s %s', event, since, status, extras))
  if status == 'ok' then call('ZREM', TROUBLE, component)
  elseif not is_retired(component) then call('ZADD', TROUBLE, since, component) end
  return true
end

-- Tells whether the sender's clock went on as ours did since its last message in doubt.
local function in_step(component, event, receipt)
  local old_event, old_receipt =
    match(call('HGET', DOUBTED, component) or '', '^([%d.]+) ([%d.]+)$')
  local passed = old_receipt and receipt - tonumber(old_receipt)
  -- Who beats several times a second is compared with what it sent a second ago.
  if passed and passed >= 0 and passed < 1 then return false end
  call('HSET', DOUBTED, component, format('%.3f %.3f', event, receipt))
  if not passed then return false end
  local advanced = event - tonumber(old_event)
  -- Closely, or a backlog that some hop lets go at once would look like a clock that was set back.
  return advanced > STEP and math.abs(advanced - passed) <= 2 + passed / 20
end

-- Gives when the sender lived by our clock, and how far its clock is off. nil when nothing is proved.
local function corrected(component, event, receipt, live, mine, interval)
  local old_event = mine and tonumber(sub(mine.line, EVENT, EVENT + WIDTH - 1)) or 0
  if not live then
    local offset = mine and tonumber(mine.offset) or 0
    local moment = min(event - offset, receipt)
    -- From a clock that is ahead and not known to be: given again, it would be life each time.
    if event <= old_event + STEP then moment = min(moment, tonumber(mine.last)) end
    return max(0, moment), offset
  end
  local skew = event - receipt
  -- Who beats every few seconds would be silent by a clock that is as much behind, and beats.
  local behind = interval > 0 and min(tolerance, max(SHORTEST_DELAY, interval / 2)) or tolerance
  if skew <= tolerance and skew >= -behind then return min(event, receipt), 0 end
  if mine then
    -- Such a message may have come before, or have waited on its way; a second one in step has not.
    local advances = event > old_event + STEP
    local falls_behind = skew < 0 and mine.offset == '0.000'
    if (falls_behind or not advances) and not in_step(component, event, receipt) then
      if advances then return event, 0 end
      return nil
    end
  end
  return receipt, skew
end

-- Forgets what cannot be read, and where it may have been counted.
local function drop(component)
  call('HDEL', FACTS, component)
  for _, interval in ipairs(call('SMEMBERS', prefix .. 'intervals')) do
    call('ZREM', SEEN .. interval, component)
  end
end

-- Gives the named instance, the lines of the others, where the further keys begin, and when one of the
-- others with a wrong clock was last seen. nil, nil when a line cannot be read.
local function find_instance(lines, name)
  local mine, others, skewed = nil, {}, nil
  local start, stop = 1, find(lines, '\n', 1, true)
  while stop do
    local line = sub(lines, start, stop)
    local last = sub(line, LAST, LAST + WIDTH - 1)
    local offset = match(line, '^%-?%d+%.%d+', OFFSET)
    if not offset then return nil, nil end
    if sub(line, OFFSET + #offset + 1, -2) == name then
      mine = {first = sub(line, 1, WIDTH), last = last, offset = offset, line = line}
    else
      others[#others + 1] = line
      if offset ~= '0.000' and (not skewed or last > skewed) then skewed = last end
    end
    start = stop + 1
    stop = find(lines, '\n', start, true)
  end
  return mine, others, start, skewed
end

-- Gives the lines of the others that may stay beside one seen at that time: of too many, those seen last.
-- nil when all of them were seen later and nothing may come beside them.
local function beside(others, seen_text)
  if #others >= MOST_INSTANCES then
    local function last(line) return sub(line, LAST, LAST + WIDTH - 1) end
    table.sort(others, function(a, b) return last(a) > last(b) end)
    if last(others[MOST_INSTANCES]) >= seen_text then return nil end
    for index = #others, MOST_INSTANCES, -1 do others[index] = nil end
  end
  return table.concat(others)
end

local function note_clock(component, offset, seen, interval, mine, others_skewed)
  if offset ~= 0 then
    if not is_retired(component) then call('ZADD', SKEWED, format('%.3f', offset), component) end
  elseif (mine and mine.offset ~= '0.000') or others_skewed then
    -- Another instance may still have a wrong clock, unless this one has replaced it.
    if not others_skewed or tonumber(others_skewed) < seen - 2 * interval then
      call('ZREM', SKEWED, component)
    end
  end
end

for _, row in ipairs(cmsgpack.unpack(ARGV[1])) do
  local component, event, interval, name, extras, status, receipt, source, live = unpack(row, 1, 9)
  local proved = false
  if status ~= '' then
    proved = store_status(component, event, receipt, status, extras)
    extras = '{}'
  end
  if receipt ~= last_receipt then
    last_receipt, receipt_text = receipt, format(TIME, receipt)
  end
  local old = call('HGET', FACTS, component)
  local head, body, old_interval, line_end, mine, others, extras_at, others_skewed
  if old then
    old_interval, line_end = match(old, FIRST_LINE)
    if old_interval then
      head, body = sub(old, 1, line_end), sub(old, line_end + 1)
      mine, others, extras_at, others_skewed = find_instance(body, name)
    end
    if not others then
      drop(component)
      old, mine = nil, nil
    elseif old_interval == '0' and status == '' then
      -- Until now it has sent reports on change only; from now on it is judged by its beats.
      call('ZREM', SEEN .. '0', component)
      old, mine, others_skewed = nil, nil, nil
    end
  end
  local seen, offset = corrected(component, event, receipt, live, mine, interval)
  local seen_text = seen and format(TIME, seen)
  if seen_text and not live then lived[#lived + 1] = seen_text end
  -- A health report comes on change only; it must not make a beating component look alive longer.
  local counts = seen and (status == '' or not old or old_interval == '0')
  local is_older = counts and mine and mine.last >= seen_text and mine.last <= LATEST
  -- Several beats of a wrong clock are seen at the same time; the newest tells how wrong it is.
  if is_older and mine.last == seen_text then
    is_older = tonumber(sub(mine.line, EVENT, EVENT + WIDTH - 1)) >= event
  end
  if is_older then
    if seen_text < mine.first then
      call('HSET', FACTS, component,
        head .. seen_text .. sub(mine.line, WIDTH + 1) .. table.concat(others) .. sub(body, extras_at))
    end
    counts = false
  end
  local others_kept = counts and (old and beside(others, seen_text) or not old and '')
  if others_kept then
    proved = true
    note_clock(component, offset, seen, interval, mine, others_skewed)
    local first = mine and mine.first < seen_text and mine.first or seen_text
    local instance = first .. ' ' .. seen_text .. ' '
      .. (event == seen and seen_text or format(TIME, event)) .. ' '
      .. (offset == 0 and '0.000' or format('%.3f', offset)) .. ' ' .. name .. '\n'
    local head_seen = old and sub(head, 1, WIDTH)
    local newest = #others_kept == 0 and mine and mine.last == head_seen
    if old and not newest and head_seen >= seen_text and head_seen <= LATEST then
      -- Another instance was seen later: what it said of the component stands.
      call('HSET', FACTS, component, head .. instance .. others_kept .. sub(body, extras_at))
    else
      local key = tostring(interval)
      call('HSET', FACTS, component, seen_text .. ' ' .. receipt_text .. ' ' .. source .. ' '
        .. key .. '\n' .. instance .. others_kept .. extras)
      if not old then
        call('ZREM', AWAITED, component)
      elseif old_interval ~= key then
        call('ZREM', SEEN .. old_interval, component)
      end
      if not is_retired(component) then
        call('ZADD', SEEN .. key, seen_text, component)
        if not intervals[key] then
          intervals[key] = true
          call('SADD', prefix .. 'intervals', key)
        end
      end
    end
  end
  if proved then stored = stored + 1 else outdated = outdated + 1 end
end

return {stored, outdated, lived}
