"""Whatever a sender writes stays text on the page."""

from collections import Counter
from collections.abc import Callable

import pytest

from blinkenlights.store.report import Sample
from servers.batches import batch_of
from servers.chromium import Window
from servers.simulation import Simulation
from servers.waiting import wait_until
from web.serving import Serving
from web.transfers import Transfers

pytestmark = pytest.mark.xdist_group("chromium")

Open = Callable[..., Window]
ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    '"><svg onload=alert(3)>',
    "' onmouseover='alert(4)",
    "</title><script>alert(5)</script>",
    "</main><iframe srcdoc='<script>alert(6)</script>'>",
    "javascript:alert(7)",
    "{{ 7*7 }}{% raw %}",
    "<style>*{display:none}</style>",
    "data: x\n\nevent: fragment\ndata: <main></main>",
)
INVISIBLE = "right\u202eleft\u200b\u2028\x07"


@pytest.fixture
def attacked(simulation: Simulation, transfers: Transfers) -> Simulation:
    """Give a store where every field that comes from outside is an attack."""
    for attack in ATTACKS:
        name = attack.replace("\n", " ")
        simulation.beat(name, age=600, instance=name, extras={attack: attack})
        simulation.beat(f"ill {name}", age=5)
        told = {"message": attack, "list": [attack]}
        simulation.beat(f"ill {name}", status="down", age=30, extras=told)
        transfers.count(name, name, age=30)
        sample = Sample(
            time=simulation.now, source=attack, reason=attack, detail=attack, body=attack
        )
        counts = Counter({f"rejected:{attack}": 1})
        simulation.run(simulation.writer.store(batch_of(samples=[sample], counts=counts)))
    sources = [simulation.source(attack, connected=False, error=attack) for attack in ATTACKS]
    simulation.collector(name=ATTACKS[0], sources=[*sources, simulation.source()])
    return simulation


def at(web: Serving, path: str = "") -> str:
    return f"http://{web.host}:{web.port}/{path}"


def foreign(page: Window) -> int:
    """Return how many elements there are that we did not make."""
    return int(
        page.ask(
            "document.querySelectorAll('main script, main img, main iframe, main style,"
            " main [onload], main [onerror], main [onmouseover], a[href^=javascript]').length"
        )
    )


def test_an_attack_in_every_field_is_text(attacked: Simulation, web: Serving, window: Open) -> None:
    """Names, keys, values, messages, samples and addresses appear as they were written."""
    del attacked
    page = window()

    page.open(at(web))

    shown = page.text("main")
    for attack in ATTACKS[:-1]:
        assert attack in shown
    assert foreign(page) == 0
    assert page.ask("document.querySelectorAll('main').length") == 1
    assert page.barriers() == []
    assert page.complaints == []


@pytest.mark.parametrize("kind", ["component", "client", "source"])
def test_the_page_of_a_hostile_name_is_harmless(
    kind: str, attacked: Simulation, web: Serving, window: Open
) -> None:
    """So do they on the pages of single things, and in the title of the window."""
    del attacked
    page = window()
    page.open(at(web, f"?kind={kind}"))
    links = page.ask("[...document.querySelectorAll('.name a')].map((a) => a.href)")
    assert len(links) >= len(ATTACKS)

    for link in links:
        status = page.open(link)

        assert status == 200
        assert foreign(page) == 0
    assert page.complaints == []


def test_what_a_stream_brings_is_text_as_well(
    attacked: Simulation, web: Serving, window: Open
) -> None:
    """The script replaces the page by what the server made, in which an attack is text."""
    page = window()
    page.open(at(web))

    attacked.beat("<b onclick=alert(8)>", age=600)
    page.wait_for("#component .name", "<b onclick=alert(8)>")

    assert foreign(page) == 0
    assert "<b onclick=alert(8)> is silent" in page.text("#changes")
    assert page.complaints == []


def test_a_filter_from_a_link_is_text(simulation: Simulation, web: Serving, window: Open) -> None:
    """What stands in the URL is shown as it is, and a kind that does not exist is refused."""
    del simulation
    page = window()

    page.open(at(web, "?name=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&state=%3Cb%3E"))

    shown = page.ask("document.querySelector('input[name=name]').value")
    assert shown == '"><script>alert(1)</script>'
    assert foreign(page) == 0
    page.expected = "400"
    assert page.open(at(web, "?kind=%3Cscript%3E")) == 400
    assert foreign(page) == 0


def test_what_cannot_be_seen_is_shown(simulation: Simulation, web: Serving, window: Open) -> None:
    """Characters that are invisible, or turn the line around, are written out."""
    simulation.beat("tricky", age=5, extras={"note": INVISIBLE, "": "", "blank": "  "})
    page = window()

    page.open(at(web))

    facts = page.texts("#component tbody .fact")
    assert r"right\u202eleft\u200b\u2028\x07" in facts
    assert page.texts("#component thead th")[-3:] == ["''", "blank", "note"]
    assert page.barriers() == []


def test_the_policy_forbids_what_would_get_through(
    simulation: Simulation, web: Serving, window: Open
) -> None:
    """Were markup to slip through all the same, the browser would not run it."""
    simulation.beat("well", age=5)
    page = window()
    page.open(at(web))

    page.ask(
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.ran = 1\">')"
    )
    # Only when it could not be loaded is there anything to forbid; that it could not is said later.
    wait_until(
        lambda: page.ask("true") and any("404" in each for each in page.complaints),
        "the image to be missed",
    )
    page.ask(
        "document.body.append(Object.assign(document.createElement('script'),"
        " {textContent: 'window.ran = 2'}))"
    )

    assert page.ask("window.ran") is None
    assert any("Content Security Policy" in each for each in page.complaints)
    page.complaints.clear()
