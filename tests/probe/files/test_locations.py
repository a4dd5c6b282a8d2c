"""Where an endpoint is probed from, and by how many workers its failure is confirmed."""

import pytest

from blinkenlights.probe.endpoint import Confirm, Endpoint
from blinkenlights.probe.files.read import read_endpoints
from blinkenlights.yaml_files.mistakes import BadFile


def read(keys: str) -> Endpoint:
    """Return an endpoint with further keys."""
    return read_endpoints(f"a/b: {{every: 60s{keys}}}".encode(), "a.yml", {}, 0.0).endpoints[0]


def test_without_a_word_one_worker_at_the_default_location_is_believed() -> None:
    """As a single prober is."""
    found = read("")

    assert (found.location, found.confirm) == ("default", None)


@pytest.mark.parametrize(
    ("given", "wanted"), [("2 of 3", Confirm(2, 3)), ("3", Confirm(3, 3)), ("1 of 2", (1, 2))]
)
def test_some_of_several_workers_confirm(given: str, wanted: Confirm) -> None:
    """One number means all of so many."""
    assert read(f", confirm: {given}").confirm == wanted


def test_a_location_has_a_name() -> None:
    """Of letters, digits and a few signs."""
    assert read(", location: dc-2.north_1").location == "dc-2.north_1"


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (", confirm: 4 of 3", "confirm: '4 of 3' cannot be; write 2 of 3"),
        (", confirm: most", "confirm: 'most' cannot be; write 2 of 3"),
        (", location: dc 2", 'location: "dc 2" cannot be a name here; use up to 60 letters'),
        (", location: ''", 'location: "" cannot be a name here'),
        (", location: 'a#b'", 'location: "a#b" cannot be a name here'),
    ],
)
def test_what_cannot_be_is_said(keys: str, said: str) -> None:
    """With what to write."""
    with pytest.raises(BadFile) as caught:
        read(keys)

    assert said in str(caught.value)
