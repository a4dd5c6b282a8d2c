"""Results count from the location that the file of an endpoint names."""

from blinkenlights.probe.endpoint import Endpoint
from blinkenlights.probe.files.read import read_endpoints
from blinkenlights.probing.scheduling.places import MOVE_SECONDS, Places

NOW = 1_764_000_000.0


def at(location: str) -> dict[str, Endpoint]:
    """Return one endpoint that is probed from a location."""
    text = f"www.example.net: {{every: 60s, location: {location}}}".encode()
    return {each.name: each for each in read_endpoints(text, "a.yml", {}, NOW).endpoints}


def test_results_from_elsewhere_do_not_count() -> None:
    places = Places()
    places.follow(at("riga"), NOW)

    assert places.counts("www.example.net", "riga", NOW)
    assert not places.counts("www.example.net", "lab", NOW)
    assert places.counts("not.in.files", "lab", NOW)


def test_an_endpoint_that_moves_keeps_what_was_under_way() -> None:
    """For a while, and then no more."""
    places = Places()
    places.follow(at("riga"), NOW)

    places.follow(at("lab"), NOW)

    assert places.counts("www.example.net", "lab", NOW)
    assert places.counts("www.example.net", "riga", NOW + 1)
    assert not places.counts("www.example.net", "riga", NOW + MOVE_SECONDS)
