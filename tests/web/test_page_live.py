"""The page while things change: by its stream, and when stream, server or store come to an end."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from blinkenlights.clock import wall_clock
from blinkenlights.config import LinesConfig
from blinkenlights.kinds.heartbeat.settings import HeartbeatConfig
from collector.running import RunningCollector, config, line
from servers.chromium import Window
from servers.ports import find_free_port
from servers.simulation import NOW, Simulation
from servers.valkey import Valkey
from servers.waiting import wait_until
from web.serving import Serving

pytestmark = pytest.mark.xdist_group("chromium")

Open = Callable[..., Window]
MARK = "window.mark = 'same document'"


def at(web: Serving, path: str = "") -> str:
    return f"http://{web.host}:{web.port}/{path}"


@pytest.fixture
def lines(valkey: Valkey) -> Iterator[int]:
    """Give the port of a real collector, to which a beat a second is due."""
    port = find_free_port()
    settings = config(valkey.url, lines=[LinesConfig(listen=f"tcp://127.0.0.1:{port}")])
    collector = RunningCollector(replace(settings, of_kinds=(HeartbeatConfig(interval=1),)))
    try:
        wait_until(lambda: _is_open(port), "the collector to listen")
        yield port
    finally:
        collector.stop()


@pytest.fixture
def serve_store(tmp_path: Path) -> Iterator[Callable[[str], Serving]]:
    """Give a function that serves a store of the test's own, at the time of simulations."""
    made: list[Serving] = []

    def start(url: str) -> Serving:
        made.append(Serving(url, tmp_path, lambda: NOW))
        made[-1].start()
        return made[-1]

    yield start
    for each in made:
        each.stop()


@pytest.fixture
def now(valkey: Valkey, tmp_path: Path) -> Iterator[Serving]:
    """Give a server at the present time."""
    serving = Serving(valkey.url, tmp_path, wall_clock)
    serving.start()
    yield serving
    serving.stop()


def _is_open(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def send(port: int, *beats: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"".join(beats))


def test_a_death_appears_without_loading_the_page_again(
    lines: int, now: Serving, window: Open
) -> None:
    """From a beat through collector, store and stream into an open page, and its silence, too."""
    page = window()
    page.open(at(now))
    page.ask(MARK)

    send(lines, line("steady", interval=600), line("dying", interval=1))
    page.wait_for("#component .name", "dying")
    page.wait_for("#component tr:has-text('dying') .state", "silent")

    assert page.ask("window.mark") == "same document"
    page.wait_for("#changes", "dying is silent, was ")
    assert "steady" not in page.text("#changes").partition("dying")[2]
    assert page.ask("document.title").startswith("CRITICAL")


def test_states_are_told_to_a_screen_reader_and_ages_are_not(
    simulation: Simulation, web: Serving, window: Open
) -> None:
    """The live region speaks of changes of state only, politely, not of figures that count on."""
    simulation.beat("billing", age=60)
    page = window()
    page.open(at(web))
    page.ask(
        "new MutationObserver(() => window.said = (window.said || 0) + 1)"
        ".observe(document.getElementById('changes'), {childList: true})"
    )

    simulation.beat("billing", age=5)
    simulation.beat("mail", age=5)
    page.wait_for("#component .name", "mail")
    simulation.now += 300
    simulation.collector()
    page.wait_for("#component td.state", "silent")

    assert page.ask("document.getElementById('changes').getAttribute('aria-live')") == "polite"
    assert "billing is silent, was alive; mail is silent, was alive" in page.text("#changes")
    assert page.ask("window.said") == 2


def test_an_update_leaves_reader_and_keyboard_where_they_were(
    simulation: Simulation, web: Serving, window: Open
) -> None:
    """The focus stays on the same row, and what is being selected is not taken away."""
    simulation.beat("billing", age=60)
    page = window()
    page.open(at(web))
    page.ask("document.querySelector('#component .name a').focus()")

    simulation.beat("mail", age=600)
    page.wait_for("#component .name", "mail")

    assert page.ask("document.activeElement.textContent") == "billing"
    page.ask("getSelection().selectAllChildren(document.querySelector('h1'))")
    shown = page.ask("window.shown = document.getElementById('main'), true")
    simulation.beat("fax", age=600)
    wait_until(lambda: page.ask("Boolean(waiting)"), "an update to wait")
    assert shown
    assert page.ask("window.shown === document.getElementById('main')")
    page.ask("getSelection().removeAllRanges()")
    page.wait_for("#component .name", "fax")


def test_the_page_of_one_thing_is_kept_up_to_date(
    simulation: Simulation, web: Serving, window: Open
) -> None:
    """Its own page changes with it, and tells of it."""
    simulation.beat("billing", age=5)
    page = window()
    page.open(at(web, "one?kind=component&name=billing"))

    simulation.now += 300
    simulation.collector()
    page.wait_for("h1", "silent")

    page.wait_for("#changes", "billing is silent, was alive")


def test_a_page_without_updates_says_that_it_is_stale(
    simulation: Simulation, serve: Callable[..., Serving], window: Open
) -> None:
    """When the server is gone the page says since when, and calls nothing OK any more."""
    simulation.beat("billing", age=5)
    web = serve()
    page = window(own_clock=True)
    page.open(at(web))
    assert page.text("h1") == "OK"

    page.expected = "ERR_CONNECTION_REFUSED"
    web.stop()
    page.fast_forward(29)
    assert page.ask("document.getElementById('stale').hidden")
    page.fast_forward(5)

    page.wait_for("#stale", "This page is stale since ")
    assert (
        page.ask("getComputedStyle(document.querySelector('h1 .status'), '::before').content")
        == '"was "'
    )
    assert page.barriers() == []


def test_a_page_without_a_stream_loads_itself_again(
    simulation: Simulation, serve: Callable[..., Serving], window: Open
) -> None:
    """Where the server keeps no more pages up to date the script falls back to loading."""
    simulation.beat("billing", age=5)
    page = window(own_clock=True)
    page.expected = "503"  # the console notes each stream that is refused
    web = serve(streams=0)
    page.open(at(web))
    page.ask(MARK)
    simulation.beat("mail", age=600)
    wait_until(lambda: "mail" in web.get("/").text, "the server to know of it")

    wait_until(lambda: page.ask("stream.readyState === EventSource.CLOSED"), "the refusal")
    page.fast_forward(31)
    page.wait_for("#component .name", "mail")

    assert page.ask("window.mark") is None


def test_a_store_that_is_away_is_said_with_since_when(
    own_valkey: Callable[..., Valkey],
    simulate: Callable[..., Simulation],
    serve_store: Callable[[str], Serving],
    window: Open,
) -> None:
    """An open page and a new one both say since when nothing is known; nothing looks OK."""
    store = own_valkey()
    fill(simulate(store.url))
    web = serve_store(store.url)
    opened, fresh = window(), window(scripts=False)
    opened.open(at(web))
    assert opened.text("h1") == "OK"

    fresh.expected = "503"
    store.stop()
    opened.wait_for(".lead", "Nothing can be said of anybody since 2026-09-21 14:13:20 UTC")
    status = fresh.open(at(web))

    assert status == 503
    for page in (opened, fresh):
        assert page.text("h1") == "UNKNOWN"
        assert "since 2026-09-21 14:13:20 UTC" in page.text(".lead")
        assert page.ask("document.querySelectorAll('.status.ok').length") == 0
    store.start()
    fill(simulate(store.url))
    opened.wait_for("h1", "OK")


def fill(simulation: Simulation) -> None:
    simulation.old()
    simulation.collector()
    simulation.beat("billing", age=5)
