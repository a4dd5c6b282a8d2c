"""What `expect` and `forget` do with components."""

from collections.abc import Sequence

from blinkenlights.globs import is_glob, matcher
from blinkenlights.kinds.declaring import (
    Declarations,
    Declaring,
    Done,
    Listed,
    printable_names,
    said_of,
)
from blinkenlights.kinds.heartbeat.declare import Declarations as ComponentStore
from blinkenlights.kinds.heartbeat.keys import INSTANCES_KEPT
from blinkenlights.store.client import StoreClient


class ComponentDeclaring(Declaring):
    """Components need no option, may have several instances, and are forgotten by globs, too."""

    together = "components"
    expect_help = "a component: its name, or system:name"
    forget_help = "a component: its name, or system:name; * ? and [...] match several"
    expected = "components"
    forgotten = "components"
    most = INSTANCES_KEPT

    def valid(self, names: Sequence[str]) -> list[str]:
        """Return names without repetitions; raises UsageError for what no component is called."""
        return printable_names(names, "component")

    async def expect(
        self, store: StoreClient, names: Sequence[str], minimum: int, now: float
    ) -> Done:
        """Declare components with how many instances have to be alive."""
        components = ComponentStore(store)
        for name in names:
            await components.expect(name, minimum, now)
        instances = "" if minimum == 1 else f", with {minimum} instances or more"
        return Done(
            [f"expected: {name}{instances}" for name in names],
            {"expected": list(names), "min": minimum},
        )

    async def retire(self, store: StoreClient, names: Sequence[str], now: float) -> Done:
        """Take components out of service."""
        components = ComponentStore(store)
        return said_of("retired", {name: await components.retire(name, now) for name in names})

    async def declared(self, store: StoreClient) -> Declarations:
        """Return the components that are declared, then those that are retired."""
        components = ComponentStore(store)
        expected = await components.expected()
        retired = sorted((await components.retired()).items())
        rows = [
            Listed(each.component, "expected", str(each.minimum), each.since, each.seen)
            for each in expected
        ]
        rows += [Listed(name, "retired", "", since, None) for name, since in retired]
        facts = {
            "expected": [each._asdict() for each in expected],
            "retired": [{"component": name, "since": since} for name, since in retired],
        }
        return Declarations(rows, facts)

    async def forget(
        self,
        store: StoreClient,
        names: Sequence[str],
        *,
        silent_since: float | None,
        is_rehearsal: bool,
    ) -> dict[str, bool]:
        """Remove what is known of components, of those that match globs, and of silent ones."""
        components = ComponentStore(store)
        if silent_since is not None or is_rehearsal or any(map(is_glob, names)):
            known = _chosen(await components.components(), names, silent_since)
        else:
            known = dict.fromkeys(names, True)
        if not is_rehearsal:
            for name in [name for name, is_known in known.items() if is_known]:
                known[name] = await components.forget(name)
        return known


def _chosen(
    components: dict[str, float | None], names: Sequence[str], silent_since: float | None
) -> dict[str, bool]:
    """Return the components that are named and silent for long enough, and names of none."""
    if silent_since is not None:
        components = {
            name: seen
            for name, seen in components.items()
            if seen is not None and seen < silent_since
        }
    matches = matcher(names or ["*"])
    exact = {name for name in names if name in components}
    chosen = dict.fromkeys(sorted(exact | set(filter(matches, components))), True)
    if silent_since is not None:
        return chosen
    unmatched = [
        name for name in names if name not in chosen and not any(map(matcher([name]), chosen))
    ]
    return chosen | dict.fromkeys(unmatched, False)
