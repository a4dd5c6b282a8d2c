"""The configuration by the environment."""

from pathlib import Path
from typing import Any

import pytest

from blinkenlights.config import AmqpConfig, load
from blinkenlights.config.environment import variable_name
from blinkenlights.config.tables import Key, Table, tables
from blinkenlights.errors import ConfigError
from blinkenlights.kinds.heartbeat.settings import HeartbeatConfig
from config.written import PUBLISHED, SECRET, Write, problems


@pytest.mark.parametrize(
    ("table", "key"),
    [
        pytest.param(table, key, id=f"{table.name}.{key.name}")
        for table in tables()
        for key in table.keys
    ],
)
def test_every_key_can_be_set_by_the_environment(
    table: Table, key: Key, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The documented example of each key, set as a variable, wins over what the file says."""
    is_list = isinstance(key.example, list)
    example = ",".join(map(str, key.example)) if is_list else str(key.example)
    monkeypatch.setenv(variable_name(table, key), example)

    beside = ""
    if table.name == "transfer":
        which = "" if key.name in ("client", "source") else 'client = "a"\n'
        beside = f"[[transfer]]\nmin_rate = 1\n{which}"
    elif table.name == "pool":
        beside = '[[pool]]\nname = "a"\ncritical = "2d"\n'
    elif table.name == "derived":
        beside = '[[derived]]\nname = "a"\nfigure = "ratio"\nof = "*.b"\nto = "*.c"\n'
    elif key.name == "url" and table.name == "influx":
        beside = '[influx]\ndatabase = "a"\n'
    elif key.name.startswith("publish_") and table.name == "probe":
        beside = '[probe]\npublish = "amqp://b"\npublish_exchange = "metrics"\n'
    config = load(write(PUBLISHED + beside))

    section: Any
    if table.is_of_a_kind:
        section = config.tables(table.struct) if table.repeated else config.table(table.struct)
    else:
        section = getattr(config, table.name)
    assert getattr(section[0] if table.repeated else section, key.name) == key.example


def test_sources_from_the_environment_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbered variables make sources, and a list is separated by commas."""
    for name, value in {
        "AMQP_0_URL": "amqp://h",
        "AMQP_0_EXCHANGE": "vumi.health",
        "AMQP_0_TYPE": "direct",
        "AMQP_0_KEYS": "heartbeat.inbound, other",
        "AMQP_0_QUEUE": "q",
        "AMQP_0_KIND": "heartbeat",
        "AMQP_0_PASSIVE": "yes",
        "LINES_0_LISTEN": "tcp://127.0.0.1:8421",
        "LINES_1_LISTEN": "udp://[::1]:8421",
    }.items():
        monkeypatch.setenv(f"BLINKENLIGHTS_{name}", value)

    config = load()

    assert config.amqp == [
        AmqpConfig(
            url="amqp://h",
            exchange="vumi.health",
            type="direct",
            keys=["heartbeat.inbound", "other"],
            queue="q",
            kind="heartbeat",
            passive=True,
        )
    ]
    assert [each.listen for each in config.lines] == ["tcp://127.0.0.1:8421", "udp://[::1]:8421"]


def test_the_environment_adds_to_the_file(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """The number after the last source of the file makes one more, in order of the numbers."""
    for number in range(1, 11):
        monkeypatch.setenv(f"BLINKENLIGHTS_LINES_{number}_LISTEN", f"udp://127.0.0.1:{number}")

    config = load(write(PUBLISHED))

    assert [each.listen for each in config.lines[1:]] == [
        f"udp://127.0.0.1:{number}" for number in range(1, 11)
    ]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        pytest.param(
            "HARTBEAT_INTERVAL",
            SECRET,
            "sets no key; did you mean BLINKENLIGHTS_HEARTBEAT_INTERVAL?",
            id="unknown",
        ),
        pytest.param("XYZZY", SECRET, "sets no key; remove it", id="like-nothing"),
        pytest.param("LINES_LISTEN", SECRET, "sets no key; did you mean", id="number-missing"),
        pytest.param(
            "LINES_2_LISTEN",
            "udp://h:1",
            "is number 2 of 0; number the [[lines]] without a hole, from 0",
            id="hole",
        ),
        pytest.param(
            "HEARTBEAT_INTERVAL", "6O", '"6O" is not a whole number from 1', id="not-a-number"
        ),
        pytest.param("AMQP_0_PASSIVE", "perhaps", '"perhaps" is not true or false', id="truth"),
    ],
)
def test_mistakes_in_the_environment(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A variable that is meant for us and cannot be used is said by its own name."""
    monkeypatch.setenv(f"BLINKENLIGHTS_{name}", value)

    found = problems(None)

    assert any(
        problem.startswith(f"environment: BLINKENLIGHTS_{name}: {said}") for problem in found
    )
    assert all(problem.startswith("environment: BLINKENLIGHTS_") for problem in found)
    assert SECRET not in " ".join(found)


def test_variables_that_are_no_keys(monkeypatch: pytest.MonkeyPatch, write: Write) -> None:
    """Where files are, and the store's password, are said by variables that no file can replace."""
    monkeypatch.setenv("BLINKENLIGHTS_CONFIG", write("[heartbeat]\ninterval = 7"))
    monkeypatch.setenv("BLINKENLIGHTS_STATE", "/var/tmp")
    monkeypatch.setenv("BLINKENLIGHTS_STORE_PASSWORD", SECRET)

    config = load()

    assert config.table(HeartbeatConfig).interval == 7
    assert config.store.settings().password() == SECRET


def test_a_password_file_wins_over_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Write
) -> None:
    """The password is the first line of the file, without its end."""
    monkeypatch.setenv("BLINKENLIGHTS_STORE_PASSWORD", "other")
    (tmp_path / "password").write_text(f"{SECRET}\nsecond line\n")

    config = load(write(f'[store]\npassword_file = "{tmp_path}/password"'))

    assert config.store.settings().password() == SECRET


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(None, "cannot be read: No such file or directory", id="missing"),
        pytest.param(b"\n", "is empty", id="empty"),
        pytest.param(b"\xff", "is not text in UTF-8", id="binary"),
    ],
)
def test_a_password_file_without_a_password(
    content: bytes | None, said: str, tmp_path: Path, write: Write
) -> None:
    """A password file that holds none is named, with what is wrong."""
    path = tmp_path / "password"
    if content is not None:
        path.write_bytes(content)
    config = load(write(f'[store]\npassword_file = "{path}"'))

    with pytest.raises(ConfigError) as caught:
        config.store.settings().password()

    assert str(path) in str(caught.value)
    assert said in str(caught.value)
