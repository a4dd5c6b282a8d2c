"""What `expect` and `forget` do with machines."""

from collections.abc import Sequence

from blinkenlights.errors import UsageError
from blinkenlights.globs import is_glob
from blinkenlights.kinds.declaring_by_name import DeclaringByName
from blinkenlights.kinds.fields import Invalid
from blinkenlights.kinds.forgetting import Forgetting
from blinkenlights.kinds.machine.declare import MachineStore
from blinkenlights.kinds.machine.decode import machine_name
from blinkenlights.kinds.machine.keys import Facts
from blinkenlights.store.client import StoreClient


class MachineDeclaring(DeclaringByName[Facts]):
    """Machines have no instances; how many of a pool have to be alive is configured."""

    option = "--machine"
    together = "machines"
    called = "machine "
    field = "machine"
    expect_help = "a machine that has to be heard: DATACENTER:MACHINE (may be repeated)"
    forget_help = "a machine: DATACENTER:MACHINE, or a glob (may be repeated)"
    expected = "machines"
    forgotten = "machines"
    without_minimum = "--min is for components; for machines: minimum in [[pool]]"
    narrowed_by = frozenset(("silent_since", "first_since", "came_by"))

    def valid(self, names: Sequence[str]) -> list[str]:
        """Return names without repetitions; raises UsageError for what no machine is called."""
        return valid_machines(names)

    def valid_to_forget(self, names: Sequence[str]) -> list[str]:
        """Return names and globs without repetitions; raises UsageError likewise."""
        valid_machines([name for name in names if not is_glob(name)])
        return list(dict.fromkeys(names))

    def store_of(self, client: StoreClient) -> MachineStore:
        """Return the store of machines."""
        return MachineStore(client)

    def is_meant(self, name: str, facts: Facts, how: Forgetting) -> bool:
        """Return whether a machine is to be forgotten."""
        del name
        return how.means(facts.seen, facts.first, facts.source)


def valid_machines(names: Sequence[str]) -> list[str]:
    """Return `names` without repetitions; raises UsageError for what no machine can be called."""
    for name in names:
        try:
            machine_name(*name.split(":", 1))
        except (Invalid, TypeError):
            raise UsageError(
                f"{name!r} cannot be a machine; write DATACENTER:MACHINE, as mdc1:ms-100"
            ) from None
    return list(dict.fromkeys(names))
