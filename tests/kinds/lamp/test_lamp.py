"""A kind is one folder, one check and one line: all else follows from what it says of itself."""

import json
import os
import re
import signal
import time
import urllib.request
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from kinds.lamp.house import HERE, ROOT, House
from kinds.lamp.lit import COUNTERS, Lit
from servers.waiting import wait_until

GENERATED = {
    "icinga2/blinkenlights-commands.conf": 'object CheckCommand "blinkenlights-lamp"',
    "icinga2/blinkenlights-templates.conf": 'template Service "blinkenlights-lamp"',
    "icinga2/blinkenlights-lamps.conf": 'apply Service "blinkenlights-lamp"',
    "nagios/commands.cfg": "command_name    blinkenlights-lamp",
    "nagios/lamps.cfg": "service_description      blinkenlights-lamp",
    "nrpe/blinkenlights.cfg": "command[blinkenlights-lamp]=/usr/lib/nagios/plugins/check_lamp",
    "director/basket.json": '"blinkenlights-lamp"',
}


def get(lit: Lit, path: str) -> str:
    """Return what the web server of the house answers."""
    with urllib.request.urlopen(f"http://127.0.0.1:{lit.port}{path}", timeout=10) as answer:
        return str(answer.read().decode())


def serve(lit: Lit) -> None:
    """Start the web server of the house, and wait until it answers."""
    lit.house.start("web", "--config", str(lit.config))

    def answers() -> bool:
        try:
            return bool(get(lit, "/api/v1/openapi.json"))
        except OSError:
            return False

    wait_until(answers, "the web server answers", 20)


def has_told(lit: Lit, number: int) -> bool:
    """Return whether so many messages of the hall are stored."""
    return lit.told("hall") == number


def test_nothing_outside_its_folder_names_it() -> None:
    """What was copied knows of no lamp, so the line in the registry is all that was added."""
    files = [
        path
        for folder in ("lib", "checks", "icinga", "systemd")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]

    assert not [path for path in files if b"lamp" in path.read_bytes().lower()]


def test_messages_from_a_socket_and_a_broker_are_judged(lit: Lit) -> None:
    """One that is off alarms; the limit from the table `[[lamp]]` holds for the one it names."""
    now = time.time()
    lit.collect()
    lit.let_it_be_old()
    lit.send(("hall", True, now), ("attic", True, now - 300))
    lit.publish(("stairs", False, now), ("porch", True, now - 300))
    lit.wait_until_stored(4)

    done = lit.house.check("lamp", "--redis", lit.store.url, "-v")

    assert done.returncode == 2, done.stdout
    assert done.stderr == ""
    line, *details = done.stdout.splitlines()
    assert line.startswith("LAMP CRITICAL: 1 of 4 lamps off: stairs ")
    assert "1 of 4 lamps silent: porch (5m" in line
    assert "| on=2;;;0 off=1;;;0 silent=1;;;0" in line
    assert [each.partition(":")[0] for each in details] == ["CRITICAL", "CRITICAL"]


def test_what_is_no_lamp_is_rejected_and_shown(lit: Lit) -> None:
    """Its reasons are counted with those of all kinds, and the last message is kept."""
    lit.collect()
    lit.broker.publish("lamps", "lamp.x", [b'{"lamp": "hall"}'], confirm=True)
    wait_until(lambda: lit.client.llen("blinkenlights:{collector}:samples"), "a sample", 20)

    done = lit.house.call("rejected", "--redis", lit.store.url)

    assert "no lamp" in done.stdout


def test_lamps_that_somebody_invents_are_bounded(lit: Lit) -> None:
    """Of new ones no more are taken than `max_names`; those that are known go on."""
    lit.configure(collector="max_names = 3")
    lit.collect()
    now = time.time()
    lit.send(*((f"lamp-{number}", True, now) for number in range(20)), ("lamp-1", False, now + 1))

    lit.wait_until_stored(4)

    assert lit.client.hkeys("blinkenlights:{lamp}:facts") == ["lamp-0", "lamp-1", "lamp-2"]
    assert lit.client.hget(COUNTERS, "rejected:too many names") == "17"


def test_a_store_that_forgets_its_scripts_counts_each_message_once(lit: Lit) -> None:
    """After SCRIPT FLUSH the rows are sent again; counters are written once."""
    now = time.time()
    lit.collect()
    for number in range(5):
        lit.client.script_flush()
        lit.send(("hall", True, now - number))
        # The counter is written before the script is sent again.
        wait_until(partial(has_told, lit, number + 1), "the message is stored", 20)

    assert lit.stored() == 5
    assert lit.told("hall") == 5


def test_a_collector_that_is_killed_loses_no_message(lit: Lit) -> None:
    """What it had not acknowledged is delivered again, and counts once."""
    now = time.time()
    process = lit.collect()
    names = [f"lamp-{number % 20}" for number in range(3000)]
    for portion in range(3):
        lamps = [
            (name, True, now - 3000 + number)
            for number, name in enumerate(names)
            if number % 3 == portion
        ]
        lit.publish(*lamps)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(10)
        lit.socket.unlink(missing_ok=True)
        process = lit.collect()

    wait_until(lambda: sum(map(lit.told, set(names))) >= 3000, "all are stored", 30)
    assert sum(map(lit.told, set(names))) == 3000
    wait_until(lambda: lit.broker.depth("lamps") == 0, "the queue is empty", 20)


def test_it_is_declared_retired_and_forgotten(lit: Lit) -> None:
    """`expect` and `forget` take `--lamp`, and the check says what comes of it."""
    lit.collect()
    lit.let_it_be_old()
    lit.send(("hall", False, time.time()))
    lit.wait_until_stored(1)
    store = ("--redis", lit.store.url)

    declared = lit.house.call("expect", "--lamp", "cellar", *store)
    asked = json.loads(lit.house.check("lamp", "--json", *store).stdout)
    retired = lit.house.call("expect", "--retired", "--lamp", "hall", *store)
    quiet = lit.house.check("lamp", "--lamp", "hall", *store)
    forgotten = lit.house.call("forget", "--lamp", "hall", "--lamp", "cellar", *store)
    after = lit.house.check("lamp", *store)

    assert declared.stdout == "expected: lamp cellar\n"
    assert {one["name"]: one["word"] for one in asked["lamps"]} == {
        "hall": "off",
        "cellar": "expected",
    }
    assert retired.stdout == "retired: lamp hall\n"
    assert quiet.returncode == 0, quiet.stdout
    assert forgotten.stdout == "forgotten: lamp hall\nforgotten: lamp cellar\n"
    assert after.stdout.startswith("LAMP UNKNOWN: no lamp is known")


def test_page_and_api_list_it(lit: Lit) -> None:
    """It has a section, a filter, lists, a page of its own, a schema and counts for Prometheus."""
    now = time.time()
    lit.collect()
    lit.let_it_be_old()
    lit.send(("hall", True, now), ("stairs", False, now))
    lit.wait_until_stored(2)
    serve(lit)

    listed = json.loads(get(lit, "/api/v1/lamps"))
    filtered = json.loads(get(lit, "/api/v1/lamps?state=off"))
    one = json.loads(get(lit, "/api/v1/lamps/hall"))
    described = json.loads(get(lit, "/api/v1/openapi.json"))
    page, detail = get(lit, "/?kind=lamp&state=off"), get(lit, "/one?kind=lamp&name=stairs")

    assert {row["name"] for row in listed["items"]} == {"hall", "stairs"}
    assert [row["name"] for row in filtered["items"]] == ["stairs"]
    assert one["row"]["state"] == "on"
    assert {"/api/v1/lamps", "/api/v1/lamps/{name}"} <= described["paths"].keys()
    assert 'blinkenlights_things{kind="lamp",state="off"} 1.0' in get(lit, "/metrics")
    assert '<section id="lamp">' in page
    assert '<option value="lamp" selected' in page
    assert 'data-state="off"' in page
    assert "check_lamp --lamp=stairs -v" in detail


def test_the_generated_rights_are_enough(lit: Lit) -> None:
    """Collector, commands and check do their work as the users whom the registry describes."""
    for user in ("collector", "checks"):
        rules = lit.house.evaluate(
            f"from blinkenlights.kinds.rights import rules_of; print(rules_of({user!r}))"
        ).split()
        assert "~blinkenlights:{lamp}:*" in rules
        client: Any = lit.client
        client.execute_command("ACL", "SETUSER", user, "reset", "on", ">pw", *rules)
    password = lit.config.with_name("pw")
    password.write_text("pw\n")
    lit.configure(f'username = "collector"\npassword_file = "{password}"')
    lit.collect()
    lit.send(("hall", True, time.time()))
    lit.wait_until_stored(1)
    lit.let_it_be_old()

    declared = lit.house.call("expect", "--lamp", "cellar", "--config", str(lit.config))
    forgotten = lit.house.call("forget", "--lamp", "cellar", "--config", str(lit.config))
    lit.configure(f'username = "checks"\npassword_file = "{password}"')
    asked = lit.house.check("lamp", "--config", str(lit.config))

    assert (declared.returncode, forgotten.returncode) == (0, 0), declared.stderr
    assert asked.stdout.startswith("LAMP OK: 1 lamp on"), asked.stdout
    assert "NOPERM" not in lit.house.logs()


def test_each_of_them_may_have_a_service(lit: Lit, tmp_path: Path) -> None:
    """`icinga --each` finds lamps as it finds all else, and links to their pages."""
    lit.collect()
    lit.let_it_be_old()
    lit.send(("hall", True, time.time()))
    lit.wait_until_stored(1)
    words = ("--each", "h*", "--kind", "lamp", "--web-url", "https://m", "--redis", lit.store.url)

    done = lit.house.call("icinga", *words, "--output", str(tmp_path / "each"))

    assert done.returncode == 3, done.stderr
    text = (tmp_path / "each" / "nagios" / "each.cfg").read_text("utf-8")
    assert "service_description      blinkenlights-lamp-lamp-hall\n" in text
    assert "check_command            blinkenlights-lamp!--lamp=hall\n" in text
    assert "notes_url                https://m/one?kind=lamp&name=hall\n" in text


def test_its_check_is_defined_for_every_core(house: House, tmp_path: Path) -> None:
    """Icinga, Nagios, NRPE and the Director get its command and, in a file of its own, services."""
    done = house.call("icinga", "--output", str(tmp_path / "icinga"))

    assert done.returncode == 0, done.stderr
    for path, text in GENERATED.items():
        assert text in (tmp_path / "icinga" / path).read_text("utf-8"), path


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('[[lamp]]\nname = "x"\nsilentt = 1', 'lamp[0].silentt: is not known here; did you mean "'),
        ('[[lamp]]\nname = "x"\nsilent = 0', "lamp[0].silent: 0 is not a whole number from 1 to"),
    ],
    ids=["unknown-key", "out-of-bounds"],
)
def test_its_table_is_configured_and_checked(
    house: House, tmp_path: Path, table: str, said: str
) -> None:
    """`[[lamp]]` is in the reference, and what is wrong with one is said with its key."""
    path = tmp_path / "blinkenlights.toml"
    path.write_text(table)

    done = house.call("config", "check", "--config", str(path))

    assert said in done.stdout + done.stderr
    assert "[[lamp]]" in house.call("config", "reference").stdout


def test_contributing_names_the_files_that_there_are() -> None:
    """Each file of its table is in this example, and what stands in brackets is in machine."""
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    rows = re.findall(r"^\| \d+ \| ([^|]+) \|", page, re.MULTILINE)
    file = re.compile(r"`([\w/]+\.(?:py|lua))`")
    named = [file.findall(row.partition("(")[0]) for row in rows]
    grown = [file.findall(row.partition("(")[2]) for row in rows]
    there = {path.name for path in (HERE / "kind").iterdir() if path.is_file()}
    machine = {path.name for path in (ROOT / "lib/blinkenlights/kinds/machine").iterdir()}

    assert {name for names in named for name in names} == there | {"checks/check_lamp.py"}
    assert {name for names in grown for name in names} <= machine


def test_the_folder_is_small() -> None:
    """Whoever adds a kind writes a few hundred lines, and none of them elsewhere."""
    lines = {
        path.name: len(path.read_text("utf-8").splitlines())
        for path in [*(HERE / "kind").glob("*.*"), HERE / "check_lamp.py"]
    }

    assert sum(lines.values()) < 700
