"""The configuration: what is read, from where, and what is said of each mistake."""

from pathlib import Path

import pytest

from blinkenlights.config import AmqpConfig, Config, LinesConfig, StoreConfig, load
from blinkenlights.config.reference import reference
from blinkenlights.config_keys.addresses import ListenAddress, listen_address, without_login
from blinkenlights.errors import ConfigError
from blinkenlights.kinds.heartbeat.settings import HeartbeatConfig
from blinkenlights.kinds.machine.settings import PoolConfig
from blinkenlights.kinds.transfer.settings import TransferConfig
from config.written import AMQP, OTHER, PUBLISHED, SECRET, Write, problems


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
    page = Path(__file__).parents[2] / "docs" / "configuration.md"

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
