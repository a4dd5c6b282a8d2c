"""Whatever a scheduler says of its workers is kept within bounds, and can be judged."""

import json
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from blinkenlights.kinds.endpoint.prober import decode
from blinkenlights.kinds.endpoint.prober.fitting import fitting
from blinkenlights.kinds.endpoint.prober.location_words import LocationWords
from blinkenlights.kinds.endpoint.prober.locations import locations_of
from blinkenlights.kinds.endpoint.prober.message import (
    MOST_LOCATIONS,
    MOST_WORKERS,
    FileProblem,
    LocationMessage,
    ProberMessage,
    WorkerMessage,
)
from blinkenlights.kinds.fact import Rejected
from blinkenlights.kinds.fields import BODY_BYTES
from kinds.endpoint.test_decode import DUE, REPORT

NUMBERS = (
    st.none()
    | st.integers(-1, 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([DUE + 10**9, 1e300, -1e300, 2**63])
)
NAMES = st.text(max_size=20) | st.sampled_from(["", "\x1b[2J", "x" * 300, "a\nb", "amqp://u:p@h"])
ANYTHING = NUMBERS | NAMES
LOCATION: dict[str, Any] = REPORT["locations"][0]
WORKERS = st.dictionaries(
    st.sampled_from(["heard", "ahead", "behind_since", "blind_since", "capacity"]), NUMBERS
)
LOCATIONS = st.dictionaries(st.sampled_from([*LOCATION, "needed", "waiting"]), ANYTHING)


def kept(report: dict[str, Any]) -> list[dict[str, Any]]:
    fact = decode.parse(json.dumps(report).encode())
    assert not isinstance(fact, Rejected), fact
    found: list[dict[str, Any]] = json.loads(fact.text).get("locations", [])
    return found


@given(WORKERS, LOCATIONS, NAMES, NAMES)
def test_any_location(
    worker: dict[str, Any], location: dict[str, Any], name: str, blind: str
) -> None:
    """It is refused, or what is said of it is one printable line each."""
    one = {"name": name, "heard": DUE, "blind": blind} | worker
    report = REPORT | {"locations": [LOCATION | {"name": name} | location | {"workers": [one]}]}

    fact = decode.parse(json.dumps(report).encode())

    if isinstance(fact, Rejected):
        return
    raw = json.loads(fact.text)
    for own in ("alive", "down"):
        locations = locations_of(raw["locations"], "p", own, 1.0, raw)
        words = LocationWords(locations, DUE + 5)
        [found] = locations
        said = [words.said(found), *words.each_of_all(), *words.each(found.word)]
        said += [
            line for word in ("gone", "blind", "behind", "off") for line in words.each_worker(word)
        ]
        assert all(line.isprintable() and "  " not in line for line in said)


def test_lists_are_short() -> None:
    """Further locations are dropped, further workers are counted."""
    worker = {"name": "w", "heard": DUE}
    crowded = {"name": "a", "workers": [worker] * (MOST_WORKERS + 5)}
    many = [{"name": f"l{number}"} for number in range(MOST_LOCATIONS + 5)]

    [one] = kept(REPORT | {"locations": [crowded]})

    assert (len(one["workers"]), one["left_out"]) == (MOST_WORKERS, 5)
    assert len(kept(REPORT | {"locations": many})) == MOST_LOCATIONS


def test_names_and_reasons_are_cleaned() -> None:
    """Passwords are masked, what is not printable is none, a name twice counts once."""
    worker = {"name": "a\nb", "heard": 1e300, "blind": "no amqp://u:secret@h", "blind_since": -5}
    location = {"name": "fra", "limit_since": 1e300, "slowest": "\x1b[2J", "workers": [worker]}

    [one] = kept(REPORT | {"locations": [{"name": "fra"}, location]})

    assert "limit_since" not in one
    assert "slowest" not in one
    assert one["workers"] == [{"name": "a worker", "heard": 0.0, "blind": "no amqp://u:***@h"}]


def test_a_report_of_many_workers_fits() -> None:
    """Else it would be refused whole; those that are not well stay in it."""
    workers = [
        WorkerMessage(f"worker-{number:05}", DUE, 20, busy=12, run=5000) for number in range(2000)
    ]
    ill = WorkerMessage("zz", DUE, blind_since=DUE - 5, blind="nothing answers")
    where = LocationMessage("fra", 40, 40_000, workers=[*workers, ill])
    problems = [FileProblem(f"{number}.yml", "x" * 500) for number in range(50)]
    report = ProberMessage("p", DUE, DUE, locations=[where] * 3, problems=problems)

    body = msgspec.json.encode(fitting(report))

    assert len(body) <= BODY_BYTES
    found = msgspec.json.decode(body, type=ProberMessage)
    first = found.locations[0]
    assert first.workers[0] == ill
    assert len(first.workers) + first.left_out == 2001
    assert len(found.problems) == 50


def test_a_report_that_is_short_stays_as_it_is() -> None:
    """Nothing is left out where there is room."""
    where = LocationMessage("fra", workers=[WorkerMessage("b", DUE), WorkerMessage("a", DUE)])
    report = ProberMessage("p", DUE, DUE, locations=[where])

    [fitted] = fitting(report).locations

    assert [each.name for each in fitted.workers] == ["a", "b"]
    assert fitted.left_out == 0
