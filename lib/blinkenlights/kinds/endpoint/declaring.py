"""What `expect` and `forget` do with endpoints."""

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
from blinkenlights.kinds.endpoint.declare import EndpointStore
from blinkenlights.kinds.forgetting import Forgetting, chosen, forget_in_portions
from blinkenlights.store.client import StoreClient


class EndpointDeclaring(Declaring):
    """Endpoints are named by the keys of their files."""

    option = "--endpoint"
    together = "endpoints"
    expect_help = "an endpoint that has to be probed: HOST/PATH (may be repeated)"
    forget_help = "an endpoint: HOST/PATH, or a glob (may be repeated)"
    expected = "endpoints"
    forgotten = "endpoints"
    without_minimum = "--min is for components; an endpoint is one"
    narrowed_by = frozenset(("silent_since", "first_since", "came_by"))

    def valid(self, names: Sequence[str]) -> list[str]:
        """Return names without repetitions; raises UsageError for what no endpoint is called."""
        return printable_names(names, "endpoint")

    async def expect(
        self, store: StoreClient, names: Sequence[str], minimum: int, now: float
    ) -> Done:
        """Declare endpoints."""
        del minimum
        endpoints = EndpointStore(store)
        for name in names:
            await endpoints.expect(name, now)
        return said_of("expected", dict.fromkeys(names, True), "endpoint ")

    async def retire(self, store: StoreClient, names: Sequence[str], now: float) -> Done:
        """Take endpoints out of service."""
        endpoints = EndpointStore(store)
        known = {name: await endpoints.retire(name, now) for name in names}
        return said_of("retired", known, "endpoint ")

    async def declared(self, store: StoreClient) -> Declarations:
        """Return the endpoints that are declared, then those that are retired."""
        endpoints = EndpointStore(store)
        expected = await endpoints.expected()
        retired = sorted((await endpoints.retired()).items())
        rows = [
            Listed(f"endpoint {each.endpoint}", "expected", "", each.since, each.seen)
            for each in expected
        ]
        rows += [Listed(f"endpoint {name}", "retired", "", since, None) for name, since in retired]
        facts = {
            "expected": [each._asdict() for each in expected],
            "retired": [{"endpoint": name, "since": since} for name, since in retired],
        }
        return Declarations(rows, facts)

    async def forget(
        self, store: StoreClient, names: Sequence[str], how: Forgetting
    ) -> dict[str, bool]:
        """Remove what is known of endpoints, of those that match globs, and of silent ones."""
        endpoints = EndpointStore(store)
        if how.narrows or how.is_rehearsal or any(map(is_glob, names)):
            there = await endpoints.known() if not how.narrows else await _meant(endpoints, how)
            known = chosen(names, there, is_narrowed=bool(how.narrows))
        else:
            known = dict.fromkeys(names, True)
        if not how.is_rehearsal:
            await forget_in_portions(known, endpoints.forget, how.told)
        return {f"endpoint {name}": was_known for name, was_known in known.items()}


async def _meant(endpoints: EndpointStore, how: Forgetting) -> set[str]:
    """Return the endpoints that are meant, whatever they are called."""
    return {
        name
        async for name, facts in endpoints.facts()
        if (how.silent_since is None or facts.ended < how.silent_since)
        and (how.first_since is None or facts.first >= how.first_since)
        and (not how.came_by or facts.source == how.came_by)
    }
