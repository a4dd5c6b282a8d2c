"""`blinkenlights web` as a process, its tokens, and the server inside of `blinkenlights up`."""

import json
import os
import resource
import signal
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from blinkenlights.cli import main
from blinkenlights.clock import wall_clock
from commands.calling import Running
from servers.ports import find_free_port
from servers.process import make_folder, remove_folder
from servers.simulation import Simulation

Configure = Callable[..., Path]


@pytest.fixture
def port() -> int:
    """Give a free port."""
    return find_free_port()


@pytest.fixture
def configure(
    simulation: Simulation, tmp_path: Path, port: int, bare_environment: None
) -> Configure:
    """Give a function that writes a configuration for the store of the simulation."""
    del bare_environment

    def write(more: str = "", collector: str = "here") -> Path:
        path = tmp_path / "blinkenlights.toml"
        path.write_text(
            f'[store]\nurl = "{simulation.url}"\n[collector]\nname = "{collector}"\n'
            f'[web]\nlisten = "127.0.0.1:{port}"\ntokens_file = "{tmp_path}/web.tokens"\n{more}'
        )
        return path

    return write


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Give a function that starts `blinkenlights` and waits until it serves."""
    running: list[Running] = []

    def start(*words: object) -> Running:
        running.append(Running([str(word) for word in words], tmp_path))
        running[-1].wait_for(lambda: "serving at" in running[-1].err, "it to serve")
        return running[-1]

    yield start
    for each in running:
        each.end(signal.SIGKILL)


def get(port: int, path: str, token: str = "", body: bytes | None = None) -> tuple[int, str]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def token_of(path: Path, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["web", "token", "add", *words, "--config", str(path)]) == 0
    return capsys.readouterr().out.strip()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_told_to_stop(
    configure: Configure, start: Callable[..., Running], port: int, number: signal.Signals
) -> None:
    """It says where it serves, answers, and ends in good order."""
    running = start("web", "--config", configure())

    status, _ = get(port, "/api/v1/status")
    code = running.end(number)

    assert status == 200
    assert code == 0
    assert f"serving at http://127.0.0.1:{port}/" in running.err
    assert "Traceback" not in running.err


def test_the_port_of_a_platform(
    configure: Configure,
    start: Callable[..., Running],
    port: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """PORT says where, at all addresses; what is configured wins over it."""
    monkeypatch.setenv("PORT", str(port))
    path = configure()
    there = path.read_text()
    path.write_text(
        there.replace(f'listen = "127.0.0.1:{port}"', 'plain = true\nanonymous = "all"')
    )

    running = start("web", "--config", path)
    status, _ = get(port, "/machines")
    running.end(signal.SIGTERM)
    monkeypatch.setenv("PORT", "1")
    path.write_text(there)
    configured = start("web", "--config", path)

    assert status == 200
    assert f"serving at http://0.0.0.0:{port}/" in running.err
    assert f"serving at http://127.0.0.1:{port}/" in configured.err


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("8480", "PORT in the environment: 0.0.0.0:8480 is open to others"),
        ("none", "PORT in the environment: has a port that is not a number from 1 to 65535"),
    ],
)
def test_a_port_that_cannot_be_opened(
    configure: Configure,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    given: str,
    said: str,
) -> None:
    """It is refused by its name: without tokens nobody could read, and a text is no port."""
    monkeypatch.setenv("PORT", given)
    path = configure()
    path.write_text(path.read_text().replace("listen =", "# listen ="))

    assert main(["web", "--config", str(path)]) == 1
    assert said in capsys.readouterr().err


def test_what_was_posted_is_stored_when_it_ends(
    configure: Configure,
    start: Callable[..., Running],
    port: int,
    capsys: pytest.CaptureFixture[str],
    simulation: Simulation,
) -> None:
    """With post = true it is a collector of its own name, beside the one of this machine."""
    path = configure("post = true\n")
    token = token_of(path, capsys, "--name", "cron", "--scope", "write")
    running = start("web", "--config", path)

    status, text = get(port, "/api/v1/heartbeat", token, b'{"name": "cron"}')
    code = running.end(signal.SIGTERM)

    assert (status, json.loads(text)["stored"]) == (200, 1)
    assert code == 0
    simulation.now = wall_clock()
    assert "collector here-web: stopped" in simulation.collectors("-vv").text


def test_two_of_one_name_are_refused(
    configure: Configure, start: Callable[..., Running], tmp_path: Path
) -> None:
    """A second server under the same name would overwrite the report of the first."""
    path = configure("post = true\n")
    start("web", "--config", path)
    other = tmp_path / "other.toml"
    taken = path.read_text().split('listen = "127.0.0.1:')[1].split('"')[0]
    other.write_text(path.read_text().replace(taken, str(find_free_port())))

    second = Running(["web", "--config", str(other)], tmp_path)
    second.process.wait(20)

    assert second.process.returncode == 1
    assert "a collector named here-web has been at work" in second.err


def test_a_token_is_shown_once_and_works(
    configure: Configure,
    start: Callable[..., Running],
    port: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Adding, listing and removing have their effect while the server runs."""
    path = configure('anonymous = "none"\n')
    start("web", "--config", path)
    token = token_of(path, capsys, "--name", "me", "--scope", "read")
    assert get(port, "/api/v1/status")[0] == 401
    assert get(port, "/api/v1/status", token)[0] == 200

    assert main(["web", "token", "list", "--config", str(path)]) == 0
    listed = capsys.readouterr().out
    assert main(["web", "token", "remove", "--name", "me", "--config", str(path)]) == 0

    assert "me" in listed
    assert "read" in listed
    assert token not in listed
    assert get(port, "/api/v1/status", token)[0] == 401


def test_the_configuration_may_be_named_before_or_after(configure: Configure) -> None:
    """No place of --config leads to the tokens of another server."""
    path = configure()
    add = ["token", "add", "--scope", "read", "--name"]

    assert main(["web", "--config", str(path), *add, "before"]) == 0
    assert main(["web", *add, "after", "--config", str(path)]) == 0

    lines = (path.parent / "web.tokens").read_text().splitlines()
    assert [json.loads(line)["name"] for line in lines] == ["before", "after"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["add", "--name", "x", "--scope", "all"], 2),
        (["add", "--name", "", "--scope", "read"], 2),
        (["add", "--name", "x", "--scope", "read", "--source", "a*"], 2),
        (["remove", "--name", "nobody"], 2),
        ([], 2),
    ],
)
def test_a_token_that_cannot_be_is_refused(
    configure: Configure, words: list[str], code: int
) -> None:
    """A command line that makes no sense changes nothing."""
    path = configure()

    try:
        found = main(["web", "token", *words, "--config", str(path)])
    except SystemExit as leaving:
        found = int(leaving.code or 0)

    assert found == code
    assert not (path.parent / "web.tokens").exists()


def test_an_address_that_is_taken_ends_it(
    configure: Configure, start: Callable[..., Running], tmp_path: Path
) -> None:
    """It ends with 1 and a sentence, not with a traceback."""
    path = configure()
    start("web", "--config", path)

    second = Running(["web", "--config", str(path)], tmp_path)
    second.process.wait(20)

    assert second.process.returncode == 1
    assert "cannot be opened" in second.err
    assert "Traceback" not in second.err


def test_up_serves_when_it_is_configured(
    configure: Configure,
    start: Callable[..., Running],
    port: int,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One process for everything: what is posted to it is judged by it, with one collector."""
    monkeypatch.setitem(os.environ, "BLINKENLIGHTS_WEB_POST", "true")
    path = configure()
    token = token_of(path, capsys, "--name", "cron", "--scope", "write")
    folder = make_folder("state")
    try:
        running = start("up", "--config", path, "--state", folder)

        stored = get(port, "/api/v1/heartbeat", token, b'{"name": "cron"}')[0]
        components = json.loads(get(port, "/api/v1/components")[1])["items"]
        collectors = json.loads(get(port, "/api/v1/collectors")[1])
        code = running.end(signal.SIGTERM)
    finally:
        remove_folder(folder)

    assert stored == 200
    assert [each["name"] for each in components] == ["cron"]
    assert [each["name"] for each in collectors["collectors"]] == ["here"]
    assert "http on here" in [each["address"] for each in collectors["queues"]]
    assert code == 0
    assert "Traceback" not in running.err


def test_idle_connections_do_not_keep_others_out(
    configure: Configure, start: Callable[..., Running], simulation: Simulation, port: int
) -> None:
    """1,100 of one address at a limit of 1,024 files: those of another are answered at once."""
    simulation.collector()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, hard))
    try:
        web = start("web", "--config", configure())
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    with ExitStack() as idle:
        for _ in range(1100):
            idle.enter_context(
                socket.create_connection(("127.0.0.1", port), 20, source_address=("127.0.0.2", 0))
            )
        began = time.monotonic()
        health, page = (get(port, path)[0] for path in ("/health", "/"))
        took = time.monotonic() - began

    # The simulated collector's report is of another day, which /health says.
    assert health == 503
    assert page == 200
    assert took < 1.0
    assert "Traceback" not in web.err


def test_without_files_it_says_so_once_and_waits(
    configure: Configure, start: Callable[..., Running], simulation: Simulation, port: int
) -> None:
    """Who holds all its files makes it neither busy nor talkative, and is outlived."""
    simulation.collector()
    web = start("web", "--config", configure())
    before = len(web.err.splitlines())
    assert get(port, "/health")[0] in (200, 503)
    resource.prlimit(web.process.pid, resource.RLIMIT_NOFILE, (40, 40))

    with ExitStack() as idle:
        for _ in range(100):
            idle.enter_context(socket.create_connection(("127.0.0.1", port), 20))
        web.wait_for(lambda: "LimitNOFILE" in web.err, "it to say so")
    assert get(port, "/health")[0] in (200, 503)

    said = web.err.splitlines()[before:]
    assert len(said) == 1
    assert "no connection can be accepted (Too many open files)" in said[0]
