"""Links in messages: good for one thing, by one receiver, for a day, and for nothing else."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from alert.changes import begins
from alert.conftest import Run
from alert.notices import a_notice
from alert.records import NOON
from alert.speaking import Speaker, Stage
from blinkenlights.alert.alert_outbox import AlertOutbox
from blinkenlights.alert.evaluation_store import EvaluationStore
from blinkenlights.alert.incidents import tell
from blinkenlights.alert.links import (
    KEPT_SECONDS,
    MOST_EPISODES,
    Link,
    LinkError,
    LinkExpiredError,
    MessageLinks,
    Signer,
)
from blinkenlights.alert.message import Message
from blinkenlights.alert.notice import Notice
from blinkenlights.errors import ConfigError
from blinkenlights.outbox.cannot_say import CannotSayError

SIGNER = Signer("0123456789abcdef")
URL = "https://monitoring.example.com/fleet/"
LINK = Link("silence", ("a" * 16, "b" * 16), int(NOON) + 60, "Oncall & co")


def message(*notices: Notice) -> Message:
    return MessageLinks(SIGNER, URL).linked(tell("ops@d1\x1frule=silent", None, notices, NOON)[0])


def link_in(text: str) -> Link:
    return SIGNER.verified(dict(parse_qsl(urlsplit(text).query)), NOON)


def test_a_link_is_what_was_signed() -> None:
    assert SIGNER.verified(dict(parse_qsl(SIGNER.query(LINK))), NOON) == LINK


@pytest.mark.parametrize(
    "change",
    [
        {"action": "acknowledge"},
        {"action": "remove"},
        {"episode": "a" * 16},
        {"episode": "a" * 16 + " " + "c" * 16},
        {"expires": str(LINK.expires + 1)},
        {"expires": "soon"},
        {"expires": "٣"},
        {"receiver": "ops"},
        {"signature": ""},
        {"signature": "é" * 64},
        {"signature": "0" * 64},
        {"more": "x" * 5000},
    ],
    ids=str,
)
def test_whatever_was_changed_it_is_none_of_ours(change: dict[str, str]) -> None:
    with pytest.raises(LinkError) as raised:
        SIGNER.verified(SIGNER.fields(LINK) | change, NOON)

    assert not isinstance(raised.value, LinkExpiredError)


@pytest.mark.parametrize("missing", SIGNER.fields(LINK))
def test_whatever_is_missing_it_is_none_of_ours(missing: str) -> None:
    fields = SIGNER.fields(LINK)
    del fields[missing]

    with pytest.raises(LinkError, match="not one of ours"):
        SIGNER.verified(fields, NOON)


def test_who_knows_another_secret_signs_nothing() -> None:
    with pytest.raises(LinkError, match="not one of ours"):
        SIGNER.verified(Signer("0123456789abcdeF").fields(LINK), NOON)


def test_it_expires_and_says_so() -> None:
    assert SIGNER.verified(SIGNER.fields(LINK), LINK.expires - 0.001) == LINK
    with pytest.raises(LinkExpiredError, match="expired"):
        SIGNER.verified(SIGNER.fields(LINK), LINK.expires)


def test_two_links_never_sign_the_same_text() -> None:
    """What separates parts in one cannot stand in a part of another."""
    one = Link("silence", ("a", "b"), 1, "x")
    others = [Link("silence", ("a b",), 1, "x"), Link("silence", ("a",), 1, 'b"],1,"x')]

    signatures = {SIGNER.fields(each)["signature"] for each in (one, *others)}

    assert len(signatures) == 3


def test_a_message_links_to_what_fires_in_the_name_of_its_receiver() -> None:
    notices = [a_notice("web1", episode="a" * 16), a_notice("web2", episode="b" * 16)]

    made = message(*notices)

    assert made.acknowledge_link.startswith(f"{URL}link?action=acknowledge&")
    assert link_in(made.acknowledge_link) == Link(
        "acknowledge", ("a" * 16, "b" * 16), int(NOON) + KEPT_SECONDS, "ops"
    )
    assert link_in(made.silence_link).action == "silence"


def test_what_is_over_or_acknowledged_or_too_much_has_no_such_link() -> None:
    fired, taken = a_notice(), a_notice(what="acknowledged", at=NOON + 1)
    burst = [a_notice(f"web{number}") for number in range(MOST_EPISODES + 1)]

    over, acknowledged = message(fired, a_notice(what="resolved")), message(fired, taken)

    assert (over.acknowledge_link, over.silence_link) == ("", "")
    assert acknowledged.acknowledge_link == ""
    assert acknowledged.silence_link
    assert message(*burst).silence_link == ""


def test_each_try_has_links(store: EvaluationStore, outbox: AlertOutbox, run: Run) -> None:
    """Whoever hears it, the first or the second time, can act by it."""

    async def play() -> list[Message]:
        stage = Stage(store, outbox)
        stage.linked = MessageLinks(SIGNER, URL).linked
        stage.now = NOON + 60
        stage.speakers["ops"] = speaker = Speaker(CannotSayError("away"))
        await stage.hear("ops")
        await stage.queue(begins())
        await stage.until(lambda: len(speaker.messages) == 1)
        stage.now += 60
        await stage.until(lambda: len(speaker.messages) == 2)
        return speaker.messages

    first, second = run(play())

    assert link_in(first.acknowledge_link).receiver == "ops"
    assert link_in(second.acknowledge_link).expires == link_in(first.acknowledge_link).expires + 60


@pytest.fixture
def secret(tmp_path: Path) -> Callable[[str], str]:
    """Give a function that writes a file and returns its path."""

    def write(text: str) -> str:
        (tmp_path / "secret").write_text(text, encoding="utf-8")
        return str(tmp_path / "secret")

    return write


def test_the_secret_is_in_a_file(secret: Callable[[str], str]) -> None:
    signer = Signer.of(secret("0123456789abcdef\n"))

    assert signer
    assert signer.fields(LINK) == SIGNER.fields(LINK)
    assert Signer.of("") is None
    with pytest.raises(ConfigError, match="openssl rand -hex 32"):
        Signer.of(secret("0123456789abcde\n"))
