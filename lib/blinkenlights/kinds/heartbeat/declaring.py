"""What `expect` and `forget` do with components."""

from collections.abc import Sequence

from blinkenlights.globs import is_glob
from blinkenlights.kinds.declaring import (
    Declarations,
    Declaring,
    Done,
    Listed,
    printable_names,
    said_of,
)
from blinkenlights.kinds.forgetting import Forgetting, chosen, forget_in_portions
from blinkenlights.kinds.heartbeat.declare import Declarations as ComponentStore
from blinkenlights.kinds.heartbeat.keys import INSTANCES_KEPT, Facts
from blinkenlights.store.client import StoreClient


class ComponentDeclaring(Declaring):
    """Components need no option, may have several instances, and are forgotten by globs, too."""

    together = "components"
    expect_help = "a component: its name, or system:name"
    forget_help = "a component: its name, or system:name; * ? and [...] match several"
    expected = "components"
    forgotten = "components"
    most = INSTANCES_KEPT
    narrowed_by = frozenset(("silent_since", "first_since", "came_by", "host"))

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
        self, store: StoreClient, names: Sequence[str], how: Forgetting
    ) -> dict[str, bool]:
        """Remove what is known of components, of those that match globs, and of silent ones."""
        components = ComponentStore(store)
        if how.narrows or how.is_rehearsal or any(map(is_glob, names)):
            there = await _meant(components, how)
            known = chosen(names, there, is_narrowed=bool(how.narrows))
        else:
            known = dict.fromkeys(names, True)
        if not how.is_rehearsal:
            await forget_in_portions(known, components.forget, how.told)
        return known


async def _meant(components: ComponentStore, how: Forgetting) -> set[str]:
    """Return the components that are meant, whatever they are called."""
    meant = {
        name
        for name, seen in (await components.components()).items()
        if how.silent_since is None or (seen is not None and seen < how.silent_since)
    }
    if how.narrows <= {"silent_since"}:
        return meant
    return {
        name async for name, facts in components.facts() if name in meant and _is_meant(facts, how)
    }


def _is_meant(facts: Facts, how: Forgetting) -> bool:
    instances = facts.instances
    first = min((each.first for each in instances), default=facts.seen)
    if len(instances) >= INSTANCES_KEPT:
        # Older ones were dropped, so nobody knows when the first of all was seen.
        first = 0.0
    return (
        (how.first_since is None or first >= how.first_since)
        and (not how.came_by or facts.source == how.came_by)
        and (not how.host or all(_host_of(each.name) == how.host for each in instances))
    )


def _host_of(instance: str) -> str:
    """Return the host in `host:pid`; empty where an instance does not say."""
    host, _, pid = instance.rpartition(":")
    return host if pid.isdecimal() else ""
