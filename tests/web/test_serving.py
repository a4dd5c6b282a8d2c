"""Where the server listens, with what protection, and how it ends."""

import ssl
from http.client import HTTPException
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from blinkenlights.config import Config, WebConfig
from blinkenlights.errors import ConfigError
from blinkenlights.web.server import WebServer
from blinkenlights.web.tokens import TokenFile
from servers.certificates import Certificates, issue
from servers.simulation import Simulation
from web.conftest import Serve
from web.reading import streaming
from web.serving import Serving


def refused(tmp_path: Path, **settings: object) -> str:
    """Return why a server with these settings is not made; empty when it is."""
    config = WebConfig(
        **({"tokens_file": str(tmp_path / "web.tokens")} | settings)  # type: ignore[arg-type]
    )
    try:
        WebServer(Config(web=config))
    except ConfigError as error:
        return str(error)
    return ""


def test_only_this_machine_is_served_unless_somebody_says_so(tmp_path: Path) -> None:
    """Without a configuration nobody else can connect."""
    server = WebServer(Config(web=WebConfig(tokens_file=str(tmp_path / "none"))))

    assert server.address == "http://127.0.0.1:8480/"


def test_what_is_open_to_others_takes_tokens_and_tls(tmp_path: Path) -> None:
    """Serving others without protection has to be said, one sentence for each lack of it."""
    assert "holds no token" in refused(tmp_path, listen="0.0.0.0:8480")
    assert "listen in" in refused(tmp_path, listen="0.0.0.0:8480", anonymous="all")
    assert refused(tmp_path, listen="0.0.0.0:8480", anonymous="all", plain=True) == ""
    TokenFile(str(tmp_path / "web.tokens")).add("x", "read", None, 0.0)
    assert "listen in" in refused(tmp_path, listen="[::]:8480")
    assert refused(tmp_path, listen="example.net:8480", plain=True) == ""
    assert refused(tmp_path, listen="[::1]:8480") == ""
    assert refused(tmp_path, listen="localhost:8480") == ""


def test_others_do_not_read_without_a_token_by_default(tmp_path: Path) -> None:
    """`local` lets everybody read at a loopback address only."""
    TokenFile(str(tmp_path / "web.tokens")).add("x", "read", None, 0.0)
    config = WebConfig(listen="0.0.0.0:8480", plain=True, tokens_file=str(tmp_path / "web.tokens"))

    server = WebServer(Config(web=config))

    assert server._site.access._reads_without_token is False


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    """Give a certificate for 127.0.0.1."""
    return issue(tmp_path)


def test_tls_is_served(serve: Serve, simulation: Simulation, certificates: Certificates) -> None:
    """With a certificate everything is encrypted, and plain HTTP is not answered."""
    simulation.beat("x")
    web = serve(certificate=str(certificates.certificate), private_key=str(certificates.key))
    with pytest.raises((OSError, HTTPException)):
        web.get("/health")
    web.trust(certificates.authority)

    answer = web.get("/api/v1/status")

    assert answer.status == 200
    assert web.server is not None
    assert web.server.address.startswith("https://")
    with streaming(web, "/stream") as events:
        assert "x" in events.fragment()


def test_old_versions_of_tls_are_not_spoken(serve: Serve, certificates: Certificates) -> None:
    """What is broken is not offered; 1.2 is the oldest that is."""
    web = serve(certificate=str(certificates.certificate), private_key=str(certificates.key))
    web.trust(certificates.authority)
    assert web._tls is not None
    assert web.server is not None
    assert web.server._tls is not None
    web._tls.maximum_version = ssl.TLSVersion.TLSv1_2

    answer = web.get("/health")

    assert answer.status == 200
    assert web.server._tls.minimum_version == ssl.TLSVersion.TLSv1_2


def test_a_renewed_certificate_is_served_at_once(
    serve: Serve, certificates: Certificates, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Who renews it restarts nothing; while only one of two files is new, the old one serves."""
    web = serve(certificate=str(certificates.certificate), private_key=str(certificates.key))
    (tmp_path / "new").mkdir()
    renewed = issue(tmp_path / "new")
    web.trust(certificates.authority)
    assert web.get("/health").status != 0

    renewed.certificate.replace(certificates.certificate)
    half = [web.get("/health").status for _ in range(2)]
    renewed.key.replace(certificates.key)
    with pytest.raises(ssl.SSLCertVerificationError):
        web.get("/health")
    web.trust(renewed.authority)
    whole = web.get("/health")

    assert half == [whole.status] * 2
    assert caplog.text.count("the one before is still served") == 1


def test_a_key_with_a_passphrase_is_not_asked_for(
    tmp_path: Path, certificates: Certificates
) -> None:
    """A server must not wait at a terminal for what nobody types."""
    key = load_pem_private_key(certificates.key.read_bytes(), None)
    certificates.key.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
    )

    said = refused(
        tmp_path, certificate=str(certificates.certificate), private_key=str(certificates.key)
    )

    assert "cannot be used" in said


def test_half_a_certificate_is_refused(tmp_path: Path, certificates: Certificates) -> None:
    """TLS that cannot be set up is said before anybody is served without it."""
    here, key = str(certificates.certificate), str(certificates.key)

    assert "go together" in refused(tmp_path, certificate=here)
    assert "cannot be used" in refused(tmp_path, certificate=here, private_key="/nowhere")
    assert "cannot be used" in refused(tmp_path, certificate=key, private_key=here)


def test_an_address_that_is_taken_is_said(web: Serving, tmp_path: Path) -> None:
    """The sentence names the key and the address."""
    other = Serving(web.config.store.url, tmp_path, lambda: 0.0)
    other.config = web.config

    with pytest.raises(ConfigError, match=f"web.listen: 127.0.0.1:{web.port} cannot be opened"):
        other.start()


def test_streams_end_with_the_server(serve: Serve, simulation: Simulation) -> None:
    """Stopping the server does not wait for pages that are open."""
    simulation.beat("x")
    web = serve()
    with streaming(web, "/stream") as events:
        assert events.fragment()

        web.stop()

        assert events.response.read() == b""


def test_a_change_of_state_is_sent_at_once(serve: Serve, simulation: Simulation) -> None:
    """The stream tells of a component that fell silent, without being asked."""
    simulation.beat("billing", age=10)
    web = serve()
    with streaming(web, "/stream") as events:
        assert events.response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert events.response.headers["X-Accel-Buffering"] == "no"
        assert events.next() == {"retry": "5000"}
        assert "CRITICAL" not in events.fragment()

        simulation.now += 300
        simulation.collector()

        assert "CRITICAL" in events.fragment()


def test_a_token_that_is_taken_back_ends_its_stream(serve: Serve, simulation: Simulation) -> None:
    """Nobody goes on reading by a page that was opened before."""
    simulation.beat("x")
    web = serve(anonymous="none")
    token = web.token("reader")
    with streaming(web, "/stream", token) as events:
        assert events.fragment()

        web.tokens.remove("reader")

        assert events.response.read() == b""


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("localhost:8480", 200),
        ("127.0.0.1:8480", 200),
        ("[::1]:8480", 200),
        ("evil.example", 403),
        ("localhost.evil.example:8480", 403),
        ("", 403),
    ],
)
def test_a_name_that_somebody_made_point_here_reads_nothing(
    web: Serving, host: str, status: int
) -> None:
    """A page of somebody else, in a browser on this machine, does not read what local users may."""
    answer = web.get("/api/v1/status", Host=host)

    assert answer.status == status


def test_behind_a_proxy_any_name_is_right(serve: Serve) -> None:
    """A proxy passes on the name by which it is known."""
    web = serve(proxies=["127.0.0.1"])

    assert web.get("/api/v1/status", Host="status.example.net").status == 200


def test_the_head_of_an_answer_can_be_asked_for(web: Serving) -> None:
    """Monitoring that asks with HEAD gets what GET would say, without a body."""
    for path in ("/", "/health", "/api/v1/status"):
        answer = web.ask("HEAD", path, "", None)

        assert (answer.status, answer.body) == (200, b"")
    assert web.ask("HEAD", "/stream", "", None).status == 405
