"""What `expect` and `forget` do with components."""

from collections.abc import Sequence

from blinkenlights.kinds.declaring import Done, printable_names
from blinkenlights.kinds.declaring_by_name import DeclaringByName
from blinkenlights.kinds.forgetting import Forgetting
from blinkenlights.kinds.heartbeat.declare import ComponentStore
from blinkenlights.kinds.heartbeat.keys import INSTANCES_KEPT, Facts
from blinkenlights.store.client import StoreClient


class ComponentDeclaring(DeclaringByName[Facts]):
    """Components need no option, may have several instances, and are forgotten by globs, too."""

    together = "components"
    called = ""
    field = "component"
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
            await components.expect(name, now, minimum)
        instances = "" if minimum == 1 else f", with {minimum} instances or more"
        return Done(
            [f"expected: {name}{instances}" for name in names],
            {"expected": list(names), "min": minimum},
        )

    def store_of(self, client: StoreClient) -> ComponentStore:
        """Return the store of components."""
        return ComponentStore(client)

    def is_meant(self, name: str, facts: Facts, how: Forgetting) -> bool:
        """Return whether a component is to be forgotten."""
        del name
        instances = facts.instances
        first = min((each.first for each in instances), default=facts.seen)
        if len(instances) >= INSTANCES_KEPT:
            # Older ones were dropped, so nobody knows when the first of all was seen.
            first = 0.0
        hosts = {_host_of(each.name) for each in instances}
        return how.means(facts.seen, first, facts.source, hosts.pop() if len(hosts) == 1 else "")

    async def _meant(self, store: StoreClient, how: Forgetting) -> set[str]:
        if how.silent_since is None:
            return await super()._meant(store, how)
        # One that is retired is not silent: what is known of it is kept.
        seen = await ComponentStore(store).seen()
        silent = {name for name, at in seen.items() if at < how.silent_since}
        return (
            silent if how.narrows == {"silent_since"} else silent & await super()._meant(store, how)
        )


def _host_of(instance: str) -> str:
    """Return the host in `host:pid`; empty where an instance does not say."""
    host, _, pid = instance.rpartition(":")
    return host if pid.isdecimal() else ""
