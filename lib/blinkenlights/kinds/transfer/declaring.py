"""What `expect` and `forget` do with clients, sources and transfers in flight."""

from collections.abc import Sequence
from typing import Literal

from blinkenlights.globs import is_glob
from blinkenlights.kinds.declaring import Declarations, Declaring, Done, Listed, printable_names
from blinkenlights.kinds.forgetting import Forgetting, chosen
from blinkenlights.kinds.transfer.declare import FlowStore
from blinkenlights.store.client import StoreClient


class FlowDeclaring(Declaring):
    """Clients, or sources: `scope` says which."""

    together = "clients or sources"
    without_minimum = "--min and --retired are for components, not for clients and sources"
    without_retirement = without_minimum

    def __init__(self, scope: Literal["client", "source"]) -> None:
        self._scope = scope
        self.narrowed_by = frozenset(("of_source",) if scope == "client" else ())
        self.option = f"--{scope}"
        self.expect_help = f"a {scope} of transfers that has to be heard (may be repeated)"
        self.forget_help = f"a {scope} of transfers, or a glob (may be repeated)"
        if scope == "client":
            self.expected = "clients and sources of transfers"
            self.forgotten = "clients or sources of transfers"

    def valid(self, names: Sequence[str]) -> list[str]:
        """Return names without repetitions; raises UsageError for what none is called."""
        return printable_names(names, self._scope)

    async def expect(
        self, store: StoreClient, names: Sequence[str], minimum: int, now: float
    ) -> Done:
        """Declare some, and tell which of them were known already."""
        del minimum
        flows = FlowStore(store)
        known = {name: await flows.expect(self._scope, name, now) for name in names}
        lines = [
            f"expected: {self._scope} {name}" + (", which is known already" if is_known else "")
            for name, is_known in known.items()
        ]
        rows = [{self._scope: name, "known": is_known} for name, is_known in known.items()]
        return Done(lines, {"expected": rows})

    async def declared(self, store: StoreClient) -> Declarations:
        """Return who is declared."""
        expected = [each for each in await FlowStore(store).expected() if each.scope == self._scope]
        rows = [
            Listed(f"{self._scope} {each.name}", "expected", "", each.since, each.seen)
            for each in expected
        ]
        facts = [
            {self._scope: each.name, "since": each.since, "seen": each.seen} for each in expected
        ]
        return Declarations(rows, {"flows": facts})

    async def forget(
        self, store: StoreClient, names: Sequence[str], how: Forgetting
    ) -> dict[str, bool]:
        """Remove what is known of some, and of those that match globs."""
        flows = FlowStore(store)
        if how.of_source:
            known = chosen(names, await flows.clients_of(how.of_source), is_narrowed=True)
        elif how.is_rehearsal or any(map(is_glob, names)):
            known = chosen(names, await flows.known(self._scope))
        else:
            known = dict.fromkeys(names, True)
        if not how.is_rehearsal:
            meant = [name for name, is_known in known.items() if is_known]
            known |= await flows.forget(self._scope, meant, how.told)
        return {f"{self._scope} {name}": was_known for name, was_known in known.items()}


class InFlightDeclaring(Declaring):
    """Transfers in flight are forgotten by the node on which they will not end."""

    option = "--node"
    together = "transfers in flight"
    forget_help = "the transfers in flight on a node, which will not end (may be repeated)"
    forgotten = "what is in flight on a node"

    def valid(self, names: Sequence[str]) -> list[str]:
        """Return names without repetitions; raises UsageError for what no node is called."""
        return printable_names(names, "node")

    async def forget(
        self, store: StoreClient, names: Sequence[str], how: Forgetting
    ) -> dict[str, bool]:
        """Remove what is in flight on some nodes."""
        flows = FlowStore(store)
        forget = flows.is_busy if how.is_rehearsal else flows.forget_node
        return {f"node {name}": await forget(name) for name in names}
