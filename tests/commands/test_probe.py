"""`blinkenlights probe lint`, `explain` and `once`, and what the prober needs to start."""

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import pytest

from blinkenlights.commands.probe.explaining import next_runs
from blinkenlights.probe.endpoint import Endpoint, Request
from blinkenlights.probe.schedule import Every, offset_of
from commands.calling import Command
from probing.site import Answering

SECRET = "hunter2/hunter2"
SHOP = """\
shop/health:
  url: http://127.0.0.1:PORT/x?key=${TOKEN}
  every: 15s
  headers: {X-Token: "${TOKEN}"}
  json: {status: ok}
  degraded: ["json.queue.depth > 5"]
  capture: [queue.depth, echo]
  failures: 2 of 3
  recoveries: 2
  labels: {team: core}
"""
HOURLY = """\
cron/health:
  url: http://127.0.0.1:PORT/y
  cron_schedule: "@hourly"
  time_zone: Europe/Riga
"""
POSTING = """\
self:
  post_endpoint: https://probers.example.net/
post/health:
  url: http://127.0.0.1/
  every: 15s
  post_endpoint: https://numbers.example.net/${TOKEN}
  post_service: aws-cloudwatch
  aws_key: key
  aws_secret: ${TOKEN}
  data_source: shop
  post_on: change
"""
BAD = "cart/health:\n  url: http://127.0.0.1/\n  evry: 15s\n"


@pytest.fixture
def server() -> Iterator[Answering]:
    """Give a small server that tells secrets that it was told."""
    serving = Answering()
    serving.body = {"status": "ok", "queue": {"depth": 3}, "echo": f"you said {SECRET}"}
    yield serving
    serving.close()


@pytest.fixture
def folder(tmp_path: Path, server: Answering, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with two endpoints in one file."""
    monkeypatch.setenv("TOKEN", SECRET)
    made = tmp_path / "endpoints"
    made.mkdir()
    (made / "all.yml").write_text((SHOP + HOURLY).replace("PORT", str(server.port)))
    return made


def test_lint_says_that_nothing_is_wrong(command: Command, folder: Path) -> None:
    """With how much it read, of a folder or of one file."""
    of_all = command("probe", "lint", folder)
    of_one = command("probe", "lint", folder / "all.yml")

    assert of_all == (0, "2 endpoints in 1 file, nothing is wrong\n", "")
    assert of_one == of_all


def test_lint_names_file_and_line(command: Command, folder: Path) -> None:
    """The exit code is 1; a file without mistakes is well in spite of those of others."""
    (folder / "bad.yml").write_text(BAD)

    found = command("probe", "lint", folder)
    in_json = command("probe", "lint", "--json", folder)

    said = "cart/health: evry: there is no such key; did you mean every?"
    assert (found.code, found.out) == (1, f"bad.yml:3: {said}\n")
    assert in_json.code == 1
    assert json.loads(in_json.out) == {
        "problems": [{"file": "bad.yml", "line": 3, "problem": said}],
        "endpoints": ["cron/health", "shop/health"],
    }
    assert command("probe", "lint", folder / "all.yml").code == 0


def test_explain_says_when_and_what(command: Command, folder: Path) -> None:
    """The schedule in words, five runs, and all that is expected; a secret is not shown."""
    found = command("probe", "explain", "--endpoints", folder, "shop/health")

    lines = found.out.splitlines()
    assert found.code == 0
    assert lines[0] == "shop/health, in all.yml line 1"
    assert "?key=***, for 10s at most" in lines[1]
    assert "every 15s, but " in lines[2]
    assert [line.split()[0] for line in lines[3:8]] == ["next"] * 5
    assert lines[8:] == [
        "  fails      unless status: 200 to 299",
        "  fails      unless json.status: 'ok'",
        "  degraded   if json.queue.depth > 5",
        "  is bad     when 2 of its last 3 results are bad, good again after 2 good ones in a row",
        "  captures   queue.depth",
        "  captures   echo",
        "  label      team=core",
    ]
    assert SECRET not in found.out


def test_explain_shows_moments_where_the_hours_are(command: Command, folder: Path) -> None:
    """Those of a cron expression in its time zone."""
    found = command("probe", "explain", "--endpoints", folder, "cron/health")

    assert "At the start of every hour (Europe/Riga)" in found.out
    runs = [line for line in found.out.splitlines() if line.startswith("  next")]
    assert len(runs) == 5
    assert all(" EET, in " in run or " EEST, in " in run for run in runs)
    assert "  is bad     after one bad result, good again after one good one\n" in found.out


def test_explain_says_what_is_wanted_of_a_port(command: Command, folder: Path) -> None:
    """Where nothing but a connection is expected, that is said."""
    (folder / "port.yml").write_text("database:\n  url: tcp://127.0.0.1:5432\n  every: 10s\n")

    lines = command("probe", "explain", "--endpoints", folder, "database").out.splitlines()

    assert lines[1] == "  connects   to tcp://127.0.0.1:5432, for 8s at most"
    assert "  fails      unless it can be connected to" in lines


def test_explain_in_json(command: Command, folder: Path) -> None:
    """The same, for programs."""
    found = command("probe", "explain", "--json", "--endpoints", folder, "shop/health")

    said = json.loads(found.out)
    assert (said["file"], said["line"], said["failures"]) == ("all.yml", 1, [2, 3])
    assert said["schedule"] == "every 15s"
    assert [later - earlier for earlier, later in pairwise(said["next"])] == [15.0] * 4
    assert SECRET not in found.out


def test_explain_says_where_results_are_posted_to(command: Command, folder: Path) -> None:
    """By the endpoint and by the prober itself, without secrets."""
    (folder / "posting.yml").write_text(POSTING)

    found = command("probe", "explain", "--endpoints", folder, "post/health")
    data = json.loads(
        command("probe", "explain", "--json", "--endpoints", folder, "post/health").out
    )

    for line in (
        "  posts      each change to https://numbers.example.net/***",
        "  posts      each change to aws-cloudwatch as shop",
        "  prober     posts each success to https://probers.example.net/",
    ):
        assert line in found.out.splitlines()
    assert SECRET not in found.out
    assert data["outputs"] == [
        {"to": "https://numbers.example.net/***", "on": "change"},
        {"to": "aws-cloudwatch as shop", "on": "change"},
    ]
    assert data["self"] == [{"to": "https://probers.example.net/", "on": "success"}]


def test_runs_are_start_to_start() -> None:
    """At the endpoint's own offset."""
    endpoint = Endpoint("a", "a.yml", 1, Request("http", "u", "u"), Every(15.0))
    offset = offset_of("a", endpoint.schedule)

    assert next_runs(endpoint, 1500.0 + offset) == [
        pytest.approx(1500.0 + offset + 15 * n) for n in range(1, 6)
    ]


def test_once_shows_all_that_was_seen(command: Command, folder: Path) -> None:
    """As a table; what the endpoint repeats of our secrets is masked."""
    found = command("probe", "once", "--endpoints", folder, "shop/health")

    rows = dict(line.split("  ", 1) for line in found.out.splitlines())
    seen = {what.strip(): value.strip() for what, value in rows.items()}
    assert found.code == 0
    assert seen["result"] == "ok"
    assert seen["status"] == "200"
    assert seen["time total"].endswith("s")
    assert seen["test json.status: 'ok'"] == "holds: json.status was 'ok'"
    assert seen["degraded if json.queue.depth > 5"].startswith("does not hold: ")
    assert seen["captured queue.depth"] == "3"
    assert seen["captured echo"] == "you said ***"
    assert SECRET not in found.out


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param(
            {"status": "ok", "queue": {"depth": 9}, "echo": ""},
            ("degraded", "json.queue.depth was 9, limit 5"),
            id="degraded",
        ),
        pytest.param(
            {"status": "down", "queue": {"depth": 1}, "echo": ""},
            ("failed", "json.status was 'down', want 'ok'"),
            id="failed",
        ),
    ],
)
def test_once_ends_as_a_check_does(
    command: Command, folder: Path, server: Answering, body: object, said: tuple[str, str]
) -> None:
    """1 for degraded, 2 for failed; one result decides, whatever the policy says."""
    server.body = body

    as_table = command("probe", "once", "--endpoints", folder, "shop/health")
    as_json = command("probe", "once", "--json", "--endpoints", folder, "shop/health")

    word, reason = said
    code = {"degraded": 1, "failed": 2}[word]
    assert (as_table.code, as_json.code) == (code, code)
    assert reason in as_table.out
    found = json.loads(as_json.out)
    assert (found["result"], found["reasons"]) == (word, [reason])


def test_a_secret_at_the_end_of_what_is_shown_is_masked(
    command: Command, folder: Path, server: Answering
) -> None:
    """A body is cut, and half of a secret is more than anybody should see."""
    server.body = {"status": "ok", "queue": {"depth": 1}, "echo": "x" * 340 + SECRET + "y" * 90}

    found = command("probe", "once", "--endpoints", folder, "shop/health")

    assert "xxx" in found.out
    assert SECRET[:4] not in found.out


@pytest.mark.parametrize("form", [SECRET, quote(SECRET, safe="")])
def test_a_secret_that_comes_back_in_a_header_is_masked(
    command: Command, folder: Path, server: Answering, form: str
) -> None:
    """Also as a URL holds it, as a server does that repeats what it was asked for."""
    server.headers = {"X-Echo": f"/x?key={form}&a=1", "X-Other": "kept"}

    found = command("probe", "once", "--json", "--endpoints", folder, "shop/health")

    headers = json.loads(found.out)["headers"]
    assert headers["x-echo"] == "/x?key=***&a=1"
    assert headers["x-other"] == "kept"
    assert form not in found.out


@pytest.mark.parametrize("action", ["explain", "once"])
def test_a_name_that_nobody_has(command: Command, folder: Path, action: str) -> None:
    """It says which was meant, or what is wrong with the file that may have it."""
    near = command("probe", action, "--endpoints", folder, "shop/helth")
    far = command("probe", action, "--endpoints", folder, "elsewhere")
    (folder / "bad.yml").write_text(BAD)
    broken = command("probe", action, "--endpoints", folder, "cart/health")
    unclear = command("probe", action, "--endpoints", folder, "elsewhere")

    assert [each.code for each in (near, far, broken, unclear)] == [2] * 4
    assert f"no file in {folder} has 'shop/helth'; did you mean shop/health?" in near.err
    assert far.err.endswith("has 'elsewhere'\n")
    assert ": bad.yml:3: cart/health: evry: there is no such key" in broken.err
    assert "has 'elsewhere'; not all of them can be used: bad.yml:3: " in unclear.err


def test_a_folder_that_is_not_there(command: Command, tmp_path: Path) -> None:
    """Each command says what to do."""
    away = tmp_path / "away"

    lint = command("probe", "lint", away)
    once = command("probe", "once", "--endpoints", away, "shop/health")
    unset = command("probe", "lint")

    assert (lint.code, once.code) == (2, 2)
    assert f"{away} is not there; name the folder of endpoint files" in lint.err
    assert f"{away} is no folder; name that of the endpoint files" in once.err
    assert unset.code == 1
    assert "probe.endpoints is not set" in unset.err


def test_a_prober_without_a_folder_does_not_start(command: Command) -> None:
    """It says what to set."""
    found = command("probe")

    assert found.code == 1
    assert "name the folder of endpoint files there, or with --endpoints" in found.err


def test_the_folder_is_that_of_the_configuration(
    command: Command, folder: Path, tmp_path: Path
) -> None:
    """Without --endpoints, which goes before or after the name of what is to be done."""
    config = tmp_path / "blinkenlights.toml"
    config.write_text(f'[probe]\nendpoints = "{folder}"\n')

    assert command("probe", "lint", "--config", config).code == 0
    assert command("probe", "--config", config, "explain", "shop/health").code == 0
    assert command("probe", "--endpoints", folder, "explain", "shop/health").code == 0


def test_a_scheduler_without_folder_or_broker_does_not_start(
    command: Command, folder: Path
) -> None:
    """It says which key is missing, and what to do without workers."""
    nowhere = command("probe", "schedule")
    alone = command("probe", "schedule", "--endpoints", folder)

    assert (nowhere.code, alone.code) == (1, 1)
    assert "probe.endpoints is not set" in nowhere.err
    assert "workers.broker is not set" in alone.err
    assert "let blinkenlights probe make all probes itself" in alone.err
