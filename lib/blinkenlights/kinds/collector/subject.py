"""The subject of what collectors say about themselves. The page shows them beside its sections."""

from blinkenlights.kinds.collector.declaring import CollectorDeclaring
from blinkenlights.kinds.collector.things import CollectorThings
from blinkenlights.kinds.subject import InRules, Subject

SUBJECTS = (
    Subject(
        name="collector",
        declaring=CollectorDeclaring(),
        in_rules=InRules("collector", missing=("down",), ended=(), view=CollectorThings),
    ),
)
