"""The host of a thing is a tag of it, under either of the names that senders give it."""

from collections.abc import Mapping

import pytest

from blinkenlights.kinds.rows import Fact
from blinkenlights.kinds.subject import only_host


@pytest.mark.parametrize(
    ("facts", "tags"),
    [
        ({"host": "web7", "hostname": "other"}, {"host": "web7"}),
        ({"hostname": "web7", "queue": 3}, {"host": "web7"}),
        ({"host": "", "hostname": "web7"}, {"host": "web7"}),
        ({"host": 7}, {}),
        ({}, {}),
    ],
)
def test_the_host_is_a_tag(facts: Mapping[str, Fact], tags: Mapping[str, str]) -> None:
    assert only_host("worker", facts) == tags
