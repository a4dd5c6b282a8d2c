"""`blinkenlights expect`, `forget` and `rejected`, against a real store."""

import asyncio
import json
import sys
from collections import Counter
from typing import Any

import pytest

from blinkenlights.clock import wall_clock
from blinkenlights.commands.terminal import progress
from blinkenlights.kinds.heartbeat import keys
from blinkenlights.kinds.heartbeat.fact import Heartbeat
from blinkenlights.store.batch import Batch
from blinkenlights.store.client import StoreClient
from blinkenlights.store.report import Sample, source_id
from blinkenlights.store.writer import StoreWriter
from commands.calling import Command
from servers.batches import Beat, batch_of
from servers.valkey import Valkey

NOW = 1_800_000_000.0


def fill(valkey: Valkey, *names: str, batch: Batch | None = None) -> None:
    """Store a heartbeat of each component, and `batch`."""

    async def store() -> None:
        writer = StoreWriter(StoreClient(valkey.url))
        beats = [
            Beat(Heartbeat(name, NOW, 60, "", "{}"), NOW, "00000000", live=True) for name in names
        ]
        await writer.store(batch_of(beats))
        if batch:
            await writer.store(batch)
        await writer.close()

    asyncio.run(store())


def listed(command: Command, valkey: Valkey) -> dict[str, list[dict[str, object]]]:
    found = command("expect", "--redis", valkey.url, "--json")
    answer: dict[str, list[dict[str, object]]] = json.loads(found.out)
    return answer


def test_expected_components_are_listed(valkey: Valkey, command: Command) -> None:
    """What was declared is listed with its minimum, and whether it was ever heard."""
    fill(valkey, "billing")

    declared = command("expect", "billing", "--redis", valkey.url, "--min", "2", "fax gateway")

    assert declared.out == (
        "expected: billing, with 2 instances or more\n"
        "expected: fax gateway, with 2 instances or more\n"
    )
    lines = command("expect", "--redis", valkey.url).out.splitlines()
    assert [line.split()[0] for line in lines] == ["component", "billing", "fax"]
    assert lines[1].endswith("yes")
    assert lines[2].endswith("never")


def test_expected_components_as_json(valkey: Valkey, command: Command) -> None:
    """With --json a program reads what was done, and what is declared."""
    done = command("expect", "a", "b", "a", "--redis", valkey.url, "--json")

    assert json.loads(done.out) == {"expected": ["a", "b"], "min": 1}
    assert [
        (row["component"], row["minimum"], row["seen"])
        for row in listed(command, valkey)["expected"]
    ] == [("a", 1, False), ("b", 1, False)]


def test_retiring(valkey: Valkey, command: Command) -> None:
    """A retired component is no longer expected and is listed as retired."""
    fill(valkey, "billing")
    command("expect", "billing", "--redis", valkey.url)

    found = command("expect", "billing", "--retired", "--redis", valkey.url)

    assert found == (0, "retired: billing\n", "")
    answer = listed(command, valkey)
    assert answer["expected"] == []
    assert [row["component"] for row in answer["retired"]] == ["billing"]


def test_retiring_the_unknown(valkey: Valkey, command: Command) -> None:
    """Retiring what was never heard works, and says that it may be a slip of the pen."""
    found = command("expect", "biling", "--retired", "--redis", valkey.url)

    assert found == (0, "retired: biling, though nothing was known of it\n", "")


def test_nothing_is_declared(valkey: Valkey, command: Command) -> None:
    """An empty list says how to declare something."""
    found = command("expect", "--redis", valkey.url)

    assert found.code == 0
    assert found.out.startswith("nothing is declared")


def test_forgetting(valkey: Valkey, command: Command) -> None:
    """A forgotten component leaves nothing behind."""
    fill(valkey, "billing")

    found = command("forget", "billing", "--redis", valkey.url)

    assert found == (0, "forgotten: billing\n", "")
    assert not [key for key in valkey.client().scan_iter() if "facts" in key or "seen" in key]


def test_forgetting_the_unknown(valkey: Valkey, command: Command) -> None:
    """Forgetting what is not known is said and is exit code 1; what is known is forgotten."""
    fill(valkey, "billing")

    found = command("forget", "biling", "billing", "--redis", valkey.url, "--json")

    assert found.code == 1
    assert json.loads(found.out) == {"forgotten": ["billing"], "unknown": ["biling"]}


def test_forgetting_a_collector(valkey: Valkey, command: Command) -> None:
    """A collector that will not come back is removed by its name."""
    valkey.client().hset("blinkenlights:{collector}:live", "old", "{}")

    found = command("forget", "--collector", "old", "--redis", valkey.url)

    assert found == (0, "forgotten: collector old\n", "")
    assert valkey.client().hlen("blinkenlights:{collector}:live") == 0


def test_rejected_messages(valkey: Valkey, command: Command) -> None:
    """What was rejected is counted by reason, and the last of it is shown, escaped."""
    sample = Sample(
        time=NOW, source="q at h:1/", reason="not JSON", detail="\x1b[2J", body="\\x00{"
    )
    fill(
        valkey,
        batch=batch_of([], Counter({"rejected:not JSON": 3, "stored:heartbeat": 9}), [sample]),
    )

    found = command("rejected", "--redis", valkey.url)

    assert found.code == 0
    assert found.out == (
        "reason    messages\n"
        "not JSON  3\n"
        "\n"
        "2027-01-15 08:00:00Z q at h:1/: not JSON (\\x1b[2J)\n"
        "  \\x00{\n"
    )


def test_rejected_messages_as_json(valkey: Valkey, command: Command) -> None:
    """With --json a program reads counts and samples."""
    counts = {"rejected:not JSON": 3, "trimmed:bad interval": 2, "skipped:post": 1}
    fill(valkey, batch=batch_of([], Counter(counts)))

    found = command("rejected", "--redis", valkey.url, "--json")

    assert json.loads(found.out) == {
        "counts": {"not JSON": 3},
        "trimmed": {"bad interval": 2},
        "skipped": {"post": 1},
        "samples": [],
    }


def test_what_was_skipped_or_taken_in_part(valkey: Valkey, command: Command) -> None:
    """A wrong interval and the posts on an exchange of reports are counted where one can see it."""
    counts = {"trimmed:bad interval": 4, "skipped:post": 12_000, "skipped:pulse": 3}
    fill(valkey, batch=batch_of([], Counter(counts)))

    found = command("rejected", "--redis", valkey.url)

    assert found.out == (
        "nothing was rejected\n"
        "\n"
        "taken without what was wrong  messages\n"
        "bad interval                  4\n"
        "\n"
        "skipped, not for us  messages\n"
        "post                 12000\n"
        "pulse                3\n"
    )


def test_nothing_rejected(valkey: Valkey, command: Command) -> None:
    """Where nothing was rejected, that is what is said."""
    assert command("rejected", "--redis", valkey.url).out == "nothing was rejected\n"


@pytest.mark.parametrize("words", [["expect"], ["expect", "x"], ["forget", "x"], ["rejected"]])
def test_a_store_that_is_not_there(words: list[str], command: Command) -> None:
    """A store that cannot be reached is one sentence with its address, and exit code 1."""
    found = command(*words, "--redis", "redis://:hunter2@127.0.0.1:1/0")

    assert found.code == 1
    assert "redis://127.0.0.1:1" in found.err
    assert "hunter2" not in found.err
    assert found.err.count("\n") == 1


def test_the_store_of_the_environment(
    valkey: Valkey, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without --redis the store is the one the checks would ask."""
    monkeypatch.setenv("BLINKENLIGHTS_STORE_URL", valkey.url)

    command("expect", "billing")

    assert [row["component"] for row in listed(command, valkey)["expected"]] == ["billing"]


@pytest.mark.parametrize("number", ["0", "65", "-1", "x"])
def test_a_minimum_that_can_never_be_met(command: Command, number: str) -> None:
    """Of a component 64 instances are kept, so that more cannot be expected of it."""
    found = command("expect", "x", "--min", number)

    assert found.code == 2
    assert "write 1 to 64" in found.err


def test_forgetting_many(valkey: Valkey, command: Command) -> None:
    """A name with wildcards stands for all that match, also those declared or retired only."""
    fill(valkey, "spam-1", "spam-2", "ham")
    command("expect", "spam-3", "--redis", valkey.url)
    command("expect", "--retired", "spam-2", "--redis", valkey.url)

    tried = command("forget", "spam-*", "--dry-run", "--redis", valkey.url)
    done = command("forget", "spam-*", "eggs*", "--redis", valkey.url)

    names = [f"spam-{number}" for number in (1, 2, 3)]
    assert tried.out.splitlines() == [f"would be forgotten: {name}" for name in names]
    assert done.out.splitlines() == [f"forgotten: {name}" for name in names] + ["not known: eggs*"]
    assert done.code == 1
    assert list(valkey.client().hgetall(keys.FACTS)) == ["ham"]


def test_forgetting_the_silent(valkey: Valkey, command: Command) -> None:
    """What was not seen for so long goes, and what was stays."""
    fill(valkey, "gone-1", "gone-2", "here")
    long_ago = wall_clock() - 8 * 86400
    valkey.client().zadd(keys.SEEN_BY_INTERVAL + "60", {"gone-1": long_ago, "gone-2": long_ago})
    valkey.client().zadd(keys.SEEN_BY_INTERVAL + "60", {"here": wall_clock()})

    some = command("forget", "--silent-for", "7d", "*-1", "--redis", valkey.url)
    rest = command("forget", "--silent-for", "7d", "--redis", valkey.url)
    none = command("forget", "--silent-for", "7d", "--redis", valkey.url)

    assert (some.out, rest.out) == ("forgotten: gone-1\n", "forgotten: gone-2\n")
    assert (none.code, none.out) == (0, "there is none such\n")
    assert list(valkey.client().hgetall(keys.FACTS)) == ["here"]


def beat(valkey: Valkey, name: str, age: float, **others: str) -> None:
    """Let a component be known that was first seen some time ago, and is alive."""
    given = {"source": "unix:///one on x", "host": "here"} | others
    now = wall_clock()
    instance = f"{now - age:016.3f} {now:016.3f} {now:016.3f} 0.000 {given['host']}:7"
    head = f"{now:016.3f} {now:016.3f} {source_id(given['source'])} 60"
    client = valkey.client()
    client.hset(keys.FACTS, name, f"{head}\n{instance}\n{{}}")
    client.zadd(keys.SEEN_BY_INTERVAL + "60", {name: now})
    client.sadd(keys.INTERVALS, 60)


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (["--first-seen-since", "1h"], {"old", "old-elsewhere"}),
        (["--first-seen-since", "1h", "*-*"], {"old", "old-elsewhere", "new"}),
        (["--came-by", "udp://1.2.3.4:5 on x"], {"old", "new", "old-elsewhere"}),
        (["--came-by", source_id("udp://1.2.3.4:5 on x")], {"old", "new", "old-elsewhere"}),
        (["--on-host", "there"], {"old", "new", "new-flood"}),
        (["--on-host", "there", "--first-seen-since", "1h"], None),
        (["--silent-for", "1h"], None),
    ],
)
def test_forgetting_what_a_flood_brought(
    valkey: Valkey, command: Command, words: list[str], left: set[str] | None
) -> None:
    """By when it was first seen, by the source that heard it, and by its host; or by several."""
    everybody = {"old", "new", "new-flood", "old-elsewhere"}
    beat(valkey, "old", 7200)
    beat(valkey, "new", 60)
    beat(valkey, "new-flood", 60, source="udp://1.2.3.4:5 on x")
    beat(valkey, "old-elsewhere", 7200, host="there")

    tried = command("forget", *words, "--dry-run", "--redis", valkey.url)
    done = command("forget", *words, "--redis", valkey.url)

    gone = sorted(everybody - (everybody if left is None else left))
    nothing = ["there is none such"]
    assert done.code == 0, done.err
    assert tried.out.splitlines() == ([f"would be forgotten: {name}" for name in gone] or nothing)
    assert done.out.splitlines() == ([f"forgotten: {name}" for name in gone] or nothing)
    assert set(valkey.client().hgetall(keys.FACTS)) == everybody - set(gone)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["--client", "x", "--silent-for", "1h"],
            "--silent-for is for a component, --machine, --endpoint or --metric",
        ),
        (["--machine", "*", "--on-host", "x"], "--on-host is for a component or --metric"),
        (["--of-source", "x"], "--of-source is for --client"),
        (["--first-seen-since", "2999-01-01"], "is yet to come"),
    ],
)
def test_what_a_subject_does_not_know_of_its_things(
    command: Command, words: list[str], said: str
) -> None:
    """Nothing is forgotten where it cannot be told what is meant."""
    found = command("forget", *words)

    assert found.code == 2
    assert said in found.err


def test_forgetting_a_flood_takes_seconds(valkey: Valkey, command: Command) -> None:
    """138,000 names go a thousand at a time, and nobody else waits for it."""
    client = valkey.client()
    now = f"{wall_clock():016.3f}"
    text = f"{now} {now} 0123abcd 60\n{now} {now} {now} 0.000 h:1\n{{}}"
    for start in range(0, 138_000, 10_000):
        names = [f"flood-{number}" for number in range(start, min(start + 10_000, 138_000))]
        client.hset(keys.FACTS, mapping=dict.fromkeys(names, text))
        client.zadd(keys.SEEN_BY_INTERVAL + "60", dict.fromkeys(names, wall_clock()))
    client.sadd(keys.INTERVALS, 60)
    fill(valkey, "here")
    client.config_resetstat()

    found = command("forget", "flood-*", "--redis", valkey.url)

    assert found.out.count("\n") == 138_000
    assert found.err == ""
    assert list(client.hgetall(keys.FACTS)) == ["here"]
    stats: Any = client.info("commandstats")
    assert stats["cmdstat_evalsha"]["calls"] < 200
    assert stats["cmdstat_evalsha"]["usec"] < 10_000_000


def test_the_progress_of_forgetting(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A terminal is told how far it is, on a line that is gone when it is done."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    tell = progress("forgotten")

    tell(1000, 3000)
    tell(3000, 3000)
    tell(5, 5)

    assert capsys.readouterr().err == "\r1,000 of 3,000 forgotten\r\x1b[K"
