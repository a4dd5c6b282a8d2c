"""The configuration: what is read, from where, and what is said of each mistake."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from blinkenlights.config import AmqpConfig, Config, LinesConfig, StoreConfig, load
from blinkenlights.config.environment import variable_name
from blinkenlights.config.reference import reference
from blinkenlights.config.tables import Key, Table, tables
from blinkenlights.config_keys.addresses import ListenAddress, listen_address, without_login
from blinkenlights.errors import ConfigError
from blinkenlights.kinds.heartbeat.settings import HeartbeatConfig
from blinkenlights.kinds.machine.settings import PoolConfig
from blinkenlights.kinds.transfer.settings import TransferConfig
from servers.bare import remove_settings

PUBLISHED = """\
[store]
url = "redis://127.0.0.1:6379/0"

[[amqp]]
url = "amqp://guest:guest@127.0.0.1:5672/"
exchange = "blinkenlights"
type = "topic"
keys = ["heartbeat.#"]
queue = "blinkenlights.heartbeat"
kind = "heartbeat"

[[lines]]
listen = "unix:///run/blinkenlights/lines.sock"      # tcp://127.0.0.1:8421, udp://127.0.0.1:8421
"""
AMQP = PUBLISHED[PUBLISHED.index("[[amqp]]") : PUBLISHED.index("[[lines]]")]
OTHER = AMQP.replace('exchange = "blinkenlights"', 'exchange = "other"')
SECRET = "hunter2"

Write = Callable[[str], str]


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    remove_settings(monkeypatch)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Give a function that writes a configuration and returns its path."""

    def write(text: str) -> str:
        path = tmp_path / "blinkenlights.toml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def problems(path: str | None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(path)
    return [problem.replace(f"{path}: ", "") for problem in caught.value.problems]


def test_the_published_shape(write: Write) -> None:
    """The published example gives one AMQP source and one socket, all else at its default."""
    config = load(write(PUBLISHED))

    assert config == Config(
        store=StoreConfig(url="redis://127.0.0.1:6379/0"),
        amqp=[
            AmqpConfig(
                url="amqp://guest:guest@127.0.0.1:5672/",
                exchange="blinkenlights",
                keys=["heartbeat.#"],
                queue="blinkenlights.heartbeat",
                kind="heartbeat",
            )
        ],
        lines=[LinesConfig(listen="unix:///run/blinkenlights/lines.sock")],
    )


def test_no_file_gives_the_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without a file, and with nobody naming one, the defaults hold."""
    monkeypatch.setattr("blinkenlights.locations.SYSTEM_CONFIG", str(tmp_path / "none.toml"))

    assert load() == Config()


@pytest.mark.parametrize("how", ["option", "environment"])
def test_a_named_file_must_exist(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that somebody named and that is not there is a mistake."""
    if how == "environment":
        monkeypatch.setenv("BLINKENLIGHTS_CONFIG", "/nowhere/x.toml")

    with pytest.raises(ConfigError, match=r"^/nowhere/x\.toml: there is no such file$"):
        load("/nowhere/x.toml" if how == "option" else None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("[store", "is not TOML: Expected ']'", id="syntax"),
        pytest.param("[stor]\nx = 1", 'stor: is not known here; did you mean "store"?', id="table"),
        pytest.param("store = 1", "store: is 1; write [store] and its keys below", id="no-table"),
        pytest.param("[amqp]\nx = 1", "amqp: is a table; write [[amqp]], in two", id="one-bracket"),
        pytest.param("amqp = [1]", "amqp[0]: is 1; write [[amqp]] and its keys", id="not-a-source"),
        pytest.param(
            '[store]\nulr = "x"', 'store.ulr: is not known here; did you mean "url"?', id="key"
        ),
        pytest.param("[store]\nurl = 5", "store.url: 5 is not a text in quotes", id="text"),
        pytest.param(
            '[store]\nurl = "http://x"',
            "store.url: the store URL must look like redis://",
            id="store-scheme",
        ),
        pytest.param(
            '[store]\nurl = "redis://h:port"', "store.url: the store URL has a port", id="port"
        ),
        pytest.param(
            '[heartbeat]\ninterval = "often"',
            'heartbeat.interval: "often" is not a whole number from 1 to 2678400',
            id="number",
        ),
        pytest.param(
            "[heartbeat]\ninterval = true", "heartbeat.interval: true is not a whole", id="bool"
        ),
        pytest.param(
            "[heartbeat]\ninterval = 0", "heartbeat.interval: 0 is not a whole number", id="low"
        ),
        pytest.param(
            "[collector]\nbatch_seconds = nan",
            "collector.batch_seconds: NaN is not a number from 0.001 to 10",
            id="nan",
        ),
        pytest.param(
            "[collector]\nbatch_seconds = inf", "collector.batch_seconds: Infinity", id="infinite"
        ),
        pytest.param(
            '[collector]\nname = "a b"', 'collector.name: "a b" is not a name', id="collector-name"
        ),
        pytest.param(
            AMQP.replace('"topic"', '"topik"'),
            'amqp[0].type: "topik" is not an exchange type; use direct, fanout, headers or topic',
            id="exchange-type",
        ),
        pytest.param(
            AMQP.replace('kind = "heartbeat"', 'kind = "pulse"'),
            'amqp[0].kind: "pulse" is not a kind of signal; use endpoint or heartbeat',
            id="kind",
        ),
        pytest.param(
            AMQP.replace('kind = "heartbeat"\n', ""),
            'amqp[0].kind: is missing; write for example kind = "heartbeat"',
            id="missing",
        ),
        pytest.param(
            AMQP.replace('["heartbeat.#"]', '"heartbeat.#"'),
            'amqp[0].keys: "heartbeat.#" is not a list of texts, such as ["a", "b"]',
            id="list",
        ),
        pytest.param(
            AMQP.replace('["heartbeat.#"]', "[]"),
            "amqp[0].keys: is missing; a topic exchange sends nothing without",
            id="unbound",
        ),
        pytest.param(
            AMQP.replace('"blinkenlights.heartbeat"', '""'), "amqp[0].queue: is empty", id="empty"
        ),
        pytest.param(
            AMQP.replace("amqp://", "http://"),
            "amqp[0].url: is not an address we know; write amqp://",
            id="broker-scheme",
        ),
        pytest.param(
            AMQP.replace(":5672/", ":56720000/"),
            "amqp[0].url: has a port that is not a number from 1 to 65535",
            id="broker-port",
        ),
        pytest.param(
            AMQP.replace(":5672/", ":5672/a/b"), "amqp[0].url: has more than one /", id="vhost"
        ),
        pytest.param(
            AMQP + AMQP,
            'amqp[1].queue: "blinkenlights.heartbeat" is the queue of amqp[0] already',
            id="queue-twice",
        ),
        pytest.param(
            AMQP + OTHER.replace('kind = "heartbeat"', 'kind = "transfer"'),
            "amqp[1].kind: is another than in amqp[0], with which it shares the queue "
            '"blinkenlights.heartbeat"; write the same, or name another queue',
            id="queue-of-two-kinds",
        ),
        pytest.param(
            AMQP + OTHER.replace("guest:guest@", "bunny:hunter2@"),
            "amqp[1].url: is another than in amqp[0], with which it shares the queue "
            '"blinkenlights.heartbeat"; write the same, or name another queue',
            id="queue-of-two-users",
        ),
        pytest.param(
            AMQP + OTHER + 'rejected_queue = "elsewhere"',
            "amqp[1].rejected_queue: is another than in amqp[0], with which it shares the queue",
            id="queue-with-two-settings",
        ),
        pytest.param(
            AMQP + 'rejected_queue = "blinkenlights.heartbeat"',
            'amqp[0].rejected_queue: "blinkenlights.heartbeat" is consumed by amqp[0]',
            id="rejected-loop",
        ),
        pytest.param(
            '[[pool]]\nname = "*"',
            "pool[0].warning: demands nothing; write warning, critical, minimum or failing",
            id="pool-without-demands",
        ),
        pytest.param(
            '[[pool]]\nname = "*"\nwarning = "2h"\ncritical = 3600',
            "pool[0].warning: is longer than critical; exchange the two",
            id="pool-that-warns-late",
        ),
        pytest.param(
            '[[pool]]\nname = ""\nfailing = 1', "pool[0].name: is empty; write * for", id="no-pool"
        ),
        pytest.param(
            '[machine]\nhosts = "{machine}.example.net"',
            'machine.hosts: "{machine}.example.net" does not say where host names have both; write',
            id="hosts-without-datacenter",
        ),
        pytest.param(
            '[[lines]]\nlisten = "tcp://127.0.0.1"',
            "lines[0].listen: has no port; write for example tcp://127.0.0.1:8421",
            id="listen-port",
        ),
        pytest.param('[[lines]]\nlisten = "udp://:1"', "lines[0].listen: has no host", id="host"),
        pytest.param('[[lines]]\nlisten = "tcp://a:0"', "lines[0].listen: has port 0", id="port-0"),
        pytest.param(
            '[[lines]]\nlisten = "unix://a/b"', "lines[0].listen: has no absolute path", id="path"
        ),
        pytest.param(
            f'[[lines]]\nlisten = "unix:///{"x" * 107}"',
            "lines[0].listen: has a path longer than 107 bytes",
            id="long-path",
        ),
        pytest.param(
            '[[lines]]\nlisten = "udp://a:1"\n[[lines]]\nlisten = "udp://a:1"',
            "lines[1].listen: is where lines[0] listens already",
            id="listen-twice",
        ),
        pytest.param(
            '[[lines]]\nlisten = "unix:///a"\nmode = "rw"',
            'lines[0].mode: "rw" is not a mode in octal digits; write for example 0660',
            id="mode",
        ),
        pytest.param(
            '[[transfer]]\nclient = "a"\nsource = "b"\nmin_rate = 1',
            "transfer[0].client: write either client or source",
            id="both",
        ),
        pytest.param(
            "[[transfer]]\nmin_rate = 1", "transfer[0].client: write either client", id="neither"
        ),
        pytest.param(
            '[[transfer]]\nclient = "a"', "transfer[0].deadline: demands nothing", id="no-limit"
        ),
        pytest.param(
            '[[transfer]]\nclient = "a"\ndeadline = "soon"',
            "transfer[0].deadline: 'soon' is not a duration; write 90, 90s, 2m, 1h or 1d",
            id="deadline",
        ),
        pytest.param(
            '[[transfer]]\nclient = "a"\ndeadline = 0',
            'transfer[0].deadline: "0" would be over at once',
            id="deadline-0",
        ),
        pytest.param(
            '[[transfer]]\nclient = "a"\nmax_errors = 101',
            "transfer[0].max_errors: 101 is not a number from 0 to 100",
            id="errors",
        ),
        pytest.param('"\\u001b[2J" = 1', "\\u001b[2J: is not known here", id="control-characters"),
    ],
)
def test_each_mistake_is_one_sentence(text: str, said: str, write: Write) -> None:
    """A mistake is one sentence that names the file and the key and says what to write."""
    path = write(text)

    found = problems(path)

    assert len(found) == 1
    assert found[0].startswith(said)
    assert found[0].isprintable()


def test_all_mistakes_are_said_at_once(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """One reading says everything that is wrong, in the file and in the environment."""
    monkeypatch.setenv("BLINKENLIGHTS_COLLECTOR_PREFETCH", "many")

    found = problems(
        write('[store]\nurl = 1\n[[amqp]]\nurl = "x"\n[[lines]]\n[heartbeat]\ninterval = 0')
    )

    assert [problem.split(": ")[0] for problem in found] == [
        "store.url",
        "amqp[0].url",
        "amqp[0].exchange",
        "amqp[0].queue",
        "amqp[0].kind",
        "lines[0].listen",
        "environment",
        "heartbeat.interval",
    ]


@pytest.mark.parametrize(
    "url",
    [
        f"amqp://u:{SECRET}@h:99999/",
        f"amqp://u:{SECRET}@/",
        f"http://u:{SECRET}@h/",
        f"amqp://u:{SECRET}/x@h/",
        f"amqp://u:12/{SECRET}@h",
        f"amqp://u:{SECRET}@h/?{SECRET}=1",
        f"amqp://[u:{SECRET}@h/",
    ],
)
def test_no_message_holds_a_password(url: str, write: Write) -> None:
    """Whatever is wrong with an address, the sentence does not repeat its password."""
    path = write(f'[store]\nurl = "{url}"\n' + AMQP.replace("amqp://guest:guest@127.0.0.1/", url))

    with pytest.raises(ConfigError) as caught:
        load(path)

    assert SECRET not in str(caught.value)


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


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("unix:///run/x.sock", ListenAddress("unix", path="/run/x.sock")),
        ("tcp://127.0.0.1:8421", ListenAddress("tcp", host="127.0.0.1", port=8421)),
        ("udp://[::1]:1", ListenAddress("udp", host="::1", port=1)),
    ],
)
def test_listen_addresses(url: str, address: ListenAddress) -> None:
    """An address to listen on is a path, or a host with a port."""
    assert listen_address(url) == address


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("amqp://guest:p@ss:w/rd@h:5672/v", "amqp://h:5672/v"),
        ("redis://:secret@h", "redis://h"),
        ("amqp://secret@h/", "amqp://h/"),
        ("redis://secret@h/0", "redis://h/0"),
        ("unix:///run/a@b.sock", "unix:///run/a@b.sock"),
    ],
)
def test_addresses_are_shown_without_logins(url: str, shown: str) -> None:
    """What people see of an address has no user and no password, whatever stands in it."""
    assert without_login(url) == shown


def test_the_reference_is_in_step() -> None:
    """docs/configuration.md is what `blinkenlights config reference` prints."""
    page = Path(__file__).parents[1] / "docs" / "configuration.md"

    assert page.read_text(encoding="utf-8") == reference()


def test_tables_of_kinds_are_asked_for_by_what_describes_them(write: Write) -> None:
    """One that is not there has its defaults, and a repeated one is there as often as written."""
    config = load(write('[[pool]]\nname = "a"\nminimum = 1\n[[pool]]\nname = "b"\nminimum = 2\n'))

    assert config.table(HeartbeatConfig) == HeartbeatConfig()
    assert [pool.name for pool in config.tables(PoolConfig)] == ["a", "b"]
    assert config.tables(TransferConfig) == []


def test_a_table_that_says_the_defaults_changes_nothing(write: Write) -> None:
    """A configuration is equal to one that leaves them out, so sources go on undisturbed."""
    assert load(write("[heartbeat]\ninterval = 60\n")) == load(write(""))


def test_what_holds_the_tables_of_kinds_is_no_table(write: Write) -> None:
    """Nobody can write into a file what only programs have."""
    (said,) = problems(write("[of_kinds]\n"))

    assert said.startswith("of_kinds: is not known here; known are store, amqp, lines, collector")


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ('url = "http://i:8086"', "influx.database: is of InfluxDB 1, bucket of InfluxDB 2"),
        ('url = "http://i"\ndatabase = "a"\nbucket = "b"', "influx.database: is of InfluxDB 1"),
        ('url = "http://i"\nbucket = "b"', "influx.org: is missing"),
        ('url = "http://i"\nbucket = "b"\norg = "o"\nusername = "u"', "influx.bucket: goes with"),
        ('url = "http://i"\ndatabase = "a"\ntoken_file = "t"', "influx.database: goes with"),
        ('url = "http://i"\ndatabase = "a"\nusername = "u"', "influx.username: and password_file"),
        ('url = "influx"\ndatabase = "a"', "influx.url: is not where InfluxDB is"),
        ('url = "http://i:x"\ndatabase = "a"', "influx.url: is not where InfluxDB is"),
        (f'url = "http://u:{SECRET}@i"\ndatabase = "a"', "influx.url: holds a login"),
    ],
)
def test_what_does_not_go_together_for_influxdb(keys: str, problem: str, write: Write) -> None:
    """Each mistake has the key that is to be put right, and no password in it."""
    with pytest.raises(ConfigError) as caught:
        load(write("[influx]\n" + keys))

    assert problem in str(caught.value)
    assert SECRET not in str(caught.value)


def test_links_and_frames_that_cannot_be(tmp_path: Path) -> None:
    """An unknown placeholder, and what is no origin, are said with their keys."""
    file = tmp_path / "blinkenlights.toml"
    file.write_text(
        '[links]\nmetric = "https://grafana/{nonsense}"\n[web]\nframe_ancestors = ["*"]\n'
    )

    with pytest.raises(ConfigError) as raised:
        load(str(file))

    said = str(raised.value)
    assert "links.metric: has an unknown placeholder {nonsense}; known are {name}" in said
    assert 'web.frame_ancestors: "*" is no origin' in said
