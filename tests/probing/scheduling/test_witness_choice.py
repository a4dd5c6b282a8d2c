"""Whom workers of a location ask to learn whether they reach anything."""

from blinkenlights.probe.endpoint import Endpoint, Request
from blinkenlights.probe.schedule import Every
from blinkenlights.probing.scheduling.witness_choice import MOST, witnesses


def endpoint(host: str, *, is_reference: bool = False) -> Endpoint:
    """Return an endpoint on a host."""
    request = Request("http", "u", "u", host=host)
    return Endpoint(host, "a.yml", 1, request, Every(60.0), is_reference=is_reference)


def test_references_are_enough_where_there_are_any() -> None:
    reference = endpoint("far.example.org", is_reference=True)

    assert witnesses([endpoint("a.example.net"), reference]) == [reference]


def test_without_references_each_network_has_its_turn() -> None:
    """Twenty hosts of one network prove little."""
    near = [endpoint(f"10.0.0.{each}") for each in range(20)]
    others = [endpoint("10.1.0.1"), endpoint("www.example.org")]

    chosen = witnesses([*near, *others])

    assert len(chosen) == MOST
    assert all(each in chosen[:3] for each in others)


def test_of_one_host_one_endpoint_is_enough() -> None:
    assert len(witnesses([endpoint("a.example.net"), endpoint("a.example.net")])) == 1
