"""What somebody declares of endpoints: that they are expected, retired or forgotten."""

from blinkenlights.kinds.declared_store import DeclaredStore
from blinkenlights.kinds.endpoint import keys
from blinkenlights.store.script import Script


class EndpointStore(DeclaredStore[keys.Facts]):
    """The store, for declaring endpoints."""

    prefix = keys.PREFIX
    declare_script = Script(__package__, "declare")
    forget_script = Script(__package__, "forget")

    def parse_facts(self, packed: bytes) -> keys.Facts:
        """Return the facts in a text; raises ValueError."""
        return keys.parse_facts(packed.decode())
