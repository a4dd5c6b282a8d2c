"""The pages by which people acknowledge and silence, with a token or by a link in a message."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from blinkenlights.alert.links import Link, Signer
from blinkenlights.kinds.alert import keys
from blinkenlights.web import access
from servers.chromium import Window
from servers.simulated_alerts import SimulatedAlerts
from web.conftest import Serve
from web.serving import Answered, Serving
from web.test_page import SCREENS, at
from web.test_responses import noted, state

Open = Callable[..., Window]
RULE, THING = "queue is long", "web1.queue"
NAME = f"{RULE}: {THING}"
FORM = "application/x-www-form-urlencoded"
SECRET = "0123456789abcdef"
RESPOND = f"respond?kind=alert&name={quote(NAME)}"
BUTTON = "main form button"


@pytest.fixture
def secret(tmp_path: Path) -> str:
    """Give the file with the secret of links."""
    (tmp_path / "links.secret").write_text(SECRET)
    return str(tmp_path / "links.secret")


@pytest.fixture
def web(serve: Serve, secret: str) -> Serving:
    """Give a server that takes what is posted, and links."""
    return serve(post=True, links_secret_file=secret)


@pytest.fixture
def writer(web: Serving) -> str:
    """Give a token for writing."""
    return web.token("ann", "write")


@pytest.fixture(autouse=True)
def fires(alerts: SimulatedAlerts) -> SimulatedAlerts:
    """Give an alert that fires."""
    alerts.simulation.old()
    alerts.simulation.collector(sources=[alerts.simulation.source()])
    alerts.evaluation()
    alerts.rule(RULE)
    alerts.alert(RULE, THING)
    alerts.told(NAME)
    return alerts


def send(web: Serving, path: str, fields: dict[str, str], **headers: str) -> Answered:
    return web.post(path, urlencode(fields), **({"Content_Type": FORM} | headers))


def episode(alerts: SimulatedAlerts) -> str:
    return keys.episode_of(RULE, THING, alerts.now - 420)


def link(alerts: SimulatedAlerts, **changed: object) -> Link:
    made = Link("acknowledge", (episode(alerts),), int(alerts.now) + 60, "oncall")
    return made._replace(**changed)  # type: ignore[arg-type]


def silences(web: Serving) -> list[dict[str, object]]:
    found: list[dict[str, object]] = web.get("/api/v1/silences").json["silences"]
    return found


@pytest.mark.xdist_group("chromium")
def test_an_alert_is_acknowledged_without_a_script(
    fires: SimulatedAlerts, web: Serving, writer: str, window: Open
) -> None:
    """From its page to the form and back, in the name of the token."""
    page = window(scripts=False)
    page.open(at(web, f"one?kind=alert&name={quote(NAME)}"))
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
    web: Serving, writer: str, window: Open
) -> None:
    """By globs, a label or a tag, and for a time that is chosen."""
    page = window(scripts=False)
    page.open(at(web, "told"))
    form = "form[aria-labelledby=silence]"
    page.fill(f"{form} input[name='match.thing']", "web*")
    page.fill(f"{form} input[name=label]", "team")
    page.fill(f"{form} input[name=like]", "shop")
    page.fill(f"{form} input[name=token]", writer)
    page.press("Enter")
    page.wait_for("#silences-table", "team shop")

    [made] = silences(web)
    assert made["match"] == {"thing": "web*", "team": "shop"}
    assert float(str(made["end"])) - float(str(made["start"])) == 3600

    page.fill("form[aria-labelledby=unsilence] input[name=token]", writer)
    page.press("Enter")
    page.wait_for("main", "Nothing is silenced.")
    assert silences(web) == []


@pytest.mark.xdist_group("chromium")
@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("path", ["told", RESPOND, "link"])
def test_it_fits_and_puts_up_no_barrier(  # noqa: PLR0917 - fixtures
    screen: str, path: str, fires: SimulatedAlerts, web: Serving, writer: str, window: Open
) -> None:
    """On no screen is there anything for axe-core to find, nor a page wider than the window."""
    assert writer
    fires.silence("s1", {"rule": "x" * 60, "thing": "*"})
    fires.dead("chat", "no such channel " * 8)
    page = window(**SCREENS[screen])

    status = page.open(
        at(web, f"link?{Signer(SECRET).query(link(fires))}" if path == "link" else path)
    )

    assert status == 200
    assert page.overflow == 0
    assert page.barriers() == []


ACKNOWLEDGE = {"action": "acknowledge", "kind": "alert", "name": NAME, "seconds": "0"}


def test_a_form_leads_to_what_came_of_it(fires: SimulatedAlerts, web: Serving, writer: str) -> None:
    """So that loading the page again sends nothing again."""
    answer = send(web, "/respond", ACKNOWLEDGE | {"token": writer, "episode": episode(fires)})

    assert answer.status == 303
    assert answer.headers["Location"] == "one?kind=alert&name=queue+is+long%3A+web1.queue"
    assert state(web)[0] == "acknowledged"


def test_a_form_of_another_page_does_nothing(web: Serving, writer: str) -> None:
    """What a browser sends by itself is no token; what names itself another site is refused."""
    by_itself = {"Authorization": f"Bearer {writer}"}

    assert send(web, "/respond", ACKNOWLEDGE, **by_itself).status == 400
    full = ACKNOWLEDGE | {"token": writer}
    assert send(web, "/respond", full, Sec_Fetch_Site="cross-site").status == 403
    assert send(web, "/respond", full, Content_Type="text/plain").status == 400
    assert web.get(f"/respond?kind=alert&name={quote(NAME)}&{urlencode(full)}").status == 400
    assert state(web)[0] == "firing"


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
    web: Serving,
    writer: str,
    changed: dict[str, str],
    status: int,
    said: str,
) -> None:
    """In words, on a page that leads back, and never as a dialog that asks for a login."""
    tokens = {
        "reader": web.token("reader"),
        "source": web.token("source", "write", "metpx"),
        "wrong": "wrong",
        "": "",
    }
    fields = ACKNOWLEDGE | {"token": writer} | changed
    fields["token"] = tokens.get(fields["token"], fields["token"])

    answer = send(web, "/respond", fields)

    assert answer.status == status
    assert said in answer.text
    assert "Back to everything" in answer.text
    assert answer.headers["WWW-Authenticate"] is None
    assert state(web)[0] == "firing"
    assert noted(fires) == []


def test_wrong_tokens_are_not_guessed_by_forms(web: Serving) -> None:
    """They count as all others of that address."""
    fields = ACKNOWLEDGE | {"token": "wrong"}

    answers = [send(web, "/respond", fields) for _ in range(access.WRONG_PER_MINUTE + 1)]

    assert {each.status for each in answers[:-1]} == {403}
    assert answers[-1].status == 429


@pytest.mark.parametrize("path", [RESPOND, "told"])
def test_a_server_that_only_reads_has_no_forms(serve: Serve, path: str) -> None:
    """It says how it would take them."""
    text = serve().get(f"/{path}").text

    assert "post = true" in text
    assert 'method="post"' not in text


def test_only_of_alerts_and_rules_people_are_told(fires: SimulatedAlerts, web: Serving) -> None:
    """A component has no such page; a rule can be silenced and not acknowledged."""
    fires.simulation.beat("x")

    of_rule = web.get(f"/respond?kind=rule&name={quote(RULE)}").text

    assert web.get("/respond?kind=component&name=x").status == 404
    assert 'value="silence"' in of_rule
    assert 'value="acknowledge"' not in of_rule


def test_who_may_see_one_source_has_no_such_page(web: Serving) -> None:
    """Alerts are about everything."""
    token = web.token("source", "read", "metpx")

    assert {web.get(f"/{path}", token).status for path in ("told", RESPOND)} == {403}


def test_a_link_shows_what_it_would_do_and_changes_nothing(
    fires: SimulatedAlerts, web: Serving
) -> None:
    """Programs follow links to show what is behind them, and so do people who only look."""
    path = f"/link?{Signer(SECRET).query(link(fires))}"

    answer = web.get(path)
    web.ask("HEAD", path, "", None)

    assert answer.status == 200
    assert "Acknowledge?" in answer.text
    assert f"{NAME}: value was 120, limit 100, for 12m" in answer.text
    assert answer.text.count("<button") == 1
    assert state(web)[0] == "firing"
    assert noted(fires) == []


@pytest.mark.xdist_group("chromium")
def test_the_button_does_what_the_link_says_in_the_name_of_who_was_told(
    fires: SimulatedAlerts, serve: Serve, secret: str, window: Open
) -> None:
    """Without a token and without a script, also where nobody may read without one."""
    web = serve(post=True, links_secret_file=secret, anonymous="none")
    page = window(scripts=False)
    page.open(at(web, f"link?{Signer(SECRET).query(link(fires))}"))

    page.click(BUTTON)

    page.wait_for("h1", "Acknowledged")
    assert noted(fires) == [(f"acknowledged {NAME}: by a link in a message", "oncall")]


def test_names_in_links_and_forms_are_taken_as_they_are(
    fires: SimulatedAlerts, web: Serving, writer: str
) -> None:
    """Also with blanks around them."""
    fires.rule(" r ")
    fires.alert(" r ", " t ")
    made = link(fires, receiver=" ops ")
    form = ACKNOWLEDGE | {"token": f" {writer} ", "name": " r :  t "}

    by_link = send(web, "/link", Signer(SECRET).fields(made))
    by_form = send(web, "/respond", form)

    assert (by_link.status, by_form.status) == (200, 303)
    assert [by for _, by in noted(fires)] == ["ann", " ops "]


def test_a_link_acknowledges_once(fires: SimulatedAlerts, web: Serving) -> None:
    """Everybody is told of each acknowledgement, so whoever has a link could tell them for ever."""
    first, other = (Signer(SECRET).fields(link(fires, receiver=name)) for name in ("ops", "boss"))

    answers = [send(web, "/link", fields) for fields in (first, first, other)]

    assert ["Acknowledged" in each.text for each in answers] == [True, True, True]
    assert noted(fires) == [(f"acknowledged {NAME}: by a link in a message", "ops")]


def test_a_damaged_row_hides_nothing_from_the_page(fires: SimulatedAlerts, web: Serving) -> None:
    """People look there when something is wrong."""
    redis = fires.simulation.client.redis

    async def damage() -> None:
        for key in (keys.HISTORY, keys.DEAD):
            await redis.lpush(key, "no JSON")
        await redis.hset(keys.SILENCES, "damaged", "[" * 60_000)

    fires.simulation.run(damage())

    told = web.get("/told")

    assert (told.status, NAME in told.text) == (200, True)


def test_a_link_silences_once_and_only_its_alert(fires: SimulatedAlerts, web: Serving) -> None:
    """For an hour, however often the button is pressed."""
    fields = Signer(SECRET).fields(link(fires, action="silence"))

    answers = [send(web, "/link", fields) for _ in range(2)]

    assert ["Silenced for 1h" in each.text for each in answers] == [True, True]
    [made] = silences(web)
    assert made["match"] == {"rule": RULE, "thing": THING}
    assert (made["by"], made["end"]) == ("oncall", pytest.approx(fires.now + 3600, abs=60))


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_that_has_expired_says_so(fires: SimulatedAlerts, web: Serving, method: str) -> None:
    """And does nothing."""
    query = Signer(SECRET).query(link(fires, expires=int(fires.now)))

    answer = web.ask(
        method,
        f"/link?{query}" if method == "GET" else "/link",
        "",
        query.encode(),
        Content_Type=FORM,
    )

    assert answer.status == 410
    assert "has expired: links in messages work for a day" in answer.text
    assert state(web)[0] == "firing"


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("signer", [Signer("another secret 1"), None])
def test_a_link_that_is_not_ours_does_nothing(
    fires: SimulatedAlerts, web: Serving, method: str, signer: Signer | None
) -> None:
    """With another signature, or with none."""
    query = (signer or Signer(SECRET)).query(link(fires))
    query = query if signer else re.sub("&signature=.*", "", query)

    answer = web.ask(
        method,
        f"/link?{query}" if method == "GET" else "/link",
        "",
        query.encode(),
        Content_Type=FORM,
    )

    assert answer.status == 403
    assert "not one of ours" in answer.text
    assert THING not in answer.text
    assert state(web)[0] == "firing"


def test_a_link_about_what_is_over_has_nothing_to_do(fires: SimulatedAlerts, web: Serving) -> None:
    """Neither on its page nor by its button."""
    made = link(fires, episodes=("0123456789abcdef",))

    assert "There is nothing to do" in web.get(f"/link?{Signer(SECRET).query(made)}").text
    assert "There is nothing to do" in send(web, "/link", Signer(SECRET).fields(made)).text
    assert noted(fires) == []


@pytest.mark.parametrize("settings", [{"post": True}, {"secret": True}], ids=str)
def test_links_are_taken_only_where_both_are_set(
    fires: SimulatedAlerts, serve: Serve, secret: str, settings: dict[str, bool]
) -> None:
    """A secret, and that something is taken at all."""
    file = {"links_secret_file": secret} if settings.pop("secret", False) else {}
    web = serve(**settings, **file)

    answer = web.get(f"/link?{Signer(SECRET).query(link(fires))}")

    assert answer.status == 403
    assert ("links_secret_file" if not file else "post = true") in answer.text


def test_what_people_write_is_text(fires: SimulatedAlerts, web: Serving, writer: str) -> None:
    """No markup of a reason or a name of a receiver reaches a page."""
    evil = "<script>alert(1)</script>"
    silence = {"action": "silence", "match.thing": evil, "seconds": "3600", "reason": evil}
    assert send(web, "/respond", silence | {"token": writer}).status == 303
    assert send(web, "/respond", ACKNOWLEDGE | {"token": writer, "reason": evil}).status == 303
    fires.told(NAME, receiver=evil, title=evil)
    by_link = f"/link?{Signer(SECRET).query(link(fires, receiver=evil))}"

    for path in ("/told", f"/one?kind=alert&name={quote(NAME)}", f"/{RESPOND}", by_link):
        assert evil not in web.get(path).text
