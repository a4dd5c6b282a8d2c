-- Leases the speedos that are due, and takes note of those that are published.
--
-- What a speedo says is fixed when it is leased, before anybody publishes it, and only its commit
-- moves the point up to which transfers are published. Who dies in between may or may not have
-- published it, so whoever has it next publishes the very same one: what it did not hold is in the
-- speedo after it, and who got it twice can tell.
--
-- KEYS[1]  prefix of the transfer keys; all keys share its hash tag
-- ARGV[1]  `lease` or `commit`
-- ARGV[2]  scope, ARGV[3]  present time, ARGV[4]  seconds between two speedos
-- lease:   ARGV[5]  seconds after which somebody else may have what is leased
--          ARGV[6]  most to lease, ARGV[7]  when counting began, for a store that never had speedos
-- Returns  {name, from, to, good, bad, good bytes, bad bytes, files} for each, times as text
-- commit:  ARGV[5]  MessagePack: {name, to} for each that is published
-- Returns  how many of them were not committed before

local prefix, command, scope = KEYS[1], ARGV[1], ARGV[2]
local now, interval = tonumber(ARGV[3]), tonumber(ARGV[4])
local call, pack, unpack_ = redis.call, struct.pack, struct.unpack

local TOTALS, TOTALS_BYTES = '<I8I8I8I8I8', 40
local MOST_ENROLLED = 5000      -- at once; the store does nothing else meanwhile
local NOTHING = string.rep('\0', TOTALS_BYTES)
local due = prefix .. 'speedo:due:' .. scope
local published = prefix .. 'speedo:published:' .. scope
local pending = prefix .. 'speedo:pending:' .. scope

local function text(time) return ('%.3f'):format(time) end

-- On a grid, so that speedos of the same interval can be compared, and do not drift.
local function next_after(time) return (math.floor(time / interval) + 1) * interval end

if command == 'commit' then
  local committed = 0
  for _, row in ipairs(cmsgpack.unpack(ARGV[5])) do
    local name, to = row[1], row[2]
    local held = call('HGET', pending, name)
    if held and text((unpack_('<d', held, TOTALS_BYTES + 1))) == to then
      call('HSET', published, name, held)
      call('HDEL', pending, name)
      call('ZADD', due, 'XX', next_after(tonumber(to)), name)
      committed = committed + 1
    end
  end
  return committed
end

local lease, most = tonumber(ARGV[5]), tonumber(ARGV[6])
local since = prefix .. 'speedo:since:' .. scope

-- A name that is new has been counted since we last looked for new ones, or since the beginning.
local function enrol(name, from)
  call('ZADD', due, 'NX', next_after(from), name)
  call('HSETNX', published, name, NOTHING .. pack('<d', from))
end

local has_enrolled_all = true
local looked = tonumber(call('GET', since)) or tonumber(ARGV[7])
if scope == 'all' then
  enrol('all', looked)
elseif call('ZCARD', prefix .. 'good:' .. scope) ~= call('ZCARD', due) then
  local good = prefix .. 'good:' .. scope
  for place, name in ipairs(call('ZDIFF', 2, good, due)) do
    if place > MOST_ENROLLED then
      has_enrolled_all = false
      break
    end
    enrol(name, looked)
  end
  for _, name in ipairs(call('ZDIFF', 2, due, good)) do
    call('ZREM', due, name)
    call('HDEL', published, name)
    call('HDEL', pending, name)
  end
end
if has_enrolled_all then call('SET', since, text(now)) end

-- Only a clock that was set back has anything due so late.
for _, name in ipairs(call('ZRANGEBYSCORE', due, now + interval + lease, '+inf', 'LIMIT', 0, most)) do
  call('ZADD', due, now, name)
end

local rows = {}
for _, name in ipairs(call('ZRANGEBYSCORE', due, '-inf', now, 'LIMIT', 0, most)) do
  local held = call('HGET', pending, name)
  if not held then
    local totals = call('HGET', prefix .. 'counts:' .. scope, name) or NOTHING
    held = totals:sub(1, TOTALS_BYTES) .. pack('<d', tonumber(text(now)))
    call('HSET', pending, name, held)
  end
  call('ZADD', due, now + lease, name)
  local before = call('HGET', published, name) or NOTHING .. pack('<d', looked)
  local new, old = {unpack_(TOTALS .. 'd', held)}, {unpack_(TOTALS .. 'd', before)}
  local row = {name, text(math.min(old[6], new[6])), text(new[6])}
  for index = 1, 5 do
    -- Totals that are less than before began anew.
    row[3 + index] = new[index] < old[index] and new[index] or new[index] - old[index]
  end
  rows[#rows + 1] = row
end
return rows
