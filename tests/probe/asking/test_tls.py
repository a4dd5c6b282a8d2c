"""TLS: the certificate is read whatever becomes of the handshake, and told in words."""

import asyncio
import datetime as dt
import shutil
import ssl
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

import pytest
import trustme

from blinkenlights.probe.asking.certificates import DAY
from blinkenlights.probe.asking.tls_contexts import Contexts
from blinkenlights.probe.endpoint import Tls
from blinkenlights.probe.observation import Observation
from probe.asking.probing import ask, knows
from servers.endpoints import (
    Handler,
    answers,
    handshaking,
    in_json,
    is_silent,
    redirects,
    reset,
    resets,
    serving,
    tunnels,
)

OK = answers(in_json({"status": "ok"}))
NOW = time.time()
"""The clock of OpenSSL cannot be set."""
AT = dt.datetime.fromtimestamp(NOW, dt.UTC)
HOME = knows({"www.example.net": "127.0.0.1"})


class Authority(NamedTuple):
    """Who vouches, and its certificate in a file."""

    ca: trustme.CA
    file: str

    def server(self, *names: str, days: float = 30.0, since: float = 90.0) -> ssl.SSLContext:
        """Return a context with a certificate that ends so many days from the time of the tests."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.ca.issue_cert(
            *(names or ("www.example.net",)),
            not_before=AT - dt.timedelta(days=since),
            not_after=AT + dt.timedelta(days=days),
        ).configure_cert(context)
        return context


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority of our own."""
    ca = trustme.CA(organization_name="Example Authority")
    file = tmp_path_factory.mktemp("ca") / "ca.pem"
    ca.cert_pem.write_to_path(file)
    return Authority(ca, str(file))


def probe(
    server: ssl.SSLContext, tls: Tls, scheme: str = "https", handler: Handler = OK
) -> Observation:
    """Probe `www.example.net` once, which is such a server."""

    async def once() -> Observation:
        async with serving(handler, server) as port:
            return await ask(f"{scheme}://www.example.net:{port}", lookup=HOME, now=NOW, tls=tls)

    return asyncio.run(once())


def probe_strict(server: ssl.SSLContext, tls: Tls) -> Observation:
    """Probe the same, where a refused handshake is told why."""
    with handshaking(server) as port:
        url = f"https://www.example.net:{port}"
        return asyncio.run(ask(url, lookup=HOME, now=NOW, tls=tls))


@pytest.mark.parametrize("scheme", ["https", "tls"])
def test_a_good_certificate_is_told_with_its_days(authority: Authority, scheme: str) -> None:
    """Days, issuer and names; nothing is wrong with it."""
    server = authority.server("www.example.net", "192.0.2.7", days=14.5)

    seen = probe(server, Tls(ca_file=authority.file), scheme)

    assert (seen.trouble, seen.sentence) == ("", "")
    assert seen.status == (200 if scheme == "https" else None)
    assert seen.certificate is not None
    assert seen.certificate.days == pytest.approx(14.5, abs=0.001)
    assert seen.certificate.expires == pytest.approx(NOW + 14.5 * DAY, abs=1)
    assert seen.certificate.issuer == "Example Authority"
    assert seen.certificate.names == ("www.example.net", "192.0.2.7")
    assert seen.certificate.problem == ""
    assert seen.phases.connect is not None
    assert seen.phases.tls is not None


@pytest.mark.parametrize("scheme", ["https", "tls"])
@pytest.mark.parametrize(
    ("names", "days", "problem"),
    [
        pytest.param(("www.example.net",), -3.5, "expired 3 days ago", id="expired"),
        pytest.param(("www.example.net",), -1.5, "expired 1 day ago", id="expired yesterday"),
        pytest.param(("www.example.net",), -0.5, "expired less than a day ago", id="just expired"),
        pytest.param(
            ("other.example.net", "192.0.2.7"),
            30.0,
            "is for other.example.net, 192.0.2.7, not for www.example.net",
            id="wrong host",
        ),
    ],
)
def test_a_certificate_that_is_not_trusted_is_told_as_well(
    authority: Authority, names: tuple[str, ...], days: float, problem: str, scheme: str
) -> None:
    """Its days do not vanish when they matter."""
    seen = probe(authority.server(*names, days=days), Tls(ca_file=authority.file), scheme)

    assert seen.trouble == "certificate"
    assert seen.sentence.startswith("the certificate of www.example.net:")
    assert seen.sentence.endswith(f" is not trusted: {problem}")
    assert seen.status is None
    assert seen.certificate is not None
    assert seen.certificate.days == pytest.approx(days, abs=0.001)
    assert seen.certificate.names == names
    assert seen.certificate.issuer == "Example Authority"
    assert seen.certificate.problem == problem


def test_nobody_vouches_for_an_authority_of_ones_own(authority: Authority) -> None:
    """The issuer is named."""
    seen = probe(authority.server(), Tls())

    assert seen.sentence.endswith(
        "is not trusted: no authority that we know vouches for it, "
        "it was issued by Example Authority"
    )


def test_a_self_signed_certificate_is_called_so(tmp_path: Path) -> None:
    """Such is what an installer makes."""
    key, file = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30"]
    subject = ["-subj", "/CN=www.example.net", "-keyout", str(key), "-out", str(file)]
    subprocess.run([*command, *subject], check=True, capture_output=True)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file, key)

    seen = probe(server, Tls())

    assert seen.sentence.endswith("is not trusted: self-signed")
    assert seen.certificate is not None
    assert seen.certificate.names == ("www.example.net",)
    assert seen.certificate.days == pytest.approx(30, abs=0.1)


@pytest.mark.parametrize("scheme", ["https", "tls"])
def test_without_verification_the_answer_counts_and_the_problem_is_told(
    authority: Authority, scheme: str
) -> None:
    """The endpoint is up, and its certificate has expired."""
    seen = probe(authority.server(days=-3.5), Tls(verify=False, ca_file=authority.file), scheme)

    assert (seen.trouble, seen.sentence) == ("", "")
    assert seen.status == (200 if scheme == "https" else None)
    assert seen.certificate is not None
    assert seen.certificate.problem == "expired 3 days ago"
    assert seen.certificate.days == pytest.approx(-3.5, abs=0.001)


def test_another_name_can_be_asked_for(authority: Authority) -> None:
    """It is sent (SNI), and has to be in the certificate."""
    asked: list[str | None] = []
    server = authority.server("inner.example.net")
    server.sni_callback = lambda _, name, __: asked.append(name)

    seen = probe(server, Tls(ca_file=authority.file, server_name="inner.example.net"))

    assert (seen.sentence, seen.status) == ("", 200)
    assert asked == ["inner.example.net"]


def test_a_certificate_of_ours_is_shown(authority: Authority, tmp_path: Path) -> None:
    """With its key in the same file."""
    ours = tmp_path / "ours.pem"
    authority.ca.issue_cert("prober.example.net").private_key_and_cert_chain_pem.write_to_path(ours)
    server = authority.server()
    server.verify_mode = ssl.CERT_REQUIRED
    authority.ca.configure_trust(server)

    with_it = probe_strict(server, Tls(ca_file=authority.file, certificate_file=str(ours)))
    without = probe_strict(server, Tls(ca_file=authority.file))

    assert (with_it.sentence, with_it.status) == ("", 200)
    assert without.trouble == "tls"
    assert without.sentence.endswith(": it wants a certificate of ours")


def test_a_certificate_of_ours_is_not_shown_to_whom_a_redirect_leads(
    authority: Authority, tmp_path: Path
) -> None:
    """And the other host is asked for by its own name."""
    ours = tmp_path / "ours.pem"
    authority.ca.issue_cert("prober.example.net").private_key_and_cert_chain_pem.write_to_path(ours)
    asked: list[str | None] = []
    shown: list[object] = []
    other = authority.server("other.example.net")
    other.verify_mode = ssl.CERT_OPTIONAL
    authority.ca.configure_trust(other)
    other.sni_callback = lambda _, name, __: asked.append(name)

    async def notes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        shown.append(writer.get_extra_info("peercert"))
        await OK(reader, writer)

    async def once() -> Observation:
        async with serving(notes, other) as there:
            away = redirects("302 Found", f"https://other.example.net:{there}/")
            async with serving(away, authority.server("inner.example.net")) as port:
                return await ask(
                    f"https://www.example.net:{port}/",
                    knows({"www.example.net": "127.0.0.1", "other.example.net": "127.0.0.1"}),
                    NOW,
                    tls=Tls(
                        ca_file=authority.file,
                        certificate_file=str(ours),
                        server_name="inner.example.net",
                    ),
                )

    seen = asyncio.run(once())

    assert (seen.sentence, seen.status) == ("", 200)
    assert asked == ["other.example.net"]
    assert [bool(each) for each in shown] == [False]


def test_an_older_version_than_allowed_is_refused(authority: Authority) -> None:
    """And told as such."""
    server = authority.server()
    server.maximum_version = ssl.TLSVersion.TLSv1_2

    seen = probe_strict(server, Tls(ca_file=authority.file, minimum="1.3"))

    assert seen.trouble == "tls"
    assert seen.sentence.endswith(": it speaks none of the versions that are allowed")


@pytest.mark.parametrize("scheme", ["https", "tls"])
@pytest.mark.parametrize(
    ("handler", "trouble", "sentence"),
    [
        pytest.param(OK, "tls", "its answer is no TLS", id="plain"),
        pytest.param(resets, "tls", "the connection was closed", id="reset"),
        pytest.param(
            is_silent, "timeout", "the TLS handshake did not come to its end", id="silent"
        ),
    ],
)
def test_what_does_not_speak_tls_is_told(
    handler: Handler, trouble: str, sentence: str, scheme: str
) -> None:
    """There is no certificate then."""
    if handler is OK:
        handler = answers_at_once
    elif handler is resets:
        handler = resets_at_once

    async def once() -> Observation:
        async with serving(handler) as port:
            limit = 0.5 if trouble == "timeout" else 20.0
            return await ask(f"{scheme}://127.0.0.1:{port}", timeout=limit)

    seen = asyncio.run(once())

    assert seen.trouble == trouble
    assert seen.sentence.endswith(sentence)
    assert seen.certificate is None


async def answers_at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(10)
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    await writer.drain()


async def resets_at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(10)
    reset(writer)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {"ca_file": "/none/ca.pem"},
            "the file of the authorities, /none/ca.pem, cannot be read: No such file or directory",
        ),
        (
            {"certificate_file": "/none/our.pem"},
            "the file of our certificate, /none/our.pem, cannot be read: No such file or directory",
        ),
        ({"ca_file": "/dev/zero"}, "the file of the authorities, /dev/zero, is no file"),
        ({"ca_file": "/a\0b"}, "'/a\\x00b' cannot be the name of a file"),
        ({"ca_file": "/etc/hostname"}, "/etc/hostname holds no certificate of an authority"),
        (
            {"certificate_file": "/etc/hostname"},
            (
                "/etc/hostname is no certificate in PEM form, or its key in /etc/hostname does "
                "not fit or has a password"
            ),
        ),
    ],
)
def test_a_file_that_is_no_good_is_named(settings: dict[str, str], sentence: str) -> None:
    """It is a mistake of ours, and no trouble of the endpoint."""
    seen = asyncio.run(ask("https://127.0.0.1:1/", tls=Tls(**settings)))  # type: ignore[arg-type]

    assert (seen.trouble, seen.sentence) == ("settings", sentence)


def test_a_renewed_file_is_read_again(authority: Authority, tmp_path: Path) -> None:
    """Without a restart of the prober."""
    file = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(file)
    contexts = Contexts()
    before = contexts.context(Tls(ca_file=str(file)), verify=True)
    again = contexts.context(Tls(ca_file=str(file)), verify=True)
    renewed = tmp_path / "renewed.pem"
    shutil.copy(authority.file, renewed)
    renewed.rename(file)

    after = contexts.context(Tls(ca_file=str(file)), verify=True)

    assert before is again
    assert after is not before


def test_https_goes_through_a_tunnel_of_the_proxy(authority: Authority) -> None:
    """The certificate is that of the endpoint, and verified."""
    heard: list[bytes] = []

    async def once(names: tuple[str, ...], *, verify: bool = True) -> Observation:
        async with serving(OK, authority.server(*names)) as port, serving(tunnels(heard)) as proxy:
            return await ask(
                f"https://localhost:{port}/",
                now=NOW,
                proxy=f"http://127.0.0.1:{proxy}",
                tls=Tls(ca_file=authority.file, verify=verify),
            )

    good = asyncio.run(once(("localhost",)))
    bad = asyncio.run(once(("other.example.net",)))
    unverified = asyncio.run(once(("other.example.net",), verify=False))

    assert (good.sentence, good.status) == ("", 200)
    assert good.certificate is not None
    assert good.phases.tls is not None
    assert heard[0].startswith(b"CONNECT localhost:")
    assert bad.trouble == "certificate", bad.sentence
    assert bad.sentence.endswith("is for other.example.net, not for localhost")
    assert (unverified.sentence, unverified.status) == ("", 200)
    assert unverified.certificate is not None
    assert unverified.certificate.problem == "is for other.example.net, not for localhost"
