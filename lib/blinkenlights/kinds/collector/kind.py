"""The collectors themselves."""

from blinkenlights.kinds.kind import Kind
from blinkenlights.store import layout

COLLECTOR = Kind(name="collector", keys=layout.COLLECTOR)
