-- Lets one of several instances have some work at a time, by the store's own clock.
--
-- Each time it changes hands its epoch rises, so what was made by the epoch before can be told: an
-- instance that was frozen and revived takes itself for the holder still. Scripts that write for
-- the holder have this one in front of them (`Script.after`) and ask `held`.
--
-- KEYS[1]  prefix of the keys of the work; all keys share its hash tag
-- ARGV[1]  `lease` or `leave`; of anything else the script behind this one takes care
-- lease:   ARGV[2] owner, ARGV[3] seconds
--          ARGV[4] up to when the owner has done the work, if it has; kept for who has it next
--          ARGV[5] `rises` for an epoch that rises though the store were emptied, and that stays
--                  when nobody else had the lease since its end
-- Returns  {its epoch, or 0 while somebody else has it; up to when the work was done, as text;
--           for how many seconds it is held still, as text; who had it before}
-- leave:   ARGV[2] owner, ARGV[3] up to when it has done the work, if it has

local prefix, command = KEYS[1], ARGV[1]
local call = redis.call
local lease = prefix .. 'lease'

local clock = call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000

local function held()
  local found = call('HMGET', lease, 'owner', 'until', 'epoch', 'seconds')
  local ends = tonumber(found[2] or '0')
  -- What lasts longer than it was taken for is of a clock that was set back since.
  local is_held = ends > now and ends <= now + tonumber(found[4] or '0')
  return is_held, found[1] or '', tonumber(found[3] or '0'), ends
end

if command == 'lease' then
  local is_held, owner, epoch, ends = held()
  local through = call('HGET', lease, 'through') or ''
  if is_held and owner ~= ARGV[2] then
    return {0, through, ('%.6f'):format(ends - now), owner}
  end
  local rises = ARGV[5] == 'rises'
  if not is_held and not (rises and owner == ARGV[2]) then
    epoch = epoch + 1
    if rises then epoch = math.max(epoch, math.floor(now)) end
  end
  local seconds = tonumber(ARGV[3])
  call('HSET', lease, 'owner', ARGV[2], 'until', ('%.6f'):format(now + seconds),
    'seconds', seconds, 'epoch', ('%.0f'):format(epoch))
  if ARGV[4] and ARGV[4] ~= '' and owner == ARGV[2] then
    call('HSET', lease, 'through', ARGV[4])
  end
  return {epoch, through, ('%.6f'):format(seconds), owner}
end

if command == 'leave' then
  local _, owner = held()
  if owner == ARGV[2] then
    call('HSET', lease, 'until', '0')
    if ARGV[3] and ARGV[3] ~= '' then call('HSET', lease, 'through', ARGV[3]) end
  end
  return 0
end
