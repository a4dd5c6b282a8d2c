"""The policy of a file, against a few lines of Python that work it out from all results."""

from collections.abc import Sequence
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blinkenlights.kinds.endpoint import keys
from servers.simulated_endpoints import WORDS, SimulatedEndpoints

LEVELS = "gdf"
PERIOD = 60.0


class Policy(NamedTuple):
    """`failures: 2 of 3`, `recoveries: 2`."""

    needed: int
    among: int
    recoveries: int


SOME = st.integers(1, keys.RUNS_KEPT)
POLICIES = st.tuples(SOME, SOME, SOME).map(
    lambda each: Policy(min(each[:2]), max(each[:2]), each[2])
)


def bad_since(levels: Sequence[int], worst: int, policy: Policy) -> int | None:
    """Return with which result it became bad, as a reader of the docs would say it."""
    needed, among, recoveries = policy
    since: int | None = None
    for end in range(1, len(levels) + 1):
        first = max(0, end - among)
        bad = [index for index in range(first, end) if levels[index] >= worst]
        if since is None and levels[end - 1] >= worst and len(bad) >= needed:
            since = bad[0]
        elif all(level < worst for level in levels[end - recoveries : end]) and end >= recoveries:
            since = None
    return since


@given(letters=st.text(LEVELS, min_size=1, max_size=30), policy=POLICIES)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_results_by_any_policy(
    endpoints: SimulatedEndpoints, letters: str, policy: Policy
) -> None:
    """Failing and degraded begin and end as it is worked out from all results."""
    endpoints.forget("shop/cart")
    needed, among, recoveries = policy
    count = len(letters)
    endpoints.send_together(
        endpoints.result(
            "shop/cart",
            WORDS[letter],
            age=(count - 1 - index) * PERIOD,
            failures=(needed, among),
            recoveries=recoveries,
        )
        for index, letter in enumerate(letters)
    )

    levels = [LEVELS.index(letter) for letter in letters]
    for key, worst in ((keys.DEGRADED, 1), (keys.FAILING, 2)):
        since = bad_since(levels, worst, policy)
        began = {} if since is None else {"shop/cart": endpoints.now - (count - 1 - since) * PERIOD}
        assert endpoints.members(key) == began
    facts = endpoints.facts("shop/cart")
    assert facts.runs == count
    assert facts.recent == levels[-keys.RUNS_KEPT :]
    assert facts.streak == count - len(letters.rstrip(letters[-1]))
