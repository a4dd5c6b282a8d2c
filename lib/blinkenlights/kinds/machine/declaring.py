"""What `expect` and `forget` do with machines."""

from collections.abc import Sequence

from blinkenlights.errors import UsageError
from blinkenlights.kinds.declaring import Declaring, Done, said_of
from blinkenlights.kinds.fields import Invalid
from blinkenlights.kinds.machine.declare import MachineStore
from blinkenlights.kinds.machine.decode import machine_name
from blinkenlights.store.client import StoreClient


class MachineDeclaring(Declaring):
    """Machines have no instances; how many of a pool have to be alive is configured."""

    option = "--machine"
    together = "machines"
    expect_help = "a machine that has to be heard: DATACENTER:MACHINE (may be repeated)"
    forget_help = "a machine: DATACENTER:MACHINE (may be repeated)"
    expected = "machines"
    forgotten = "machines"
    without_minimum = "--min is for components; for machines: minimum in [[pool]]"
    is_rehearsed = False

    def valid(self, names: Sequence[str]) -> list[str]:
        """Return names without repetitions; raises UsageError for what no machine is called."""
        return valid_machines(names)

    async def expect(
        self, store: StoreClient, names: Sequence[str], minimum: int, now: float
    ) -> Done:
        """Declare machines."""
        del minimum
        machines = MachineStore(store)
        for name in names:
            await machines.expect(name, now)
        return said_of("expected", dict.fromkeys(names, True), "machine ")

    async def retire(self, store: StoreClient, names: Sequence[str], now: float) -> Done:
        """Take machines out of service."""
        machines = MachineStore(store)
        known = {name: await machines.retire(name, now) for name in names}
        return said_of("retired", known, "machine ")

    async def forget(
        self,
        store: StoreClient,
        names: Sequence[str],
        *,
        silent_since: float | None,
        is_rehearsal: bool,
    ) -> dict[str, bool]:
        """Remove what is known of machines."""
        del silent_since, is_rehearsal
        machines = MachineStore(store)
        return {f"machine {name}": await machines.forget(name) for name in names}


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
