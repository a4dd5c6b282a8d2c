"""What `expect` and `forget` do with endpoints."""

from collections.abc import Sequence

from blinkenlights.kinds.declaring import printable_names
from blinkenlights.kinds.declaring_by_name import DeclaringByName
from blinkenlights.kinds.endpoint.declare import EndpointStore
from blinkenlights.kinds.endpoint.keys import Facts
from blinkenlights.kinds.forgetting import Forgetting
from blinkenlights.store.client import StoreClient


class EndpointDeclaring(DeclaringByName[Facts]):
    """Endpoints are named by the keys of their files."""

    option = "--endpoint"
    together = "endpoints"
    called = "endpoint "
    field = "endpoint"
    expect_help = "an endpoint that has to be probed: HOST/PATH (may be repeated)"
    forget_help = "an endpoint: HOST/PATH, or a glob (may be repeated)"
    expected = "endpoints"
    forgotten = "endpoints"
    without_minimum = "--min is for components; an endpoint is one"
    narrowed_by = frozenset(("silent_since", "first_since", "came_by"))

    def valid(self, names: Sequence[str]) -> list[str]:
        """Return names without repetitions; raises UsageError for what no endpoint is called."""
        return printable_names(names, "endpoint")

    def store_of(self, client: StoreClient) -> EndpointStore:
        """Return the store of endpoints."""
        return EndpointStore(client)

    def is_meant(self, name: str, facts: Facts, how: Forgetting) -> bool:
        """Return whether an endpoint is to be forgotten."""
        del name
        return how.means(facts.ended, facts.first, facts.source)
