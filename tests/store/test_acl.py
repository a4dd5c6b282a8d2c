"""The users in docs/security.md can do all that their programs do, and nothing else."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import redis
from _pytest.mark import ParameterSet

from blinkenlights.definitions.users import BEGIN, END, page_with_rights
from blinkenlights.errors import StoreError, StoreRefused
from blinkenlights.kinds.alert.keys import PREFIX as ALERTS
from blinkenlights.kinds.kind import Kind
from blinkenlights.kinds.registry import KINDS
from blinkenlights.kinds.rights import commands_for, rules_of_embedded
from blinkenlights.kinds.transfer import keys as transfer_keys
from blinkenlights.store import layout
from servers.simulation import Simulation
from servers.valkey import Valkey
from store.uses import (
    USED,
    ask,
    ask_everything,
    evaluate_and_tell,
    evaluate_and_tell_by,
    publish_speedos,
    respond_by,
    use_everything,
)

Simulate = Callable[..., Simulation]

DOCUMENTED = (Path(__file__).parents[2] / "docs" / "security.md").read_text()
CHECKS = "blinkenlights-checks"
COLLECTOR = "blinkenlights-collector"
SPEEDO = "blinkenlights-speedo"
ALERT = "blinkenlights-alert"
WEB_POST = "blinkenlights-web-post"


def rules(user: str) -> list[str]:
    """Return the words of a user's line in the documentation."""
    line = re.search(rf"^user {user} (.*)$", DOCUMENTED, re.MULTILINE)
    assert line is not None
    return line[1].split()


def commands(user: str) -> list[str]:
    return [word for word in rules(user) if word.startswith("+")]


def admit(server: Valkey, user: str, words: list[str]) -> None:
    client: Any = server.client()
    client.execute_command("ACL", "SETUSER", user, "reset", *words)


def url(server: Valkey, user: str, database: int = 2) -> str:
    password = next(word[1:] for word in rules(user) if word.startswith(">"))
    place = urlsplit(server.url).netloc
    return f"redis://{user}:{password}@{place}/{database}"


def test_the_embedded_store_has_the_documented_rights() -> None:
    """Who may do what is the same in the store of `blinkenlights up`."""
    reading, writing = (allowed.split() for allowed in rules_of_embedded())

    assert reading == rules(CHECKS)[2:]
    writers = (COLLECTOR, SPEEDO, ALERT, WEB_POST)
    assert set(writing) == {word for user in writers for word in rules(user)[2:]}


def test_the_documented_rights_are_what_kinds_need() -> None:
    """`make definitions` would change nothing."""
    assert page_with_rights(DOCUMENTED) == DOCUMENTED, "run: make definitions"


@pytest.mark.parametrize(
    ("page", "said"),
    [
        pytest.param("# Security\n", "needs the lines", id="no-marks"),
        pytest.param(f"{BEGIN}user blinkenlights-x on >y +z\n", "needs the lines", id="no-end"),
        pytest.param(
            f"{BEGIN}user blinkenlights-x on >y +z\n{END}", "no user blinkenlights-x", id="who"
        ),
    ],
)
def test_a_page_that_cannot_be_renewed_is_refused(page: str, said: str) -> None:
    """A page that lost its marks, or names a stranger, is an error, not silently left old."""
    with pytest.raises(ValueError, match=said):
        page_with_rights(page)


@pytest.fixture
def server(valkey: Valkey) -> Iterator[Valkey]:
    """Give a store with the documented users."""
    users = (CHECKS, COLLECTOR, SPEEDO, ALERT, WEB_POST)
    for user in users:
        admit(valkey, user, rules(user))
    yield valkey
    valkey.client().acl_deluser(*users)


def fill(server: Valkey, simulate: Simulate) -> None:
    """Let all that writes do so, each as its own user."""
    use_everything(simulate(url(server, COLLECTOR)))
    alerting = simulate(url(server, ALERT))
    alerting.run(evaluate_and_tell_by(alerting.client))


def test_the_documented_users_suffice(server: Valkey, simulate: Simulate) -> None:
    """Every check with every option, and everything that is written, works with these rights."""
    fill(server, simulate)
    checks = simulate(url(server, CHECKS))

    said = ask_everything(checks)

    assert [one.text for one in said if "permission" in one.text] == []
    assert [one.state for one in said[:2]] == ["CRITICAL", "CRITICAL"]
    assert said[-1].state == "OK"


@pytest.mark.parametrize("command", commands(CHECKS))
def test_checks_need_each_of_their_rights(server: Valkey, simulate: Simulate, command: str) -> None:
    """Without any one of the documented rights, a check says that it is refused."""
    fill(server, simulate)
    admit(server, CHECKS, [*rules(CHECKS), f"-{command[1:]}"])

    said = ask_everything(simulate(url(server, CHECKS)))

    refused = [one for one in said if "permission" in one.text]
    assert refused
    assert {one.state for one in refused} == {"UNKNOWN"}
    assert all("mend user, password or ACL" in one.text for one in refused)


@pytest.mark.parametrize("command", commands(COLLECTOR))
def test_the_collector_needs_each_of_its_rights(
    server: Valkey, simulate: Simulate, command: str
) -> None:
    """Without any one of the documented rights, something is refused."""
    admit(server, COLLECTOR, [*rules(COLLECTOR), f"-{command[1:]}"])

    with pytest.raises(StoreError) as caught:
        use_everything(simulate(url(server, COLLECTOR)))

    # Without MULTI it is EXEC that is answered with an error.
    assert isinstance(caught.value, StoreRefused) or command == "+multi"


def own_rights(use: str) -> list[ParameterSet]:
    """Return each kind with each command that it asks for itself, and with none."""
    return [
        pytest.param(kind, command, id=f"{kind.name}-{command}")
        for kind in KINDS
        if (asked_for := getattr(kind.rights, use)) is not None
        for command in ("", *asked_for.split())
    ]


def of_one_kind(user: str, use: str, kind: Kind, without: str) -> list[str]:
    """Return the words of a user for one kind alone, less one of its commands."""
    allowed = [f"+{command}" for command in commands_for([use], [kind]) if command != without]
    return [*rules(user)[:2], "resetchannels", "~blinkenlights:*", "-@all", *allowed]


@pytest.mark.parametrize(("kind", "command"), own_rights("collector"))
def test_a_kind_is_collected_with_its_own_rights(
    server: Valkey, simulate: Simulate, kind: Kind, command: str
) -> None:
    """With what it asks for a kind can be collected and declared; without any of it it cannot."""
    admit(server, COLLECTOR, of_one_kind(COLLECTOR, "collector", kind, command))
    simulation = simulate(url(server, COLLECTOR))

    if not command:
        USED[kind.name](simulation)
        return
    with pytest.raises(StoreRefused):
        USED[kind.name](simulation)


@pytest.mark.parametrize(("kind", "command"), own_rights("checks"))
def test_a_kind_is_checked_with_its_own_rights(
    server: Valkey, simulate: Simulate, kind: Kind, command: str
) -> None:
    """With what it asks for a kind can be checked; without any of it some check is refused."""
    fill(server, simulate)
    admit(server, CHECKS, of_one_kind(CHECKS, "checks", kind, command))

    said = ask(simulate(url(server, CHECKS)), kind.name)

    assert any("permission" in one.text for one in said) == bool(command)


@pytest.mark.parametrize(
    "command",
    [
        ("SET", "blinkenlights:{collector}:born", "1"),
        ("HSET", "blinkenlights:{heartbeat}:facts", "x", "1"),
        ("EVAL", "return 1", "0"),
        ("FLUSHALL",),
        ("CONFIG", "GET", "*"),
        ("KEYS", "*"),
        ("GET", "somebody-elses"),
    ],
    ids=" ".join,
)
def test_what_checks_cannot_do(server: Valkey, command: tuple[str, ...]) -> None:
    """The checks' user changes nothing and reads nothing of others."""
    with (
        redis.Redis.from_url(url(server, CHECKS), protocol=2) as client,
        pytest.raises(redis.exceptions.NoPermissionError),
    ):
        client.execute_command(*command)


@pytest.mark.parametrize(
    "command",
    [
        ("EVAL", "return 1", "0"),
        ("FLUSHALL",),
        ("CONFIG", "GET", "*"),
        ("KEYS", "*"),
        ("SET", "somebody-elses", "1"),
        ("DEL", "blinkenlights:{collector}:live"),
    ],
    ids=" ".join,
)
def test_what_a_collector_cannot_do(server: Valkey, command: tuple[str, ...]) -> None:
    """The collector's user reaches only our keys, and flushes nothing."""
    with (
        redis.Redis.from_url(url(server, COLLECTOR), protocol=2) as client,
        pytest.raises(redis.exceptions.NoPermissionError),
    ):
        client.execute_command(*command)


@pytest.mark.parametrize("command", ["", *commands(SPEEDO)])
def test_speedo_needs_each_of_its_rights_and_no_more(
    server: Valkey, simulate: Simulate, command: str
) -> None:
    """With the documented rights speedos are published; without any one of them it is refused."""
    place = urlsplit(server.url).netloc
    with redis.Redis.from_url(f"redis://{place}/2") as client:
        client.zadd(transfer_keys.GOOD + "client", {"alice": 1, "bob": 1})
        client.zadd(transfer_keys.SPEEDO + "due:client", {"gone": 1})
    if command:
        admit(server, SPEEDO, [*rules(SPEEDO), f"-{command[1:]}"])
    simulation = simulate(url(server, SPEEDO))

    if not command:
        publish_speedos(simulation)
        return
    with pytest.raises(StoreRefused):
        publish_speedos(simulation)


@pytest.mark.parametrize("command", ["", *commands(ALERT)])
def test_alert_needs_each_of_its_rights_and_no_more(
    server: Valkey, simulate: Simulate, command: str
) -> None:
    """With the documented rights rules are evaluated and alerts told; without any of them not."""
    use_everything(simulate(url(server, COLLECTOR)))
    if command:
        admit(server, ALERT, [*rules(ALERT), f"-{command[1:]}"])
    simulation = simulate(url(server, ALERT))

    if not command:
        evaluate_and_tell(simulation)
        simulation.run(respond_by(simulation.client))
        return
    with pytest.raises(StoreError) as caught:
        evaluate_and_tell(simulation)

    # Without MULTI it is EXEC that is answered with an error.
    assert "permission" in str(caught.value) or command == "+multi"


@pytest.mark.parametrize("command", ["", *(f"+{each}" for each in commands_for(["respond"]))])
def test_who_responds_needs_each_of_these_rights_and_no_more(
    server: Valkey, simulate: Simulate, command: str
) -> None:
    """The user of a page that takes what is posted has them; without any it is refused."""
    allowed = [f"+{each}" for each in commands_for(["respond"])]
    assert set(allowed) <= set(commands(WEB_POST))
    keys = ["resetchannels", f"~{ALERTS}*", f"~{layout.PREFIX}{{collector}}:*", "-@all"]
    words = [*rules(WEB_POST)[:2], *keys, *(each for each in allowed if each != command)]
    admit(server, WEB_POST, words)
    simulation = simulate(url(server, WEB_POST))

    if not command:
        simulation.run(respond_by(simulation.client))
        return
    with pytest.raises(StoreRefused):
        simulation.run(respond_by(simulation.client))


@pytest.mark.parametrize(
    "command",
    [
        ("EVAL", "return 1", "0"),
        ("FLUSHALL",),
        ("CONFIG", "GET", "*"),
        ("KEYS", "*"),
        ("SET", "somebody-elses", "1"),
    ],
    ids=" ".join,
)
def test_what_alert_cannot_do(server: Valkey, command: tuple[str, ...]) -> None:
    """Its user reaches only our keys, and flushes nothing."""
    with (
        redis.Redis.from_url(url(server, ALERT), protocol=2) as client,
        pytest.raises(redis.exceptions.NoPermissionError),
    ):
        client.execute_command(*command)
