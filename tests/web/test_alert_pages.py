"""The pages by which people acknowledge and silence, with a token."""

from urllib.parse import quote, urlencode

import pytest

from blinkenlights.alert.links import Signer
from blinkenlights.kinds.alert import keys
from blinkenlights.web import access
from servers.simulated_alerts import SimulatedAlerts
from web.conftest import Serve
from web.responding import NAME, RULE, SECRET, Open, episode, link, send, silences
from web.serving import Serving
from web.test_page import SCREENS, at
from web.test_responses import noted, state

pytestmark = pytest.mark.usefixtures("fires")

RESPOND = f"respond?kind=alert&name={quote(NAME)}"


@pytest.fixture
def writer(answering: Serving) -> str:
    """Give a token for writing."""
    return answering.token("ann", "write")


@pytest.mark.xdist_group("chromium")
def test_an_alert_is_acknowledged_without_a_script(
    fires: SimulatedAlerts, answering: Serving, writer: str, window: Open
) -> None:
    """From its page to the form and back, in the name of the token."""
    page = window(scripts=False)
    page.open(at(answering, f"one?kind=alert&name={quote(NAME)}"))
    page.click("text=Acknowledge or silence it")
    page.wait_for("#acknowledge")

    page.fill("form[aria-labelledby=acknowledge] input[name=reason]", "rebooting")
    page.fill("form[aria-labelledby=acknowledge] input[name=token]", writer)
    page.press("Enter")

    page.wait_for("h1", "acknowledged")
    assert page.text(".lead").endswith("acknowledged by ann: rebooting")
    assert noted(fires) == [(f"acknowledged {NAME}: rebooting", "ann")]


@pytest.mark.xdist_group("chromium")
def test_a_silence_is_made_and_taken_back_without_a_script(
    answering: Serving, writer: str, window: Open
) -> None:
    """By globs, a label or a tag, and for a time that is chosen."""
    page = window(scripts=False)
    page.open(at(answering, "told"))
    form = "form[aria-labelledby=silence]"
    page.fill(f"{form} input[name='match.thing']", "web*")
    page.fill(f"{form} input[name=label]", "team")
    page.fill(f"{form} input[name=like]", "shop")
    page.fill(f"{form} input[name=token]", writer)
    page.press("Enter")
    page.wait_for("#silences-table", "team shop")

    [made] = silences(answering)
    assert made["match"] == {"thing": "web*", "team": "shop"}
    assert float(str(made["end"])) - float(str(made["start"])) == 3600

    page.fill("form[aria-labelledby=unsilence] input[name=token]", writer)
    page.press("Enter")
    page.wait_for("main", "Nothing is silenced.")
    assert silences(answering) == []


@pytest.mark.xdist_group("chromium")
@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("path", ["told", RESPOND, "link"])
def test_it_fits_and_puts_up_no_barrier(  # noqa: PLR0917 - fixtures
    screen: str, path: str, fires: SimulatedAlerts, answering: Serving, writer: str, window: Open
) -> None:
    """On no screen is there anything for axe-core to find, nor a page wider than the window."""
    assert writer
    fires.silence("s1", {"rule": "x" * 60, "thing": "*"})
    fires.dead("chat", "no such channel " * 8)
    page = window(**SCREENS[screen])

    status = page.open(
        at(answering, f"link?{Signer(SECRET).query(link(fires))}" if path == "link" else path)
    )

    assert status == 200
    assert page.overflow == 0
    assert page.barriers() == []


ACKNOWLEDGE = {"action": "acknowledge", "kind": "alert", "name": NAME, "seconds": "0"}


def test_a_form_leads_to_what_came_of_it(
    fires: SimulatedAlerts, answering: Serving, writer: str
) -> None:
    """So that loading the page again sends nothing again."""
    answer = send(answering, "/respond", ACKNOWLEDGE | {"token": writer, "episode": episode(fires)})

    assert answer.status == 303
    assert answer.headers["Location"] == "one?kind=alert&name=queue+is+long%3A+web1.queue"
    assert state(answering)[0] == "acknowledged"


def test_a_form_of_another_page_does_nothing(answering: Serving, writer: str) -> None:
    """What a browser sends by itself is no token; what names itself another site is refused."""
    by_itself = {"Authorization": f"Bearer {writer}"}

    assert send(answering, "/respond", ACKNOWLEDGE, **by_itself).status == 400
    full = ACKNOWLEDGE | {"token": writer}
    assert send(answering, "/respond", full, Sec_Fetch_Site="cross-site").status == 403
    assert send(answering, "/respond", full, Content_Type="text/plain").status == 400
    assert answering.get(f"/respond?kind=alert&name={quote(NAME)}&{urlencode(full)}").status == 400
    assert state(answering)[0] == "firing"


@pytest.mark.parametrize(
    ("changed", "status", "said"),
    [
        ({"token": ""}, 400, "the token is missing"),
        ({"token": "wrong"}, 403, "this token is not known"),
        ({"token": "reader"}, 403, "for reading only"),
        ({"token": "source"}, 403, "for one source only"),
        ({"name": "queue is long: web9"}, 404, "no alert of that name fires"),
        ({"episode": "0123456789abcdef"}, 409, "look at it first"),
        ({"seconds": "12"}, 400, "for how long"),
        ({"reason": "x" * 501}, 400, "at most 500"),
        ({"action": "remove"}, 400, "what is to be done"),
        ({"action": "silence", "seconds": "3600"}, 400, "what it is about"),
        ({"action": "silence", "match.thing": "x"}, 400, "a moment to come"),
        ({"action": "silence", "label": "team", "seconds": "3600"}, 400, "goes with"),
        ({"action": "unsilence", "id": "nothing"}, 404, "no such silence"),
    ],
    ids=str,
)
def test_a_form_that_cannot_be_carried_out_says_why(  # noqa: PLR0917 - fixtures
    fires: SimulatedAlerts,
    answering: Serving,
    writer: str,
    changed: dict[str, str],
    status: int,
    said: str,
) -> None:
    """In words, on a page that leads back, and never as a dialog that asks for a login."""
    tokens = {
        "reader": answering.token("reader"),
        "source": answering.token("source", "write", "metpx"),
        "wrong": "wrong",
        "": "",
    }
    fields = ACKNOWLEDGE | {"token": writer} | changed
    fields["token"] = tokens.get(fields["token"], fields["token"])

    answer = send(answering, "/respond", fields)

    assert answer.status == status
    assert said in answer.text
    assert "Back to everything" in answer.text
    assert answer.headers["WWW-Authenticate"] is None
    assert state(answering)[0] == "firing"
    assert noted(fires) == []


def test_wrong_tokens_are_not_guessed_by_forms(answering: Serving) -> None:
    """They count as all others of that address."""
    fields = ACKNOWLEDGE | {"token": "wrong"}

    answers = [send(answering, "/respond", fields) for _ in range(access.WRONG_PER_MINUTE + 1)]

    assert {each.status for each in answers[:-1]} == {403}
    assert answers[-1].status == 429


@pytest.mark.parametrize("path", [RESPOND, "told"])
def test_a_server_that_only_reads_has_no_forms(serve: Serve, path: str) -> None:
    """It says how it would take them."""
    text = serve().get(f"/{path}").text

    assert "post = true" in text
    assert 'method="post"' not in text


def test_only_of_alerts_and_rules_people_are_told(
    fires: SimulatedAlerts, answering: Serving
) -> None:
    """A component has no such page; a rule can be silenced and not acknowledged."""
    fires.simulation.beat("x")

    of_rule = answering.get(f"/respond?kind=rule&name={quote(RULE)}").text

    assert answering.get("/respond?kind=component&name=x").status == 404
    assert 'value="silence"' in of_rule
    assert 'value="acknowledge"' not in of_rule


def test_who_may_see_one_source_has_no_such_page(answering: Serving) -> None:
    """Alerts are about everything."""
    token = answering.token("source", "read", "metpx")

    assert {answering.get(f"/{path}", token).status for path in ("told", RESPOND)} == {403}


def test_names_in_links_and_forms_are_taken_as_they_are(
    fires: SimulatedAlerts, answering: Serving, writer: str
) -> None:
    """Also with blanks around them."""
    fires.rule(" r ")
    fires.alert(" r ", " t ")
    made = link(fires, receiver=" ops ")
    form = ACKNOWLEDGE | {"token": f" {writer} ", "name": " r :  t "}

    by_link = send(answering, "/link", Signer(SECRET).fields(made))
    by_form = send(answering, "/respond", form)

    assert (by_link.status, by_form.status) == (200, 303)
    assert [by for _, by in noted(fires)] == ["ann", " ops "]


def test_a_damaged_row_hides_nothing_from_the_page(
    fires: SimulatedAlerts, answering: Serving
) -> None:
    """People look there when something is wrong."""
    redis = fires.simulation.client.redis

    async def damage() -> None:
        for key in (keys.HISTORY, keys.DEAD):
            await redis.lpush(key, "no JSON")
        await redis.hset(keys.SILENCES, "damaged", "[" * 60_000)

    fires.simulation.run(damage())

    told = answering.get("/told")

    assert (told.status, NAME in told.text) == (200, True)


def test_what_people_write_is_text(fires: SimulatedAlerts, answering: Serving, writer: str) -> None:
    """No markup of a reason or a name of a receiver reaches a page."""
    evil = "<script>alert(1)</script>"
    silence = {"action": "silence", "match.thing": evil, "seconds": "3600", "reason": evil}
    assert send(answering, "/respond", silence | {"token": writer}).status == 303
    assert (
        send(answering, "/respond", ACKNOWLEDGE | {"token": writer, "reason": evil}).status == 303
    )
    fires.told(NAME, receiver=evil, title=evil)
    by_link = f"/link?{Signer(SECRET).query(link(fires, receiver=evil))}"

    for path in ("/told", f"/one?kind=alert&name={quote(NAME)}", f"/{RESPOND}", by_link):
        assert evil not in answering.get(path).text
