"""Which machines are asked about."""

from collections.abc import Sequence

from blinkenlights.globs import is_glob, matcher


class MachineSelection:
    """Names or globs; empty for all. A name without a colon is a machine in any datacenter."""

    def __init__(
        self,
        machines: Sequence[str] = (),
        datacenters: Sequence[str] = (),
        exclude: Sequence[str] = (),
        pools: Sequence[str] = (),
        *,
        by_name: bool = False,
    ) -> None:
        """Take the globs; `by_name` names those that are well, too."""
        self.machines = machines
        self.pools = pools
        self.by_name = by_name
        self.is_of_machines = bool(machines or datacenters or exclude)
        self.patterns = (
            _whole(machines or ["*"], datacenters or ["*"]) if self.is_of_machines else ["*"]
        )
        """Globs on `datacenter:machine` that find all that are asked for, perhaps more."""
        self.has_pool = matcher(pools or ["*"])
        self._wanted = matcher(self.patterns)
        self._there = matcher(_whole(["*"], datacenters) if datacenters else ["*"])
        self._unwanted = matcher(_whole(exclude, ["*"])) if exclude else None

    def includes(self, machine: str) -> bool:
        """Whether a machine is asked for, whatever its pool."""
        if not self.is_of_machines:
            return True
        if self._unwanted is not None and self._unwanted(machine):
            return False
        return self._wanted(machine) and self._there(machine)

    def unknown(self, known: Sequence[str]) -> list[str]:
        """Return the names of machines asked for that are none of those known."""
        # Whatever the number of names and machines, each is looked at once.
        words = {name for machine in known for name in (machine, machine.partition(":")[2])}
        return [name for name in self.machines if not is_glob(name) and name not in words]


def _whole(names: Sequence[str], datacenters: Sequence[str]) -> list[str]:
    return [
        whole
        for name in names
        for whole in ([name] if ":" in name else [f"{there}:{name}" for there in datacenters])
    ]
