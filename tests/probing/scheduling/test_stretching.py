"""When an endpoint is said to be probed next, by how long it waited for its turn."""

import pytest

from blinkenlights.probe.agenda import Job
from blinkenlights.probe.endpoint import Endpoint, Request
from blinkenlights.probe.schedule import Every
from blinkenlights.probing.scheduling.stretching import stretched

DUE = 1_764_000_000.0
SHOP = Endpoint("shop", "a.yml", 1, Request("http", "u", "u", host="shop"), Every(60.0))


@pytest.mark.parametrize(
    ("since", "now", "runs"),
    [
        (DUE, DUE, 1),
        (DUE, DUE + 2, 1),
        (DUE, DUE + 29, 1),
        (DUE - 60, DUE + 6, 2),
        (DUE - 60, DUE + 30, 2),
        (DUE - 60, DUE + 55, 3),
        (DUE - 120, DUE + 6, 3),
    ],
    ids=[
        "in time",
        "a little late, as after a takeover",
        "late by less than half of it",
        "a period and a bit",
        "a period and a half",
        "nearly two periods",
        "two periods",
    ],
)
def test_a_wait_as_long_as_the_last_one_is_expected(since: float, now: float, runs: int) -> None:
    job = Job(SHOP, DUE, DUE + 60, since)

    assert stretched(job, now) == (DUE + runs * 60, 60.0 if runs > 1 else 0.0)
