"""The page in a real Chromium: what an operator sees, on which screen ever."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from blinkenlights.kinds.machine.fact import MachineEvent
from blinkenlights.kinds.machine.handover import PoolLimits, set_pool_limits
from blinkenlights.store.report import Sample
from servers.batches import MachineRow, batch_of
from servers.chromium import Window
from servers.simulation import QUEUE, Simulation
from web.serving import Serving
from web.transfers import Transfers

pytestmark = pytest.mark.xdist_group("chromium")

Open = Callable[..., Window]
SCREENS: dict[str, dict[str, Any]] = {
    "desk": {},
    "phone": {"width": 360, "height": 740},
    "dark": {"dark": True},
    "dark-phone": {"width": 360, "height": 740, "dark": True},
    "print": {"printed": True},
}


@pytest.fixture
def fleet(simulation: Simulation, transfers: Transfers) -> Simulation:
    """Give a fleet with something in every state that silence and reports can bring about."""
    simulation.beat("well", age=10, extras={"queue_depth": 4, "version": "1.2"})
    simulation.beat("slow", age=100)
    simulation.beat("dead", age=600)
    simulation.beat("ill", age=5)
    simulation.beat("ill", status="degraded", age=95, extras={"message": "queue is full"})
    simulation.expect("awaited", age=3000)
    for minute in range(1, 50):
        transfers.count("airport", "weather", age=60 * minute, code=500 if minute == 7 else 201)
    transfers.count("harbour", "weather", age=5000)
    return simulation


def at(web: Serving, path: str = "") -> str:
    return f"http://{web.host}:{web.port}/{path}"


def test_states_are_words_and_the_worst_come_first(
    fleet: Simulation, web: Serving, window: Open
) -> None:
    """The overall state, each section and each row say in words how it is, worst first."""
    del fleet
    page = window()

    page.open(at(web))

    assert page.text("h1") == "CRITICAL"
    assert page.texts("#component td.state") == [
        "CRITICAL silent",
        "CRITICAL expected",
        "WARNING late",
        "WARNING degraded",
        "OK alive",
    ]
    assert page.texts("#component .name") == ["dead", "awaited", "slow", "ill", "well"]
    assert page.texts("#component .sentence")[0] == (
        "silent for 10m, since 2026-09-21 14:03:20 UTC, limit 2m"
    )
    assert "1 silent, 1 expected, 1 late, 1 degraded, 1 alive" in page.text(".summary")
    assert page.texts("#client .name") == ["harbour", "airport"]


def test_every_figure_has_its_age(fleet: Simulation, web: Serving, window: Open) -> None:
    """Each row says how old it is, with the time for machines; the page says when it was made."""
    del fleet
    page = window()

    page.open(at(web))

    assert page.texts("#component .seen") == ["10m ago", "never", "1m 40s ago", "5s ago", "10s ago"]
    stamped = page.ask("document.querySelector('#component .seen time').getAttribute('datetime')")
    assert stamped == "2026-09-21T14:03:20Z"
    assert "Made 2026-09-21 14:13:20 UTC" in page.text(".made")


def test_further_keys_are_columns(fleet: Simulation, web: Serving, window: Open) -> None:
    """What heartbeats say further has a column each, empty where one does not say it."""
    del fleet
    page = window()

    page.open(at(web))

    headings = page.texts("#component thead th")
    assert headings[4:] == ["interval", "instances", "clock ahead", "queue_depth", "version"]
    assert page.texts("#component tbody tr:last-child .fact") == ["1m", "1", "", "4", "1.2"]


@pytest.mark.parametrize(
    ("screen", "path"),
    [
        *((screen, "") for screen in SCREENS),
        ("desk", "one?kind=client&name=airport"),
        ("dark-phone", "one?kind=client&name=airport"),
        ("print", "one?kind=client&name=airport"),
        ("phone", "one?kind=component&name=ill"),
        ("dark", "one?kind=component&name=ill"),
    ],
)
def test_it_fits_and_puts_up_no_barrier(
    screen: str, path: str, fleet: Simulation, web: Serving, window: Open
) -> None:
    """On no screen is there anything for axe-core to find, nor a page wider than the window."""
    fleet.gap(3000, 2000, QUEUE)
    page = window(**SCREENS[screen])

    status = page.open(at(web, path))

    assert status == 200
    assert page.overflow == 0
    assert page.barriers() == []


def test_without_scripts_it_is_complete_and_loads_itself_again(
    fleet: Simulation, web: Serving, window: Open
) -> None:
    """A browser without scripts shows the same rows, and is told to come back in 30 seconds."""
    del fleet
    with_scripts, without = window(), window(scripts=False)

    with_scripts.open(at(web))
    without.open(at(web))

    assert without.text("main") == with_scripts.text("main")
    assert without.ask("document.querySelector('meta[http-equiv=refresh]').content") == "30"
    assert with_scripts.ask("document.querySelector('meta[http-equiv=refresh]')") is None


def test_it_filters_by_name_and_state_in_the_url(
    fleet: Simulation, web: Serving, window: Open
) -> None:
    """The form works without scripts, and what it asks for is in the URL."""
    del fleet
    page = window(scripts=False)
    page.open(at(web))

    page.fill("input[name=name]", "*e*")
    page.press("Enter")
    page.wait_for("h1", "of what matches the filter")

    assert "name=*e*" in page.url.replace("%2A", "*")
    assert page.texts("#component .name") == ["dead", "awaited", "well"]
    assert page.ask("document.querySelector('input[name=name]').value") == "*e*"
    page.open(at(web, "?kind=component&state=late"))
    assert page.texts(".name") == ["slow"]
    assert page.ask("document.querySelector('select[name=state]').value") == "late"


def test_a_large_fleet_is_counted_and_can_be_asked_for(
    simulation: Simulation, web: Serving, window: Open
) -> None:
    """200 rows of a section are shown; the rest is counted, with a link to it."""
    simulation.store(*(simulation.heartbeat(f"worker {n:04}", age=10) for n in range(1234)))
    simulation.beat("dead", age=600)
    page = window()
    page.open(at(web))

    assert page.texts("#component .name")[0] == "dead"
    assert len(page.texts("#component .name")) == 200
    assert page.texts(".more") == ["and 1,035 more alive"]

    page.click(".more a")
    page.wait_for("h1", "of what matches the filter")

    assert page.url.endswith("?kind=component&state=alive")
    assert page.texts(".more") == ["and 1,034 more alive; narrow them by name above"]


def test_each_thing_has_its_own_page(fleet: Simulation, web: Serving, window: Open) -> None:
    """A row leads to its facts, its history in a picture and in words, and its checks to copy."""
    fleet.gap(3000, 2000, "log at somewhere")
    page = window()
    page.open(at(web))

    page.click("#client .name >> text=airport")
    page.wait_for("h1", "airport")

    assert page.texts("pre") == [
        "check_speedo --client=airport -v",
        "check_delivery --client=airport -v",
    ]
    title = page.ask("document.querySelector('svg title').textContent")
    assert title.startswith("good transfers a minute in the last 60 minutes: ")
    assert title.endswith("; 1 bad in all; not heard for 18 minutes of them")
    assert page.ask("document.querySelectorAll('svg .bad').length") == 1
    assert page.ask("document.querySelectorAll('svg .unheard').length") == 18
    assert "good 48" in " ".join(page.texts("#facts-table tr"))
    assert "16m 40s" in page.text("#missed-table")


def test_the_command_lines_are_those_of_the_checks(
    fleet: Simulation, web: Serving, window: Open
) -> None:
    """What is to be copied gives the answer about this one thing, whatever its name."""
    name = "-it's [odd]* $HOME"
    fleet.beat(name, age=600)
    page = window()
    page.open(at(web))

    page.click("#component .name >> text=odd")
    page.wait_for("h1", "odd")
    program, _, options = page.text("pre").partition(" ")
    said = fleet.ask(program.removeprefix("check_"), options)

    assert said.state == "CRITICAL"
    assert "silent for 10m" in said.text
    assert "1 of 1" in said.text


def test_machines_have_their_section(simulation: Simulation, web: Serving, window: Open) -> None:
    """A pool that is too small is said above its machines; each has its page and its check."""
    queue, pool = "queue/relops at pulse", "releng-hardware/osx"
    simulation.collector(sources=[simulation.source(queue, kind="machine")])
    limits = PoolLimits(pool=pool, warning=None, critical=3600.0, minimum=3, failing=None)
    simulation.run(set_pool_limits(simulation.client, [limits]))
    for machine, age in (("mdc1:mac-1", 60.0), ("mdc1:mac-2", 7200.0)):
        moment = simulation.now - age
        fact = MachineEvent(moment, machine, pool, True, "failed", "failed", "task/0")
        row = MachineRow(fact, moment, simulation.source(queue).source)
        simulation.run(simulation.writer.store(batch_of(machines=[row])))
    page = window()
    page.open(at(web))

    assert page.texts("#machine .name") == ["mdc1:mac-2", "mdc1:mac-1"]
    assert page.texts("#machine td.state") == ["CRITICAL silent", "OK alive"]
    assert "1 of 3" in page.text("#machine .together")
    assert page.texts("#machine thead th")[4:] == [
        "pool",
        "task",
        "task state",
        "failed in a row",
    ]

    page.click("#machine .name a")
    page.wait_for("h1", "mdc1:mac-2")

    assert page.texts("pre")[0] == "check_machine --machine=mdc1:mac-2 -v"
    assert page.barriers() == []


def test_what_was_rejected_is_shown_with_samples(
    fleet: Simulation, web: Serving, window: Open
) -> None:
    """The reasons with their counts, and the last messages with age, source and beginning."""
    reject(fleet, "not JSON", "line 1: what is this", '{"name": "door')
    page = window()

    page.open(at(web))

    assert "1 not JSON." in page.text("#rejected")
    assert page.texts("#rejected td, #rejected tbody th") == [
        "not JSON",
        "line 1: what is this",
        "5s ago",
        "unix:///x",
        '{"name": "door',
    ]


def test_doubts_come_first_and_nothing_looks_alive(
    fleet: Simulation, web: Serving, window: Open
) -> None:
    """When the collector is gone the page says since when, on top, and calls nobody alive."""
    fleet.now += 600
    page = window()

    page.open(at(web))

    assert page.text("h1") == "UNKNOWN"
    assert "is down or cannot write, last report 10m ago" in page.text(".doubts")
    assert page.ask("document.querySelectorAll('.status.ok').length") == 0
    assert set(page.texts("#component td.state")) == {"UNKNOWN unheard"}


def test_when_nobody_could_be_heard_stands_below_the_queues(
    fleet: Simulation, web: Serving, window: Open
) -> None:
    """A queue that was away, or deleted, is on record: from when until when, and why."""
    fleet.gap(5000, 4000)
    page = window()

    page.open(at(web))

    assert page.texts("#collectors #missed-table tbody td")[1] == "16m 40s"
    assert page.texts("#collectors #missed-table bdi") == [QUEUE]
    assert page.barriers() == []


def test_what_does_not_exist_is_said_and_leads_back(
    fleet: Simulation, web: Serving, window: Open
) -> None:
    """The page of an unknown thing says so with 404, in words, with a way back."""
    del fleet
    page = window()
    page.expected = "404"

    status = page.open(at(web, "one?kind=component&name=nobody"))

    assert status == 404
    assert "there is no component 'nobody'" in page.text("main")
    assert page.barriers() == []
    page.click("main a")
    page.wait_for("h1", "CRITICAL")


@pytest.mark.parametrize("path", ["/nope", "/nope/deeper/still"])
def test_an_address_at_which_nothing_is_leads_back(
    simulation: Simulation, web: Serving, window: Open, path: str
) -> None:
    """A browser gets a small page, in our colours; a program gets JSON."""
    simulation.beat("x")
    page = window()
    page.expected = "404"
    page.open(at(web)[:-1] + path)
    said, style = page.text("main"), page.ask("document.styleSheets[0].href")
    page.click("main a")
    page.wait_for("h1", "OK")

    assert "There is nothing at this address." in said
    assert style.startswith(f"{at(web)}static/style.css")
    answer = web.get(path, Accept="text/html,*/*;q=0.8")
    assert (answer.status, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert web.get(path, Accept="*/*").json["status"] == 404
    assert web.get("/api/v1/nope", Accept="text/html").json["status"] == 404


def test_names_that_a_browser_would_take_for_folders_have_pages(
    simulation: Simulation, web: Serving, window: Open
) -> None:
    """Dots, slashes, hashes and question marks in a name lead where they should."""
    names = ["..", "a/b", "c#d?e=f&g", "100%", "_under_score", "ünï cødé"]
    for name in names:
        simulation.beat(name, age=600)
    page = window()
    page.open(at(web))
    links = page.ask("[...document.querySelectorAll('#component .name a')].map((a) => a.href)")
    anchors = page.ask("[...document.querySelectorAll('[id]')].map((each) => each.id)")

    shown = []
    for link in links:
        page.open(link)
        shown.append(page.text("h1 bdi"))

    assert sorted(shown) == sorted(names)
    assert "component-a_2Fb" in anchors
    assert "component-_5Funder_5Fscore" in anchors
    assert len(set(anchors)) == len(anchors)
    assert not any(" " in anchor for anchor in anchors)


def reject(simulation: Simulation, reason: str, detail: str, body: str) -> None:
    """Put a rejected message into the store, as a collector does."""
    sample = Sample(
        time=simulation.now - 5, source="unix:///x", reason=reason, detail=detail, body=body
    )
    counts = Counter({f"rejected:{reason}": 1})
    simulation.run(simulation.writer.store(batch_of(samples=[sample], counts=counts)))
