-- Stores a batch of points, series by series.
--
-- KEYS[1]  prefix of the metric keys; all keys share its hash tag
-- ARGV[1]  MessagePack: rows {series, {time, value, ...}, newest time, live, ttl, status, its time, extras, ends,
--          again}: `again` where they may have been stored before
-- ARGV[2]  when they came
-- ARGV[3]  id of the source
-- ARGV[4]  seconds by which a sender's clock may be off before it counts as wrong
-- ARGV[5]  the session, by which batches come one after the other
-- ARGV[6]  8 bytes that stand for this call
-- ARGV[7]  1 when it may have been made before
-- ARGV[8]  8 bytes for each point, in the order of the rows, where somebody else may be given the same message;
--          else empty
-- Returns  {points stored, repeated or too old, when the senders of what had waited lived, by our clock}
--
-- The form of facts is described in keys.py, that of pages in pages.py.

local prefix = KEYS[1]
local receipt, source, tolerance = tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
local session, token, was_tried = ARGV[5], ARGV[6], ARGV[7] == '1'
local FACTS, DUE, TROUBLE = prefix .. 'facts', prefix .. 'due', prefix .. 'trouble'
local STOPPED, AWAITED, RETIRED = prefix .. 'stopped', prefix .. 'awaited', prefix .. 'retired'
local EXPECTED, NAMES = prefix .. 'expected', prefix .. 'names'
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
local DENSE = 0.75  -- seconds: who comes more often has slots of several figures in the ring of an hour
local LONGEST_RUN = 12
local UNSURE = 300  -- seconds of the shortest limit of what is relied on, while its period is not known
local SWEPT = 5     -- series looked at in each batch, for those of which nothing came for a month
local DENSEST = 50  -- seconds: who comes less often has as many slots in the ring of a day

local some_retired = call('EXISTS', RETIRED) == 1
local some_stopped = call('EXISTS', STOPPED) == 1
local some_expected = call('EXISTS', EXPECTED) == 1
local stored, left, lived = 0, 0, {}

-- Digests of what was stored lately, of each session: as many as a broker may give again, and not too many.
local RECENT, SESSIONS = prefix .. 'recent:', prefix .. 'sessions'
local MOST_RECENT, RECENTLY = 65536, 1200

local function each_digest(text, take)
  for at = 1, #text - 7, 8 do take(sub(text, at, at + 7)) end
end

if was_tried then
  local is_stored = false
  each_digest(call('GET', RECENT .. session) or '', function(each) is_stored = is_stored or each == token end)
  if is_stored then return {0, 0, {}} end
end

local recent
local function is_stored(digest)
  if not recent then
    recent = {}
    for _, each in ipairs(call('ZRANGE', SESSIONS, 0, -1)) do
      each_digest(call('GET', RECENT .. each) or '', function(one) recent[one] = true end)
    end
  end
  return recent[digest]
end

local function note_stored(digests)
  local key = RECENT .. session
  local bytes = call('APPEND', key, token .. digests)
  if bytes > 2 * 8 * MOST_RECENT then call('SET', key, sub(call('GET', key), -8 * MOST_RECENT)) end
  call('EXPIRE', key, RECENTLY)
  call('ZADD', SESSIONS, receipt, session)
  call('ZREMRANGEBYSCORE', SESSIONS, '-inf', receipt - RECENTLY)
end

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

-- Merges figures into a slot of a ring. Of a burst of what comes seldom all are kept; two that share a slot are mostly
-- one that came a little late.
local function put_slot(pages, ring, series, step, form, slot, is_late)
  if slot.number > 2 then form = 'w' end
  put(pages, ring, series, step, form, slot.start, function(old)
    local mean = slot.sum / slot.number
    if form == 'n' then
      -- Of two points that share a slot of one figure, as a late one does, it is their mean.
      local other = old and old ~= NOTHING and unpack_bytes('<d', old)
      return narrow(other and (other + mean) / 2 or mean)
    end
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

-- Facts, the slots that still grow, of the day and of the month, and the newest slots of the hour, which are written
-- to their page together. Of a slot that is not open yet the number is 0.
local HEAD = '<dddddddddI1I1c8ddddddIddddddIdI1I1'
local HEAD_BYTES = struct.size(HEAD)
local STATUSES = {'ok', 'warning', 'critical', 'unknown'}
local CODES = {ok = 1, warning = 2, critical = 3, unknown = 4}
local NAN = 0 / 0

local function parse(packed)
  if not packed or #packed < HEAD_BYTES then return nil end
  local f, day, month = {}, {}, {}
  f.seen, f.receipt, f.event, f.value, f.period, f.ttl, f.offset, f.first, f.since, f.gaps, f.status, f.source,
    day.start, day.low, day.sum, day.high, day.last, day.number, day.step,
    month.start, month.low, month.sum, month.high, month.last, month.number, month.step,
    f.run_start, f.run_step, f.run_length = unpack_bytes(HEAD, packed)
  f.status = STATUSES[f.status] or ''
  f.open = {day.number > 0 and day or nil, month.number > 0 and month or nil}
  local run_end = HEAD_BYTES + 8 * f.run_length
  f.run = sub(packed, HEAD_BYTES + 1, run_end)
  f.extras = sub(packed, run_end + 1)
  return f
end

local NO_SLOT = {start = 0, low = 0, sum = 0, high = 0, last = 0, number = 0, step = 0}

local function packed(f)
  local day, month = f.open[1] or NO_SLOT, f.open[2] or NO_SLOT
  return pack(HEAD, f.seen, f.receipt, f.event, f.value, f.period, f.ttl, f.offset, f.first, f.since, f.gaps,
    CODES[f.status] or 0, f.source,
    day.start, day.low, day.sum, day.high, day.last, day.number, day.step,
    month.start, month.low, month.sum, month.high, month.last, month.number, month.step,
    f.run_start, f.run_step, f.run_length) .. f.run .. f.extras
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
  if not open or start > open.start or step ~= open.step then
    if open then
      put_slot(pages, ring, series, open.step, form, open, false)
    end
    facts.open[index] = slot
  else
    put_slot(pages, ring, series, step, form, slot, true)
  end
end

-- Writes the newest slots of the hour to their page.
local function end_run(facts, pages, series)
  if facts.run_length == 0 then return end
  put(pages, 'fine', series, facts.run_step, 'n', facts.run_start, function() return facts.run end)
  facts.run, facts.run_length = '', 0
end

-- Adds a point to the newest slots of the hour, or to one of those that are written already.
local function add_to_run(facts, pages, series, step, start, value)
  -- A late point begins no run: what is newer is on its page already.
  if facts.run_length == 0 and start + step <= facts.event then
    return put(pages, 'fine', series, step, 'n', start, function() return narrow(value) end)
  end
  local index = (start - facts.run_start) / step
  if facts.run_length > 0 and (facts.run_step ~= step or index >= LONGEST_RUN
      or floor(start / (step * 120)) ~= floor(facts.run_start / (step * 120))) then
    if index < 0 then return put(pages, 'fine', series, step, 'n', start, function() return narrow(value) end) end
    end_run(facts, pages, series)
  end
  if facts.run_length == 0 then
    facts.run_start, facts.run_step, facts.run_length, facts.run = start, step, 1, narrow(value)
  elseif index < 0 then
    put(pages, 'fine', series, step, 'n', start, function() return narrow(value) end)
  else
    facts.run = with_slot(facts.run, index * 8, narrow(value))
    facts.run_length = #facts.run / 8
  end
end

-- Adds a point to the ring of the hour. Where several come in a slot, those of one batch are put there together.
local function add_fine(facts, pages, series, time, value)
  if facts.period >= DENSE then
    local step = fine_step(facts.period)
    return add_to_run(facts, pages, series, step, floor(time / step) * step, value)
  end
  end_run(facts, pages, series)
  local start = floor(time / 2) * 2
  local slot = facts.fine
  if slot and slot.start == start then
    slot.low, slot.high = min(slot.low, value), max(slot.high, value)
    slot.sum, slot.number, slot.last = slot.sum + value, slot.number + 1, value
    return
  end
  if slot then put_slot(pages, 'fine', series, 2, 'w', slot, false) end
  facts.fine = {start = start, low = value, sum = value, high = value, last = value, number = 1}
end

local function place(facts, pages, series, time, value, teaches)
  if time > receipt + tolerance then time = receipt end
  if time < receipt - MONTH then return false end
  local is_sure = facts.gaps >= SURE
  local period = is_sure and facts.period or 0
  if period < HOUR then add(facts, pages, series, 1, day_step(period), time, value) end
  add(facts, pages, series, 2, HOUR, time, value)
  if is_sure and period < DENSEST and time > receipt - HOUR then
    add_fine(facts, pages, series, time, value)
  end
  if time > facts.event then
    if facts.event > 0 and teaches then learn(facts, time - facts.event) end
    facts.event, facts.value = time, value
  end
  return true
end

local function note_status(facts, series, status, time)
  if status == '' or time < max(facts.said, facts.since) then return end
  if status ~= facts.status then facts.status, facts.since = status, time end
  if status == 'ok' then call('ZREM', TROUBLE, series)
  elseif not (some_retired and call('ZSCORE', RETIRED, series)) then
    call('ZADD', TROUBLE, format('%.3f', facts.since), series)
  end
end

-- Tells whether a series is called `heartbeat` or `<app>.heartbeat`. What is escaped cannot end the name.
local function is_of_presence(series)
  local name = match((series:gsub('\\.', '__')), '^[^@{]*')
  return name == 'heartbeat' or sub(name, -10) == '.heartbeat'
end

local digests, passed = ARGV[8], 0
for _, row in ipairs(cmsgpack.unpack(ARGV[1])) do
  local series, points, newest, live, ttl, status, status_at, extras, ends, again = unpack(row, 1, 10)
  local facts = parse(call('HGET', FACTS, series))
  local is_new = not facts
  if is_new then
    facts = {seen = 0, receipt = 0, event = 0, value = NAN, period = 0, gaps = 0, ttl = 0, offset = 0, first = 0, status = '', since = 0,
      open = {}, run_start = 0, run_step = 1, run_length = 0, run = '', extras = '{}'}
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
    passed = passed + 8
    local digest = sub(digests, passed - 7, passed)
    -- While a backlog drains, somebody else may be storing what came between the batch before and this one. Where about
    -- as much time has passed between them, none drains.
    local gap = points[index] - facts.event
    local is_in_step = math.abs(receipt - facts.receipt - gap) <= gap / 10
    local teaches = live or index > 1 or facts.gaps < SURE or is_in_step
    if not (again and is_stored(digest)) and place(facts, pages, series, points[index], points[index + 1], teaches) then
      stored = stored + 1
    else left = left + 1 end
  end
  local fine = facts.fine
  if fine then put_slot(pages, 'fine', series, 2, 'w', fine, false) end
  flush(pages)
  note_status(facts, series, status, min(status_at, receipt))
  if facts.event == 0 then facts.event = min(newest, receipt) end
  if seen > facts.seen or facts.seen > receipt + tolerance then
    local had_ttl = facts.ttl > 0
    facts.seen, facts.receipt, facts.source, facts.offset, facts.ttl = seen, receipt, source, offset, ttl
    if extras ~= '' then facts.extras = extras end
    local limit
    if ttl > 0 then limit = ttl
    elseif facts.gaps >= SURE then limit = max(3 * facts.period, SHORTEST)
    elseif is_of_presence(series) or (some_expected and call('HEXISTS', EXPECTED, series) == 1) then
      limit = max(3 * facts.period, UNSURE)
    end
    -- An end in good order comes when it comes.
    if ends ~= '' then limit = nil end
    if had_ttl and not limit then call('ZREM', DUE, series) end
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
    call('ZADD', NAMES, 0, series)
    call('ZREM', AWAITED, series)
  end
  call('HSET', FACTS, series, packed(facts))
  if ends ~= '' then
    local ended = parse(call('HGET', FACTS, ends))
    if ended and ended.seen <= seen and not (some_retired and call('ZSCORE', RETIRED, ends)) then
      call('ZREM', DUE, ends)
      call('ZREM', TROUBLE, ends)
      call('ZADD', STOPPED, format('%.3f', seen), ends)
      ended.status, ended.since = '', 0
      call('HSET', FACTS, ends, packed(ended))
      some_stopped = true
    end
  end
end

if session ~= '' then note_stored(digests) end

-- Forgets some of which nothing came for a month: all but what is relied on, or was retired by somebody.
local after = call('GET', prefix .. 'swept') or ''
local looked_at = call('ZRANGEBYLEX', NAMES, after ~= '' and '(' .. after or '-', '+', 'LIMIT', 0, SWEPT)
for _, series in ipairs(looked_at) do
  local known = parse(call('HGET', FACTS, series))
  local seen = known and known.seen
  if (not seen or seen < receipt - MONTH) and call('HEXISTS', EXPECTED, series) == 0 and not call('ZSCORE', RETIRED, series)
    and (not is_of_presence(series) or call('ZSCORE', STOPPED, series)) then
    call('HDEL', FACTS, series)
    for _, key in ipairs({NAMES, DUE, TROUBLE, STOPPED}) do call('ZREM', key, series) end
    for ring in pairs(KEPT) do
      local key = prefix .. ring .. ':' .. series
      local pages = call('HKEYS', key)
      if #pages > 0 then call('HDEL', key, unpack(pages)) end
    end
  end
end
local last = #looked_at == SWEPT and looked_at[SWEPT] or ''
if last ~= after then call('SET', prefix .. 'swept', last) end

return {stored, left, lived}
