"""The Redis layout that all kinds share: the prefix, and what collectors write of themselves.

Each kind has its own keys in `kinds/<kind>/keys.py`.

Standard library only: checks import this. docs/redis.md is the same for people. Facts and their
times are stored, never verdicts: whether something is late is worked out when somebody asks.

Times are seconds since the epoch, UTC, with three decimals. Keys that one script touches share a
hash tag in braces. A Redis Cluster is not supported all the same.
"""

PREFIX = "blinkenlights:"

COLLECTOR = PREFIX + "{collector}:"
LIVE = COLLECTOR + "live"
"""HASH: collector name -> its report as JSON, rewritten every second; see docs/redis.md."""
GAPS = COLLECTOR + "gaps"
"""LIST, newest first, of JSON `{source, start, end, reason}`: spans in which we could not hear."""
BORN = COLLECTOR + "born"
"""STRING: when this store was first written to. Gone after a flush, which is how one is noticed."""
VERSION = COLLECTOR + "layout"
"""STRING: the version of the layout, written with `born`; a store without it has the first one."""
COUNTERS = COLLECTOR + "counters"
"""HASH: `stored:<kind>`, `rejected:<reason>`, `trimmed:<reason>`, `skipped:<reason>` -> count."""
SAMPLES = COLLECTOR + "samples"
"""LIST, newest first, of JSON `{time, source, reason, detail, body}`: the last rejects."""
ANNOTATIONS = COLLECTOR + "annotations"
"""LIST, the last written first, of JSON `{time, text, title, tags, by, id}`: what happened."""
NAMES = COLLECTOR + "names"
"""HASH: signal, id of a source and token of a sender, joined by blanks -> how many names came by it
first; about, and without those forgotten since."""

LAYOUT = 1
"""The version of the layout. Who knows another one must not read this one, nor write to it: raise
it with every change that an older program would read wrongly, as a key that is called otherwise."""

GAPS_KEPT = 32
"""Gaps kept of each source."""
GAPS_SECONDS = 2 * 31 * 86400
"""How old a gap may be: two of the longest intervals."""
SAMPLES_KEPT = 20
SAMPLE_BYTES = 512
ANNOTATIONS_KEPT = 1000
