"""What `expect` and `forget` do with endpoints and probers."""

from collections.abc import Sequence

import pytest

from blinkenlights.errors import UsageError
from blinkenlights.kinds.declaring import Declaring
from blinkenlights.kinds.endpoint.declaring import EndpointDeclaring
from blinkenlights.kinds.endpoint.prober.declaring import ProberDeclaring
from blinkenlights.kinds.forgetting import Forgetting
from blinkenlights.store.report import source_id
from servers.simulated_endpoints import SimulatedEndpoints
from servers.simulation import SOCKET


def forget(
    endpoints: SimulatedEndpoints,
    names: Sequence[str],
    how: Forgetting | None = None,
    declaring: Declaring | None = None,
) -> dict[str, bool]:
    asked = declaring or EndpointDeclaring()
    done: dict[str, bool] = endpoints.simulation.run(
        asked.forget(endpoints.simulation.client, names, how or Forgetting())
    )
    return done


def test_what_is_declared(endpoints: SimulatedEndpoints) -> None:
    """Those that are expected, seen or not, then those that are retired."""
    client, now = endpoints.simulation.client, endpoints.now
    declaring = EndpointDeclaring()
    run = endpoints.simulation.run
    endpoints.probed("b")
    endpoints.probed("c")
    run(declaring.expect(client, ["a", "b"], 1, now))
    run(declaring.retire(client, ["c", "nobody"], now))

    declared = run(declaring.declared(client))

    assert [(row.name, row.state) for row in declared.rows] == [
        ("endpoint a", "expected"),
        ("endpoint b", "expected"),
        ("endpoint c", "retired"),
        ("endpoint nobody", "retired"),
    ]
    assert declared.facts["expected"] == [
        {"endpoint": "a", "since": now, "seen": False},
        {"endpoint": "b", "since": now, "seen": True},
    ]


def test_names_and_globs(endpoints: SimulatedEndpoints) -> None:
    """A glob stands for those that are there, declared, removed and retired ones among them."""
    for name in ("shop/a", "shop/b", "other"):
        endpoints.probed(name, age=100)
    endpoints.removed("shop/b")
    endpoints.expect("shop/c")
    endpoints.retire("shop/d")

    rehearsed = forget(endpoints, ["shop/*", "nobody"], Forgetting(is_rehearsal=True))
    done = forget(endpoints, ["shop/*", "nobody"])

    assert done == rehearsed
    assert done == {f"endpoint shop/{each}": True for each in "abcd"} | {"endpoint nobody": False}
    assert forget(endpoints, ["shop/a", "other"]) == {
        "endpoint shop/a": False,
        "endpoint other": True,
    }


def test_narrowed(endpoints: SimulatedEndpoints) -> None:
    """Silent ones, new ones, and those that came by one source."""
    now = endpoints.now
    endpoints.probed("old", "gg", age=500)
    endpoints.probed("new", age=5)
    endpoints.probed("elsewhere", "gg", age=5, source="tcp://127.0.0.1:3334")

    def meant(how: Forgetting) -> set[str]:
        return set(forget(endpoints, [], how._replace(is_rehearsal=True)))

    assert meant(Forgetting(silent_since=now - 100)) == {"endpoint old"}
    assert meant(Forgetting(first_since=now - 10)) == {"endpoint new"}
    assert meant(Forgetting(came_by=source_id(SOCKET))) == {"endpoint old", "endpoint new"}
    assert forget(endpoints, ["new"], Forgetting(silent_since=now - 100)) == {}


def test_probers_are_forgotten(endpoints: SimulatedEndpoints) -> None:
    """By name and by glob; nobody asks for them then."""
    for name in ("riga", "rome", "berlin"):
        endpoints.report(name, age=100)

    rehearsed = forget(endpoints, ["r*"], Forgetting(is_rehearsal=True), ProberDeclaring())
    done = forget(endpoints, ["r*", "nobody"], None, ProberDeclaring())

    assert rehearsed == {"prober riga": True, "prober rome": True}
    assert done == rehearsed | {"prober nobody": False}
    assert endpoints.ask_probers().number("probers") == 1
    assert forget(endpoints, ["berlin"], None, ProberDeclaring()) == {"prober berlin": True}
    assert endpoints.ask_probers().code == 3


@pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 256])
def test_no_name(name: str) -> None:
    """What cannot be one is refused before the store is asked."""
    for declaring in (EndpointDeclaring(), ProberDeclaring()):
        with pytest.raises(UsageError):
            declaring.valid([name])
