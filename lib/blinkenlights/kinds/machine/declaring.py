"""What `expect` and `forget` do with machines."""

from collections.abc import Sequence

from blinkenlights.errors import UsageError
from blinkenlights.globs import is_glob
from blinkenlights.kinds.declaring import Declaring, Done, said_of
from blinkenlights.kinds.fields import Invalid
from blinkenlights.kinds.forgetting import Forgetting, chosen, forget_in_portions
from blinkenlights.kinds.machine.declare import MachineStore
from blinkenlights.kinds.machine.decode import machine_name
from blinkenlights.store.client import StoreClient


class MachineDeclaring(Declaring):
    """Machines have no instances; how many of a pool have to be alive is configured."""

    option = "--machine"
    together = "machines"
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
        self, store: StoreClient, names: Sequence[str], how: Forgetting
    ) -> dict[str, bool]:
        """Remove what is known of machines, and of those that match globs."""
        machines = MachineStore(store)
        if how.narrows or how.is_rehearsal or any(map(is_glob, names)):
            there = await machines.known() if not how.narrows else await _meant(machines, how)
            known = chosen(names, there, is_narrowed=bool(how.narrows))
        else:
            known = dict.fromkeys(names, True)
        if not how.is_rehearsal:
            await forget_in_portions(known, machines.forget, how.told)
        return {f"machine {name}": was_known for name, was_known in known.items()}


async def _meant(machines: MachineStore, how: Forgetting) -> set[str]:
    """Return the machines that are meant, whatever they are called."""
    return {
        machine
        async for machine, facts in machines.facts()
        if (how.silent_since is None or 0 < facts.seen < how.silent_since)
        and (how.first_since is None or facts.first >= how.first_since)
        and (not how.came_by or facts.source == how.came_by)
    }


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
