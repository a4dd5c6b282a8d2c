"""The collectors themselves."""

from blinkenlights.kinds.collector.subject import SUBJECTS
from blinkenlights.kinds.kind import Check, Kind, Rights
from blinkenlights.store import layout

COLLECTOR = Kind(
    name="collector",
    keys=layout.COLLECTOR,
    subjects=SUBJECTS,
    # A child needs two retries, 60 s, for a hard state, this one at most 45 s.
    checks=(Check("collector", "Collector", interval=30, retry=15, attempts=2, is_parent=True),),
    # Who publishes speedos asks whether anybody is heard.
    rights=Rights(speedo=""),
)
