"""Redirects: how far they are followed, where to, and what is said there."""

import asyncio
from typing import Any

import pytest
from yarl import URL

from blinkenlights.probe.asking import dialing
from blinkenlights.probe.asking.addresses import is_public
from blinkenlights.probe.asking.failure import Failure
from blinkenlights.probe.asking.redirects import (
    Hop,
    first_hop,
    is_same_host,
    next_hop,
    refuse_private,
)
from blinkenlights.probe.endpoint import Request, Tls
from blinkenlights.probe.observation import Observation
from probe.asking.probing import ask, ask_server, knows
from servers.endpoints import answer, answers, in_json, redirects, serving

OK = in_json({"status": "ok"})
SECRET = "s3cret"


def request(**options: Any) -> Request:  # noqa: ANN401
    url = "https://www.example.net/a/b"
    return Request("https", url, url, **options)


def follow(location: str, status: int = 302, **options: Any) -> Hop:  # noqa: ANN401
    asked = request(**options)
    return next_hop(asked, first_hop(asked), status, location)


def test_a_redirect_is_followed_and_told() -> None:
    """The answer is that at its end, and so are the phases."""

    async def once() -> tuple[int, Observation]:
        async with serving(answers(OK)) as port:
            goal = f"http://127.0.0.1:{port}/there?key={SECRET}"
            seen = await ask_server(redirects("302 Found", goal), secrets=(SECRET,))
            return port, seen

    port, seen = asyncio.run(once())

    assert (seen.sentence, seen.status) == ("", 200)
    assert seen.went_to == (f"http://127.0.0.1:{port}/there?key=***",)
    assert seen.address == f"127.0.0.1:{port}"


def test_without_redirects_a_redirect_is_the_answer() -> None:
    """With its body."""
    moved = answer(b"moved", "301 Moved", "Location: /there")

    seen = asyncio.run(ask_server(answers(moved), redirects=0))

    assert (seen.trouble, seen.status, seen.body) == ("", 301, b"moved")
    assert seen.headers["location"] == "/there"


def test_a_redirect_to_itself_is_a_circle() -> None:
    """There is no use in following it to the limit."""
    heard: list[bytes] = []

    seen = asyncio.run(ask_server(redirects("302 Found", "/", heard)))

    assert seen.trouble == "redirect"
    assert seen.sentence.startswith("redirects go round in a circle: http://127.0.0.1:")
    assert len(heard) == 1


def test_redirects_without_end_are_not_followed_to_it() -> None:
    """The limit is told."""

    async def ever_further(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
        writer.write(answer(b"", "302 Found", f"Location: {asked}x"))

    seen = asyncio.run(ask_server(ever_further, redirects=3))

    assert seen.trouble == "redirect"
    assert seen.sentence.startswith("more than 3 redirects, the last to http://127.0.0.1:")
    assert seen.sentence.endswith("/xxxx")
    assert len(seen.went_to) == 3


@pytest.mark.parametrize(
    ("location", "goal"),
    [
        ("/c", "https://www.example.net/c"),
        ("c?d=1", "https://www.example.net/a/c?d=1"),
        ("//other.example.net/", "https://other.example.net/"),
        ("https://me:pw@other.example.net/", "https://other.example.net/"),
    ],
)
def test_a_location_is_taken_as_a_browser_does(location: str, goal: str) -> None:
    """But a login in it is not used."""
    assert str(follow(location).url) == goal


@pytest.mark.parametrize(
    ("location", "sentence"),
    [
        (
            "file:///etc/passwd",
            "a redirect leads to file:///etc/passwd, which is neither http nor https",
        ),
        (
            "ftp://example.net/",
            "a redirect leads to ftp://example.net/, which is neither http nor https",
        ),
        ("http://www.example.net/", "a redirect leads from https to http: http://www.example.net/"),
        ("https://[::1/", "a redirect leads to 'https://[::1/', which is no URL"),
    ],
)
def test_some_redirects_are_not_followed(location: str, sentence: str) -> None:
    """They are told instead."""
    with pytest.raises(Failure) as failed:
        follow(location)

    assert (failed.value.trouble, failed.value.sentence) == ("redirect", sentence)


def test_a_redirect_from_https_to_http_can_be_allowed() -> None:
    """Where somebody says so."""
    assert follow("http://www.example.net/", may_leave_scheme=True).url.scheme == "http"


@pytest.mark.parametrize(
    ("status", "before", "after"),
    [
        (301, "POST", "GET"),
        (302, "POST", "GET"),
        (303, "PUT", "GET"),
        (303, "HEAD", "HEAD"),
        (301, "PUT", "PUT"),
        (307, "POST", "POST"),
        (308, "POST", "POST"),
    ],
)
def test_the_method_changes_as_everybody_does_it(status: int, before: str, after: str) -> None:
    """The body goes with it."""
    hop = follow("/c", status, method=before, body=b"x", headers=(("Content-Type", "a/b"),))

    assert hop.method == after
    assert bool(hop.body) == bool(hop.headers) == (after == before)


def test_what_is_meant_for_one_host_is_not_sent_to_another() -> None:
    """Neither by the name of the header, nor by what it holds."""
    headers = (
        ("Authorization", "Basic abc"),
        ("Cookie", "a=b"),
        ("X-Api-Key", f"key {SECRET}"),
        ("Accept", "application/json"),
    )

    same = follow("/c", headers=headers, secrets=(SECRET,))
    other = follow("https://other.example.net/", headers=headers, secrets=(SECRET,))

    assert same.headers == headers
    assert other.headers == (("Accept", "application/json"),)


def test_our_certificate_and_its_name_for_a_host_stay_with_it() -> None:
    """What is trusted, and which version is spoken, stays as it is."""
    tls = Tls(
        ca_file="/ca.pem",
        certificate_file="/our.pem",
        key_file="/our.key",
        minimum="1.3",
        server_name="inner.example.net",
    )

    assert follow("/c", tls=tls).tls == tls
    assert follow("https://other.example.net/", tls=tls).tls == Tls(
        ca_file="/ca.pem", minimum="1.3"
    )


def test_a_body_with_a_secret_is_not_sent_to_another_host() -> None:
    """It cannot be sent without, so the probe ends."""
    with pytest.raises(Failure, match="the body holds a secret"):
        follow(
            "https://other.example.net/",
            307,
            method="POST",
            body=SECRET.encode(),
            secrets=(SECRET,),
        )


@pytest.mark.parametrize(
    ("before", "after", "is_same"),
    [
        ("http://a.example/", "http://a.example:80/x", True),
        ("http://a.example/", "https://a.example/", True),
        ("https://a.example/", "http://a.example/", False),
        ("http://a.example/", "http://a.example:8080/", False),
        ("http://a.example:8080/", "https://a.example/", False),
        ("http://a.example/", "http://b.example/", False),
        ("http://a.example/", "http://sub.a.example/", False),
    ],
)
def test_a_host_is_its_name_and_port(before: str, after: str, is_same: bool) -> None:
    """Going over to https is no change."""
    assert is_same_host(URL(before), URL(after)) is is_same


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700:4700::1111", True),
        ("64:ff9b::8.8.8.8", True),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("192.0.2.7", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::10.0.0.1", False),
        ("2002:7f00:1::", False),
        ("::127.0.0.1", False),
        ("example.net", False),
        ("", False),
    ],
)
def test_an_address_is_public_or_not(address: str, public: bool) -> None:
    """Also where one of IPv6 carries one of IPv4."""
    assert is_public(address) is public


def test_a_redirect_from_a_public_to_a_private_address_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The address is what counts, whatever its name: and it is not connected to."""
    # On the loopback nothing is public: 127.0.0.2 stands for an address that is.
    monkeypatch.setattr(dialing, "is_public", lambda address: address == "127.0.0.2")
    names = knows({"www.example.net": "127.0.0.2", "inner.example.net": "127.0.0.1"})
    heard: list[bytes] = []

    async def once(**options: Any) -> Observation:  # noqa: ANN401
        async with serving(answers(OK, heard)) as inner:
            away = redirects("302 Found", f"http://inner.example.net:{inner}/")
            async with serving(away, host="127.0.0.2") as port:
                return await ask(f"http://www.example.net:{port}/", names, **options)

    refused = asyncio.run(once())
    assert refused.trouble == "redirect"
    assert refused.sentence == (
        "a redirect leads to 127.0.0.1 of inner.example.net, which is no public address"
    )
    assert heard == []

    allowed = asyncio.run(once(may_become_private=True))
    assert (allowed.sentence, allowed.status) == ("", 200)


@pytest.mark.parametrize(
    ("before", "after", "refused"),
    [
        ("http://www.example.net/", "http://169.254.169.254/", True),
        ("http://www.example.net/", "http://localhost:6379/", True),
        ("http://www.example.net/", "http://[::1]/", True),
        ("http://www.example.net/", "http://127.1/", True),
        ("http://www.example.net/", "http://0x7f.1/", True),
        ("http://www.example.net/", "http://2130706433/", True),
        ("http://www.example.net/", "http://8.2056/", False),
        ("http://www.example.net/", "http://1.example.net/", False),
        ("http://www.example.net/", "http://other.example.net/", False),
        ("http://10.0.0.1/", "http://10.0.0.2/", False),
    ],
)
def test_behind_a_proxy_the_name_of_a_host_counts(before: str, after: str, refused: bool) -> None:
    """Its address is known to the proxy alone."""
    if refused:
        with pytest.raises(Failure, match="which is no public address"):
            refuse_private(request(), URL(before), URL(after))
    refuse_private(request(may_become_private=True), URL(before), URL(after))
    if not refused:
        refuse_private(request(), URL(before), URL(after))


def test_a_secret_is_not_cut_in_what_is_told_of_a_redirect() -> None:
    """Half of it would not be known as one."""
    with pytest.raises(Failure) as failure:
        follow(f"http://[/{'z' * 192}{SECRET}", secrets=(SECRET,))

    assert "s3" not in failure.value.sentence


def test_a_header_that_is_called_a_secret_stays_with_its_host() -> None:
    """Somebody may have written its value into the file itself."""
    hop = follow("https://other.example.net/", headers=(("X-Api-Key", "abc"), ("X-Node", "a")))

    assert hop.headers == (("X-Node", "a"),)
