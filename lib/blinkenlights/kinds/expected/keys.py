"""The keys in the store of what is usual.

Standard library only: checks import this. docs/redis.md is the same for people.
"""

from blinkenlights.store import layout

PREFIX = layout.PREFIX + "{expected}:"
STATES = PREFIX + "states:"
"""HASH `states:<sort>`: name of a series -> what was learned of it, packed, below 2 KB. It begins
with a revision in four bytes, which each write raises by one."""
LEARNED = PREFIX + "learned:"
"""STRING `learned:<sort>`: the moment up to which all series were learned."""
EXCLUDED = PREFIX + "excluded"
"""STRING: JSON list of `[sort, glob, start, end]`: maintenances of some series, which neither teach
nor alarm. Whoever plans them writes it."""
SETTINGS = PREFIX + "settings"
"""STRING: JSON `{interval, zone, excluded}` as configured; `excluded` has `[start, end]` of a day
back and two ahead."""
