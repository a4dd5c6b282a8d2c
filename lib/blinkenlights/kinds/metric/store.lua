-- Stores a batch of points, series by series.
--
-- KEYS[1]  prefix of the metric keys; all keys share its hash tag
-- ARGV[1]  MessagePack: rows {series, {time, value, ...}, newest time, live, ttl, status, its time, extras, ends}
-- ARGV[2]  when they came
-- ARGV[3]  id of the source
-- ARGV[4]  seconds by which a sender's clock may be off before it counts as wrong
-- Returns  {points stored, repeated or too old, when the senders of what had waited lived, by our clock}
--
-- Text forms are described in keys.py, pages in pages.py.

local prefix = KEYS[1]
local receipt, source, tolerance = tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
local FACTS, DUE, TROUBLE = prefix .. 'facts', prefix .. 'due', prefix .. 'trouble'
local STOPPED, AWAITED, RETIRED = prefix .. 'stopped', prefix .. 'awaited', prefix .. 'retired'
local call = redis.call
local find, format, match, rep, sub = string.find, string.format, string.match, string.rep, string.sub
local floor, max, min = math.floor, math.max, math.min
local pack, unpack_bytes = struct.pack, struct.unpack

local HOUR, DAY, MONTH = 3600, 86400, 30 * 86400
local NOTHING = '\0\0\0\0\0\0\0\0'  -- a slot of one figure in which nothing came
local ZERO = '\0\0\0\0\0\0\0\128'   -- the number 0, which would look like that: minus zero
local FULL = 65535
-- Seconds of a slot in the ring of a day: the longest of these that is no longer than the period.
local DAY_STEPS = {1800, 900, 600, 300, 120, 60}
-- The same for the ring of an hour, of which a slot is at most two thirds of a period, so that a sender who is
-- not quite regular leaves none of them empty.
local FINE_STEPS = {30, 20, 15, 10, 5, 2, 1}
-- Slots in a page, and how many pages may be there, by what a slot holds.
local SLOTS = {fine = {n = 120, w = 56}, day = {n = 120, w = 48}, month = {n = 56, w = 24}}
local KEPT = {fine = HOUR, day = DAY, month = MONTH}
local LEARNT = 9
local SURE = 3   -- gaps after which a period is believed
local SHORTEST = 10
local DENSEST = 50  -- seconds: who comes less often has as many slots in the ring of a day

local some_retired = call('EXISTS', RETIRED) == 1
local some_stopped = call('EXISTS', STOPPED) == 1
local receipt_text = format('%.3f', receipt)
local stored, left, lived = 0, 0, {}

local function narrow(value) return value == 0 and ZERO or pack('<d', value) end

local function wide(low, mean, high, last, number)
  return pack('<ffffI2', low, mean, high, last, min(number, FULL))
end

-- Gives a page with one slot replaced.
local function with_slot(page, offset, slot)
  if #page < offset then page = page .. rep('\0', offset - #page) end
  return sub(page, 1, offset) .. slot .. sub(page, offset + #slot + 1)
end

-- Removes pages that hold nothing any more that is kept.
local function prune(key, ring)
  local slots = SLOTS[ring]
  local gone = {}
  for _, field in ipairs(call('HKEYS', key)) do
    local step, form, start = match(field, '^(%d+)(%a)(%d+)$')
    if not step or start + step * slots[form] < receipt - KEPT[ring] then gone[#gone + 1] = field end
  end
  if #gone > 0 then call('HDEL', key, unpack(gone)) end
end

-- Puts what came in one slot into a page. `edit` gives the new slot, from the old one.
local function put(pages, ring, series, step, form, start, edit)
  local size = form == 'n' and 8 or 18
  local span = step * SLOTS[ring][form]
  local first = floor(start / span) * span
  local field = step .. form .. format('%d', first)
  local key = prefix .. ring .. ':' .. series
  local id = key .. ' ' .. field
  local page = pages[id]
  if not page then
    local old = call('HGET', key, field)
    page = {key = key, field = field, ring = ring, text = old or '', is_new = not old}
    pages[id] = page
    pages[#pages + 1] = page
  end
  local offset = floor((start - first) / step + 0.5) * size
  local old = sub(page.text, offset + 1, offset + size)
  page.text = with_slot(page.text, offset, edit(#old == size and old or nil))
end

local function flush(pages)
  for _, page in ipairs(pages) do
    call('HSET', page.key, page.field, page.text)
    if page.is_new then
      call('EXPIRE', page.key, KEPT[page.ring] + SLOTS[page.ring].n * tonumber(match(page.field, '^%d+')))
      prune(page.key, page.ring)
    end
  end
end

-- Merges figures into a slot of a ring.
local function put_slot(pages, ring, series, step, form, slot, is_late)
  put(pages, ring, series, step, form, slot.start, function(old)
    local mean = slot.sum / slot.number
    if form == 'n' then return narrow(mean) end
    if old then
      local low, old_mean, high, last, number = unpack_bytes('<ffffI2', old)
      if number > 0 then
        local together = number + slot.number
        return wide(min(low, slot.low), (old_mean * number + slot.sum) / together, max(high, slot.high),
          is_late and last or slot.last, together)
      end
    end
    return wide(slot.low, mean, slot.high, slot.last, slot.number)
  end)
end

local function day_step(period)
  for _, step in ipairs(DAY_STEPS) do if step <= period then return step end end
  return 60
end

local function fine_step(period)
  for _, step in ipairs(FINE_STEPS) do if step * 1.5 <= period then return step end end
  return 1
end

local function parse(text)
  local seen, old_receipt, old_source, event, value, period, gaps, ttl, offset, first, status, since, next =
    match(text, '^(%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+)\n(%S*) (%S+)\n()')
  if not next then return nil end
  local facts = {
    seen = tonumber(seen), receipt = old_receipt, source = old_source, event = tonumber(event), value = value ~= 'nan' and tonumber(value) or nil,
    period = tonumber(period), gaps = tonumber(gaps), ttl = tonumber(ttl), offset = tonumber(offset),
    first = tonumber(first), status = status, since = tonumber(since), open = {},
  }
  while true do
    local step, start, low, sum, high, last, number, stop =
      match(text, '^(%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%d+)\n()', next)
    if not step then break end
    facts.open[#facts.open + 1] = {step = tonumber(step), start = tonumber(start), low = tonumber(low),
      sum = tonumber(sum), high = tonumber(high), last = tonumber(last), number = tonumber(number)}
    next = stop
  end
  facts.extras = sub(text, next)
  return facts
end

local function text_of(facts)
  local lines = {
    format('%.3f %s %s %.3f %s %.3f %d %.3f %.3f %.3f', facts.seen, facts.receipt, facts.source, facts.event,
      facts.value and format('%.17g', facts.value) or 'nan', facts.period, facts.gaps, facts.ttl, facts.offset, facts.first),
    format('%s %.3f', facts.status, facts.since),
  }
  for _, slot in ipairs(facts.open) do
    lines[#lines + 1] = format('%d %d %.17g %.17g %.17g %.17g %d', slot.step, slot.start, slot.low, slot.sum, slot.high,
      slot.last, slot.number)
  end
  lines[#lines + 1] = facts.extras
  return table.concat(lines, '\n')
end

-- Learns how often points come: the longest of the usual gaps. One that is much longer is no habit yet.
local function learn(facts, gap)
  local period = facts.period
  if period == 0 then period = gap
  elseif gap > 3 * period then period = min(gap, 2 * period)
  elseif gap > period then period = gap
  else period = period - (period - gap) / 16 end
  facts.period = period
  if facts.gaps < LEARNT then facts.gaps = facts.gaps + 1 end
end

local RINGS = {'day', 'month'}

-- Adds a point to the slot of a ring that is open, or to one that is closed already.
local function add(facts, pages, series, index, step, time, value)
  local ring = RINGS[index]
  local start = floor(time / step) * step
  local form = facts.gaps >= SURE and facts.period >= 0.9 * step and 'n' or 'w'
  local open = facts.open[index]
  if open and open.step == step and start == open.start then
    open.low, open.high = min(open.low, value), max(open.high, value)
    open.sum, open.number = open.sum + value, open.number + 1
    if time >= facts.event then open.last = value end
    return
  end
  local slot = {step = step, start = start, low = value, sum = value, high = value, last = value, number = 1}
  if not open or start > open.start then
    if open then
      put_slot(pages, ring, series, open.step, form, open, false)
    end
    facts.open[index] = slot
  else
    put_slot(pages, ring, series, step, form, slot, true)
  end
end

local function place(facts, pages, series, time, value, repeated)
  if time > receipt + tolerance then time = receipt end
  if time < receipt - MONTH or (repeated and time <= facts.event) then return false end
  local is_sure = facts.gaps >= SURE
  local period = is_sure and facts.period or 0
  if period < HOUR then add(facts, pages, series, 1, day_step(period), time, value) end
  add(facts, pages, series, 2, HOUR, time, value)
  if is_sure and period < DENSEST and time > receipt - HOUR then
    local is_dense = period < 0.75
    local step = is_dense and 2 or fine_step(period)
    local start = floor(time / step) * step
    put(pages, 'fine', series, step, is_dense and 'w' or 'n', start, function(old)
      if not is_dense then return narrow(value) end
      local low, mean, high, last, number = value, value, value, value, 0
      if old then low, mean, high, last, number = unpack_bytes('<ffffI2', old) end
      if number == 0 then return wide(value, value, value, value, 1) end
      return wide(min(low, value), mean + (value - mean) / (number + 1), max(high, value), value, number + 1)
    end)
  end
  if time > facts.event then
    if facts.event > 0 then learn(facts, time - facts.event) end
    facts.event, facts.value = time, value
  end
  return true
end

local function note_status(facts, series, status, time)
  if status == '' or time < facts.said then return end
  if status ~= facts.status then facts.status, facts.since = status, time end
  if status == 'ok' then call('ZREM', TROUBLE, series)
  elseif not (some_retired and call('ZSCORE', RETIRED, series)) then
    call('ZADD', TROUBLE, format('%.3f', facts.since), series)
  end
end

for _, row in ipairs(cmsgpack.unpack(ARGV[1])) do
  local series, points, newest, live, ttl, status, status_at, extras, ends = unpack(row, 1, 9)
  local facts = parse(call('HGET', FACTS, series) or '')
  local is_new = not facts
  if is_new then
    facts = {seen = 0, event = 0, period = 0, gaps = 0, ttl = 0, offset = 0, first = 0, status = '', since = 0,
      open = {}, extras = '{}'}
  end
  facts.said = facts.event
  -- What arrives live is evidence that its sender lives now, whatever time it carries.
  local offset, seen = newest - receipt, nil
  if live then
    if offset <= tolerance and offset >= -tolerance then offset, seen = 0, min(newest, receipt)
    else seen = receipt end
  else
    offset = facts.offset > 0 and facts.offset or 0
    seen = max(0, min(newest - offset, receipt))
    lived[#lived + 1] = format('%.3f', seen)
  end
  local pages = {}
  for index = 1, #points, 2 do
    if place(facts, pages, series, points[index], points[index + 1], not live) then stored = stored + 1
    else left = left + 1 end
  end
  flush(pages)
  note_status(facts, series, status, min(status_at, receipt))
  if facts.event == 0 then facts.event = min(newest, receipt) end
  if seen > facts.seen or facts.seen > receipt + tolerance then
    facts.seen, facts.receipt, facts.source, facts.offset, facts.ttl = seen, receipt_text, source, offset, ttl
    if extras ~= '' then facts.extras = extras end
    local limit = ttl > 0 and ttl or facts.gaps >= SURE and max(3 * facts.period, SHORTEST) or nil
    local gone_at = some_stopped and call('ZSCORE', STOPPED, series)
    if gone_at and seen > tonumber(gone_at) then
      call('ZREM', STOPPED, series)
      gone_at = nil
    end
    if limit and not gone_at and not (some_retired and call('ZSCORE', RETIRED, series)) then
      call('ZADD', DUE, format('%.3f', seen + limit), series)
    end
  end
  if is_new then
    facts.first = facts.seen
    call('ZADD', prefix .. 'names', 0, series)
    call('ZREM', AWAITED, series)
  end
  call('HSET', FACTS, series, text_of(facts))
  if ends ~= '' then
    local event = tonumber(match(call('HGET', FACTS, ends) or '', '^(%S+)'))
    if event and event <= min(newest, receipt) then
      call('ZREM', DUE, ends)
      call('ZREM', TROUBLE, ends)
      call('ZADD', STOPPED, format('%.3f', min(newest, receipt)), ends)
      some_stopped = true
    end
  end
end

return {stored, left, lived}
