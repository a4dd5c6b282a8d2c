-- Records a gap. Gaps of one source that touch become one, and each source keeps its newest, so that
-- one that flaps does not push out what the others need. A gap is recorded when it ends: what an older one
-- of its source has after that came by a clock that was ahead, and would excuse silence until then.
--
-- KEYS[1]  list of gaps as JSON {source, start, end, reason}, newest first; with {lost,
--          lost_from, lost_to} where the store had something of it, and lost it
-- ARGV[1]  the gap
-- ARGV[2]  how many to keep of each source
-- ARGV[3]  seconds before its end after which an old gap explains no silence any more

local key, most, oldest = KEYS[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local new = cjson.decode(ARGV[1])
local gaps = {}

local function is_gap(readable, gap)
  return readable and type(gap) == 'table' and type(gap.source) == 'string'
    and type(gap.start) == 'number' and type(gap['end']) == 'number'
end

for _, text in ipairs(redis.call('LRANGE', key, 0, -1)) do
  local readable, gap = pcall(cjson.decode, text)
  if is_gap(readable, gap) then
    local is_same = gap.source == new.source
    if is_same and gap['end'] > new['end'] then
      gap['end'] = new['end']
      text = cjson.encode(gap)
    end
    if is_same and gap.start > new['end'] then
      -- All of it is yet to come.
    elseif is_same and gap['end'] >= new.start then
      new.start = math.min(new.start, gap.start)
      new['end'] = math.max(new['end'], gap['end'])
      if gap.lost then
        new.lost = new.lost or gap.lost
        new.lost_from = math.min(new.lost_from or gap.lost_from, gap.lost_from)
        new.lost_to = math.max(new.lost_to or gap.lost_to, gap.lost_to)
      end
    elseif gap['end'] >= new['end'] - oldest then
      gaps[#gaps + 1] = {source = gap.source, ended = gap['end'], text = text}
    end
  end
end
gaps[#gaps + 1] = {source = new.source, ended = new['end'], text = cjson.encode(new)}
table.sort(gaps, function(a, b) return a.ended > b.ended end)

local kept = {}
redis.call('LTRIM', key, 1, 0)
for _, gap in ipairs(gaps) do
  kept[gap.source] = (kept[gap.source] or 0) + 1
  if kept[gap.source] <= most then redis.call('RPUSH', key, gap.text) end
end
