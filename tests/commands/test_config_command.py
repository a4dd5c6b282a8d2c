"""`blinkenlights config`: all that is wrong, or what is configured."""

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from blinkenlights.config.reference import reference
from commands.calling import Command

GOOD = """\
[store]
url = "redis://collector:hunter2@127.0.0.1:6379/0"

[collector]
name = "one"

[[amqp]]
url = "amqp://guest:hunter2@127.0.0.1:5672/vumi"
exchange = "vumi.health"
type = "direct"
keys = ["heartbeat.inbound"]
queue = "heartbeat.inbound"
kind = "heartbeat"
passive = true

[[lines]]
listen = "unix:///run/blinkenlights/lines.sock"
"""
TYPES = "use direct, fanout, headers or topic"
UNREADABLE = (
    "cannot be read: No such file or directory; make it readable for the user who runs this"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give the path of a good configuration."""
    path = tmp_path / "blinkenlights.toml"
    path.write_text(GOOD)
    return path


def test_a_good_configuration_is_summed_up(file: Path, command: Command) -> None:
    """`config check` says OK and what will be listened to, without a password."""
    found = command("config", "check", "--config", file)

    assert found.code == 0
    assert [line.split("  ")[0] for line in found.out.splitlines()] == [
        f"OK: {file}",
        "store: redis://127.0.0.1:6379/0",
        "collector: one",
        "source",
        "heartbeat.inbound at amqp://127.0.0.1:5672/vumi",
        "unix:///run/blinkenlights/lines.sock",
    ]
    assert "passive direct exchange vumi.health, keys heartbeat.inbound" in found.out
    assert "hunter2" not in found.out


def test_all_problems_are_said_at_once(file: Path, command: Command) -> None:
    """`config check` says each problem on a line of its own, and ends with exit code 1."""
    file.write_text(GOOD.replace('"direct"', '"direkt"').replace("[store]", "[stor]"))

    found = command("config", "check", "--config", file)

    assert found.code == 1
    assert found.out.splitlines() == [
        f'{file}: stor: is not known here; did you mean "store"?',
        f'{file}: amqp[0].type: "direkt" is not an exchange type; {TYPES}',
    ]


def test_files_that_are_named_must_be_there(file: Path, tmp_path: Path, command: Command) -> None:
    """Passwords and certificates that cannot be read are problems too."""
    file.write_text(
        GOOD.replace("[collector]", f'password_file = "{tmp_path}/no"\n[collector]')
        + f'[[amqp]]\nurl="amqps://h"\nexchange="e"\nqueue="q"\nkind="heartbeat"\ntype="fanout"\n'
        f'ca_file="{tmp_path}/ca"\n'
    )

    found = command("config", "check", "--config", file)

    assert found.code == 1
    assert found.out.splitlines() == [
        f"{file}: store.password_file: the password file {tmp_path}/no {UNREADABLE}",
        f"{file}: amqp[1].ca_file: there is no file {tmp_path}/ca",
    ]


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("REDIS_URL", "http://host", "the store URL must look like redis://"),
        ("PORT", "eight", "has a port that is not a number"),
        ("BLINKENLIGHTS_WEB_RATE", "fast", ""),
    ],
)
def test_the_environment_is_judged_before_it_says_ok(
    command: Command, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    """A variable of others that programs read is a problem like each of ours, and the only line."""
    monkeypatch.setenv(variable, value)
    monkeypatch.delenv("BLINKENLIGHTS_STATE")
    monkeypatch.setattr("blinkenlights.store.settings.embedded_sockets", list)

    found = command("config", "check")
    as_json = json.loads(command("config", "check", "--json").out)

    assert found.code == 1
    [line] = found.out.splitlines()
    assert line.startswith(f"environment: {variable}: {said}")
    assert as_json == {"ok": False, "problems": [line]}


def test_a_variable_that_nobody_reads_is_not_judged(
    file: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the file says where the store is and where to listen, those of others do not count."""
    file.write_text(f'{GOOD}[web]\nlisten = "127.0.0.1:8480"\n')
    monkeypatch.setenv("REDIS_URL", "http://host")
    monkeypatch.setenv("PORT", "eight")

    assert command("config", "check", "--config", file).code == 0


def test_an_inventory_is_read(file: Path, tmp_path: Path, command: Command) -> None:
    """Each of its lines that names no machine is told, and a file that is not there."""
    inventory = tmp_path / "machines.list"
    file.write_text(f'{GOOD}[machine]\ninventory = "{inventory}"\n')

    missing = command("config", "check", "--config", file)
    inventory.write_text("mdc1:ms-001\nms-002\n")
    found = command("config", "check", "--config", file)

    assert (missing.code, found.code) == (1, 1)
    assert missing.out == (
        f"{file}: machine.inventory: {inventory} cannot be read (No such file or directory)\n"
    )
    assert found.out == (
        f'{file}: machine.inventory: {inventory}, line 2: "ms-002" is neither like '
        "mdc1:t-linux64-ms-001 nor like {machine}.*.*.{datacenter}.*.* (machine.hosts)\n"
    )


def test_json_when_all_is_well(file: Path, command: Command) -> None:
    """With --json a program reads what is configured."""
    found = command("config", "check", "--config", file, "--json")

    answer = json.loads(found.out)
    assert found.code == 0
    assert answer["ok"] is True
    assert [source["kind"] for source in answer["sources"]] == ["heartbeat", "any"]
    assert "hunter2" not in found.out


def test_sockets_are_told_by_kind_and_form(file: Path, command: Command) -> None:
    """What lines are taken for there, where they do not say it themselves."""
    file.write_text(
        '[[lines]]\nlisten = "udp://127.0.0.1:8125"\nkind = "metric"\nformat = "statsd"\n'
    )

    found = command("config", "check", "--config", file, "--json")

    [source] = json.loads(found.out)["sources"]
    assert (source["kind"], source["how"]) == ("metric", "lines of statsd")


def test_json_when_something_is_wrong(file: Path, command: Command) -> None:
    """With --json a program reads the problems, and the exit code says it as well."""
    file.write_text("[lines]")

    found = command("config", "check", "--config", file, "--json")

    assert found.code == 1
    assert json.loads(found.out) == {
        "ok": False,
        "problems": [f"{file}: lines: is a table; write [[lines]], in two brackets"],
    }


def test_no_configuration_at_all(command: Command) -> None:
    """Without a file the defaults hold, and it is said that nothing is listened to."""
    found = command("config", "check")

    assert found.code == 0
    assert "is not there, so the defaults hold" in found.out
    assert "no sources" in found.out


def test_the_folder_of_endpoints(command: Command, tmp_path: Path) -> None:
    """It is named where there is one; one that is not there is a mistake."""
    file, folder = tmp_path / "blinkenlights.toml", tmp_path / "endpoints"
    file.write_text(f'[probe]\nendpoints = "{folder}"\n')
    away = command("config", "check", "--config", file)
    folder.mkdir()
    there = command("config", "check", "--config", file)

    assert (away.code, there.code) == (1, 0)
    assert away.out == f"{file}: probe.endpoints: there is no folder {folder}\n"
    assert f"probed: what the files in {folder} say\n" in there.out


def test_the_reference(command: Command) -> None:
    """`config reference` prints docs/configuration.md."""
    assert command("config", "reference").out == reference()


def test_the_reference_as_json(command: Command) -> None:
    """With --json a program reads each key with its default and its variable."""
    found = json.loads(command("config", "reference", "--json").out)

    [interval] = [each for each in found if each["variable"] == "BLINKENLIGHTS_HEARTBEAT_INTERVAL"]
    assert (interval["table"], interval["key"], interval["default"]) == (
        "[heartbeat]",
        "interval",
        60,
    )


@pytest.fixture
def in_the_open() -> Iterator[Path]:
    """Give a folder into which everybody may look; that of the tests is closed to others."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.mark.parametrize(
    ("text", "mode", "warned"),
    [
        (GOOD, 0o644, True),
        (GOOD, 0o640, False),
        (GOOD.replace("collector:hunter2@", "").replace("hunter2", "guest"), 0o644, False),
    ],
    ids=["others", "group", "guest"],
)
def test_a_configuration_with_a_password_is_not_for_everybody(
    in_the_open: Path, command: Command, text: str, mode: int, warned: bool
) -> None:
    """It is warned of on standard error, without the password; all else is well."""
    file = in_the_open / "blinkenlights.toml"
    file.write_text(text)
    file.chmod(mode)

    found = command("config", "check", "--config", file)
    as_json = json.loads(command("config", "check", "--config", file, "--json").out)

    assert found.code == 0
    assert found.out.startswith("OK: ")
    assert found.err == (
        f"blinkenlights: warning: {file}: holds a password, and others can read it; write the "
        f"password into a file of its own (password_file), or run: chmod o= {file}\n"
        if warned
        else ""
    )
    assert len(as_json.get("warnings", ())) == int(warned)


@pytest.mark.parametrize(("mode", "warned"), [(0o644, True), (0o640, False), (0o600, False)])
@pytest.mark.parametrize("place", ["store.password_file", "web.tokens_file", "influx.token_file"])
def test_a_file_of_secrets_is_not_for_everybody(
    in_the_open: Path, command: Command, place: str, mode: int, warned: bool
) -> None:
    """The key that names it is said, and what to do."""
    secret = in_the_open / "secret"
    secret.write_text("" if "web" in place else "hunter2\n")
    secret.chmod(mode)
    table, _, key = place.partition(".")
    file = in_the_open / "blinkenlights.toml"
    file.write_text(f'[{table}]\n{key} = "{secret}"\n')

    found = command("config", "check", "--config", file)

    assert found.code == 0, found.out
    assert (f"{place}: {secret} holds a secret, and others can read it" in found.err) == warned


def test_a_secret_in_a_closed_folder_is_not_open(in_the_open: Path, command: Command) -> None:
    """Whoever cannot come as far as the file cannot read it."""
    in_the_open.chmod(0o750)
    file = in_the_open / "blinkenlights.toml"
    file.write_text(GOOD)
    file.chmod(0o644)

    assert command("config", "check", "--config", file).err == ""
