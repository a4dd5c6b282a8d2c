"""What is usual for series that other kinds have."""

from blinkenlights.kinds.expected import keys
from blinkenlights.kinds.expected.asking import asking
from blinkenlights.kinds.expected.curves import banded
from blinkenlights.kinds.expected.foreseeing import FORESEEING
from blinkenlights.kinds.expected.learning import duties
from blinkenlights.kinds.expected.read import plan
from blinkenlights.kinds.expected.settings import TABLES
from blinkenlights.kinds.kind import Check, Kind, Rights

EXPECTED = Kind(
    name="expected",
    keys=keys.PREFIX,
    tables=TABLES,
    learning=duties,
    banded=banded,
    asking=asking,
    foreseeing=FORESEEING,
    excluding=plan,
    checks=(Check("expected_rate", "Expected rates"),),
    group="expected",
    rights=Rights(collector="hkeys hmget time", checks="hmget zmscore zrange zrangebylex zscan"),
)
