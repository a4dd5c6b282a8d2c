"""E-mail: one thread for an incident, in plain text and HTML, and no password in the open."""

import ssl
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from alert.channels.messages import Story, a_notice, first
from alert.conftest import Run
from alert.records import NOON
from blinkenlights.alert.channels.email.letters import letter
from blinkenlights.alert.channels.email.mailer import Mailer
from blinkenlights.alert.channels.wording import REPEATED
from blinkenlights.alert.message import Message
from blinkenlights.outbox.cannot_say import CannotSayError
from blinkenlights.rules.files.channel_settings import EmailSettings
from servers import endpoints
from servers.certificates import Certificates, issue
from servers.mailboxes import LOGIN, mail_server
from servers.ports import find_free_port

TO = ["ann@example.net", "ben@example.net"]


def settings(port: int, scheme: str = "smtp", **more: Any) -> EmailSettings:  # noqa: ANN401
    where = f"{scheme}://localhost:{port}"
    return EmailSettings(**({"to": TO, "sender": "lights@example.net", "server": where} | more))


def login(password: bytes = LOGIN.password) -> dict[str, str]:
    return {"username": LOGIN.login.decode(), "password": password.decode()}


async def say(message: Message, given: EmailSettings) -> None:
    await Mailer(given).say(message)


def fails(run: Run, given: EmailSettings, seconds: float = 20.0) -> CannotSayError:
    """Return why a mail was not taken."""
    with pytest.raises(CannotSayError) as raised:
        run(Mailer(given, seconds=seconds).say(first()))
    return raised.value


def plain(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    return issue(tmp_path)


@pytest.fixture
def server_tls(certificates: Certificates) -> ssl.SSLContext:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificates.certificate, certificates.key)
    return tls


def test_the_mails_of_an_incident_are_one_thread(run: Run) -> None:
    """All later ones refer to the first; what is said again has the same Message-ID."""
    story = Story()
    opened = story.next(a_notice())
    over = story.next(a_notice("web1.queue", "resolved", at=NOON + 60))
    with mail_server() as box:
        for message in (opened, over, over):
            run(say(message, settings(box.port)))

    root, end, again = box.mails
    assert root["In-Reply-To"] is None
    assert root["Message-ID"] == f"<{opened.incident}.{NOON:.0f}@example.net>"
    assert end["In-Reply-To"] == end["References"] == root["Message-ID"]
    assert end["Message-ID"] == again["Message-ID"] != root["Message-ID"]


def test_a_mail_says_what_how_much_since_when_and_where(run: Run) -> None:
    """In its subject, in plain text and in HTML."""
    story = Story()
    message = story.next(a_notice(), a_notice("web2.queue", level="warning"), repeated=True)
    with mail_server() as box:
        run(say(message, settings(box.port)))

    (mail,) = box.mails
    assert mail["Subject"].startswith("CRITICAL: queue is long: web1.queue, web2.queue")
    assert (mail["To"], mail["From"]) == (", ".join(TO), "lights@example.net")
    assert mail["Date"].datetime.timestamp() == NOON
    assert mail["Auto-Submitted"] == "auto-generated"
    text = plain(mail)
    assert (
        "CRITICAL queue is long: web1.queue: value was 120, limit 100, for 12m, "
        "since 2025-11-28 11:48:00 UTC" in text
    )
    assert "Runbook: https://wiki.example.net/queues" in text
    assert REPEATED in text
    html = mail.get_body(("html",))
    assert html is not None
    assert '<a href="https://wiki.example.net/queues">Runbook</a>' in html.get_content()


def test_no_name_of_a_thing_becomes_a_header_or_a_tag() -> None:
    """Line breaks in a subject are replaced; angle brackets in HTML are shown."""
    name = "a\r\nBcc: all@example.net\n<img src=x>\x00\udc80"

    mail = letter(first(a_notice(name)), "lights@example.net", TO)

    assert mail["Bcc"] is None
    assert "a??Bcc: all@example.net?<img src=x>" in mail["Subject"]
    html = mail.get_body(("html",))
    assert html is not None
    assert "<img" not in html.get_content()
    mail.as_bytes()


def test_an_address_with_a_line_break_is_refused(run: Run) -> None:
    """Whatever the settings say, it never reaches a server."""
    with mail_server() as box:
        error = fails(run, settings(box.port, to=["a@b\r\nBcc: c@d"]))

    assert error.is_final
    assert "no mail can be made of it" in str(error)
    assert box.mails == []


def test_tls_is_spoken_where_it_is_offered(
    run: Run, certificates: Certificates, server_tls: ssl.SSLContext
) -> None:
    """With a login, by STARTTLS and from the first byte, by a private authority."""
    given = {"ca_file": str(certificates.authority)} | login()
    with mail_server(starttls=server_tls, auth_required=True) as box:
        run(say(first(), settings(box.port, **given)))
    with mail_server(tls=server_tls, auth_require_tls=False) as other:
        run(say(first(), settings(other.port, "smtps", **given)))

    assert box.was_secure == other.was_secure == [True]
    assert box.logins == other.logins == [LOGIN.login]


def test_a_server_that_is_not_trusted_gets_nothing(run: Run, server_tls: ssl.SSLContext) -> None:
    """Neither the mail nor the password; and no fall back to no TLS."""
    with mail_server(starttls=server_tls) as box, mail_server(tls=server_tls) as other:
        first_error = fails(run, settings(box.port, **login()))
        second_error = fails(run, settings(other.port, "smtps", **login()))

    for error in (first_error, second_error):
        assert str(error).startswith(
            "the certificate of the mail server localhost is not trusted: unable to get local"
        )
        assert not error.is_final
    assert (box.logins, box.mails, other.mails) == ([], [], [])


def test_no_password_goes_over_an_open_line_unasked(run: Run) -> None:
    """Only `starttls: false` allows it; `starttls: true` wants TLS in any case."""
    with mail_server(auth_require_tls=False) as box:
        unasked = fails(run, settings(box.port, **login()))
        wanted = fails(run, settings(box.port, starttls=True))
        run(say(first(), settings(box.port, starttls=False, **login())))

    assert "would get the password in the open" in str(unasked)
    assert "offers no TLS, and starttls is true" in str(wanted)
    assert box.logins == [LOGIN.login]
    assert len(box.mails) == 1


def test_a_login_that_is_refused_is_waited_for(run: Run) -> None:
    """Somebody may mend it; what the server says of it is not repeated."""
    with mail_server(auth_require_tls=False) as box:
        error = fails(run, settings(box.port, starttls=False, **login(b"other secret")))

    assert str(error) == "the mail server localhost refuses the login with 535"
    assert not error.is_final


@pytest.mark.parametrize(
    ("answer", "is_final"),
    [
        ("450 4.2.1 greylisted", False),
        ("421 4.3.2 shutting down", False),
        ("552 5.3.4 too big", True),
        ("554 5.7.1 refused by policy", True),
    ],
)
def test_what_a_server_refuses_is_sorted_by_its_code(
    run: Run, answer: str, *, is_final: bool
) -> None:
    """4xx may be taken later, 5xx never."""
    with mail_server() as box:
        box.refuses_data = answer
        error = fails(run, settings(box.port))

    assert answer[:3] in str(error)
    assert error.is_final is is_final


def test_who_is_refused_keeps_no_mail_from_others(
    run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged; only when nobody is left the mail was not taken."""
    with mail_server() as box:
        box.refused = {TO[0]: "550 5.1.1 no such user"}
        run(say(first(), settings(box.port)))
        box.refused[TO[1]] = "450 4.2.1 later"
        later = fails(run, settings(box.port))
        box.refused[TO[1]] = "550 5.1.1 no such user"
        never = fails(run, settings(box.port))

    assert len(box.mails) == 1
    assert f"refuses {TO[0]} (550), and takes it for others: CRITICAL" in caplog.text
    assert str(later) == "the mail server localhost refuses it with 450: 4.2.1 later"
    assert (later.is_final, never.is_final) == (False, True)


def test_a_server_that_hangs_or_is_away_is_named(run: Run) -> None:
    """With the limit, or the reason of the system."""

    async def scenario() -> str:
        async with endpoints.serving(endpoints.is_silent) as port:
            mailer = Mailer(settings(port, server=f"smtp://127.0.0.1:{port}"), seconds=0.3)
            with pytest.raises(CannotSayError) as raised:
                await mailer.say(first())
        return str(raised.value)

    hangs = run(scenario())
    away = fails(run, settings(find_free_port(), server=f"smtp://127.0.0.1:{find_free_port()}"))
    nowhere = fails(run, settings(1, server="smtp://nobody.invalid"))

    assert hangs == "the mail server 127.0.0.1 did not take it within 0.3 seconds"
    assert str(away) == "the mail server 127.0.0.1 cannot be reached: connection refused"
    assert "cannot be reached: the name nobody.invalid was not resolved" in str(nowhere)
