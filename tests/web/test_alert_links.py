"""Links in messages by which people acknowledge and silence."""

import re

import pytest

from blinkenlights.alert.links import Signer
from servers.simulated_alerts import SimulatedAlerts
from web.conftest import Serve
from web.responding import FORM, NAME, RULE, SECRET, THING, Open, link, send, silences
from web.serving import Answered, Serving
from web.test_page import at
from web.test_responses import noted, state

pytestmark = pytest.mark.usefixtures("fires")

BUTTON = "main form button"


def test_a_link_shows_what_it_would_do_and_changes_nothing(
    fires: SimulatedAlerts, answering: Serving
) -> None:
    """Programs follow links to show what is behind them, and so do people who only look."""
    path = f"/link?{Signer(SECRET).query(link(fires))}"

    answer = answering.get(path)
    answering.ask("HEAD", path, "", None)

    assert answer.status == 200
    assert "Acknowledge?" in answer.text
    assert f"{NAME}: value was 120, limit 100, for 12m" in answer.text
    assert answer.text.count("<button") == 1
    assert state(answering)[0] == "firing"
    assert noted(fires) == []


@pytest.mark.xdist_group("chromium")
def test_the_button_does_what_the_link_says_in_the_name_of_who_was_told(
    fires: SimulatedAlerts, serve: Serve, secret: str, window: Open
) -> None:
    """Without a token and without a script, also where nobody may read without one."""
    answering = serve(post=True, links_secret_file=secret, anonymous="none")
    page = window(scripts=False)
    page.open(at(answering, f"link?{Signer(SECRET).query(link(fires))}"))

    page.click(BUTTON)

    page.wait_for("h1", "Acknowledged")
    assert noted(fires) == [(f"acknowledged {NAME}: by a link in a message", "oncall")]


def test_a_link_acknowledges_once(fires: SimulatedAlerts, answering: Serving) -> None:
    """Everybody is told of each acknowledgement, so whoever has a link could tell them for ever."""
    first, other = (Signer(SECRET).fields(link(fires, receiver=name)) for name in ("ops", "boss"))

    answers = [send(answering, "/link", fields) for fields in (first, first, other)]

    assert ["Acknowledged" in each.text for each in answers] == [True, True, True]
    assert noted(fires) == [(f"acknowledged {NAME}: by a link in a message", "ops")]


def test_a_link_silences_once_and_only_its_alert(
    fires: SimulatedAlerts, answering: Serving
) -> None:
    """For an hour, however often the button is pressed."""
    fields = Signer(SECRET).fields(link(fires, action="silence"))

    answers = [send(answering, "/link", fields) for _ in range(2)]

    assert ["Silenced for 1h" in each.text for each in answers] == [True, True]
    [made] = silences(answering)
    assert made["match"] == {"rule": RULE, "thing": THING}
    assert (made["by"], made["end"]) == ("oncall", pytest.approx(fires.now + 3600, abs=60))


def follow(answering: Serving, method: str, query: str) -> Answered:
    """Open a link, or press the button of its page."""
    path = f"/link?{query}" if method == "GET" else "/link"
    return answering.ask(method, path, "", query.encode(), Content_Type=FORM)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_that_has_expired_says_so(
    fires: SimulatedAlerts, answering: Serving, method: str
) -> None:
    """And does nothing."""
    query = Signer(SECRET).query(link(fires, expires=int(fires.now)))

    answer = follow(answering, method, query)

    assert answer.status == 410
    assert "has expired: links in messages work for a day" in answer.text
    assert state(answering)[0] == "firing"


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("signer", [Signer("another secret 1"), None])
def test_a_link_that_is_not_ours_does_nothing(
    fires: SimulatedAlerts, answering: Serving, method: str, signer: Signer | None
) -> None:
    """With another signature, or with none."""
    query = (signer or Signer(SECRET)).query(link(fires))
    query = query if signer else re.sub("&signature=.*", "", query)

    answer = follow(answering, method, query)

    assert answer.status == 403
    assert "not one of ours" in answer.text
    assert THING not in answer.text
    assert state(answering)[0] == "firing"


def test_a_link_about_what_is_over_has_nothing_to_do(
    fires: SimulatedAlerts, answering: Serving
) -> None:
    """Neither on its page nor by its button."""
    made = link(fires, episodes=("0123456789abcdef",))

    assert "There is nothing to do" in answering.get(f"/link?{Signer(SECRET).query(made)}").text
    assert "There is nothing to do" in send(answering, "/link", Signer(SECRET).fields(made)).text
    assert noted(fires) == []


@pytest.mark.parametrize("settings", [{"post": True}, {"secret": True}], ids=str)
def test_links_are_taken_only_where_both_are_set(
    fires: SimulatedAlerts, serve: Serve, secret: str, settings: dict[str, bool]
) -> None:
    """A secret, and that something is taken at all."""
    file = {"links_secret_file": secret} if settings.pop("secret", False) else {}
    answering = serve(**settings, **file)

    answer = answering.get(f"/link?{Signer(SECRET).query(link(fires))}")

    assert answer.status == 403
    assert ("links_secret_file" if not file else "post = true") in answer.text
