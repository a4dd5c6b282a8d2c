"""`blinkenlights annotate`, and what other commands note of themselves."""

import asyncio
import json
from typing import Any

import pytest

from blinkenlights.clock import wall_clock
from blinkenlights.store import layout
from blinkenlights.store.annotations import Annotation, annotate, written_after
from blinkenlights.store.client import StoreClient
from commands.calling import Command
from servers.valkey import Valkey


def kept(valkey: Valkey) -> list[dict[str, Any]]:
    """Return what is kept, the last written first."""
    return [json.loads(each) for each in valkey.client().lrange(layout.ANNOTATIONS, 0, -1)]


def test_what_happened_is_kept(valkey: Valkey, command: Command) -> None:
    """With its tags, its time and who wrote it."""
    began = wall_clock()

    found = command(
        "annotate", "deployed 1.4", "--tag", "app=www", "--tag", "host=web 1", "--redis", valkey.url
    )

    assert found.code == 0
    assert found.out.startswith("noted at ")
    assert found.out.endswith(": deployed 1.4\n")
    (one,) = kept(valkey)
    assert began - 1 <= one.pop("time") <= wall_clock()
    assert one.pop("by")
    assert one.pop("id")
    assert one == {"text": "deployed 1.4", "tags": {"app": "www", "host": "web 1"}}


def test_it_may_have_been_earlier(valkey: Valkey, command: Command) -> None:
    """As a time, or as how long ago it was."""
    at = "2026-01-01T08:00"

    found = command("annotate", "moved", "--at", at, "--json", "--redis", valkey.url)

    assert json.loads(found.out)["time"] == 1767254400.0
    assert kept(valkey)[0]["time"] == 1767254400.0


def test_secrets_are_masked(valkey: Valkey, command: Command) -> None:
    """Everybody who may read sees what is written here."""
    command("annotate", "new url amqp://me:geheim@broker/", "--redis", valkey.url)

    assert kept(valkey)[0]["text"] == "new url amqp://me:***@broker/"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["x", "--tag", "app"], "'app' is not a tag; write KEY=VALUE"),
        (["x", "--tag", "=www"], "is not a tag"),
        ([" "], "a text has 1 to 1000 printable characters"),
        (["x" * 1001], "a text has 1 to 1000 printable characters"),
        (["x", "--at", "2999-01-01"], "is yet to come"),
        (["x", *[f"--tag=k{n}=v" for n in range(17)]], "there may be 16 tags"),
    ],
)
def test_what_is_no_annotation_is_refused(
    valkey: Valkey, command: Command, words: list[str], said: str
) -> None:
    """With what is to be written in its place; nothing is kept."""
    found = command("annotate", *words, "--redis", valkey.url)

    assert found.code == 2
    assert said in found.err
    assert kept(valkey) == []


def test_only_the_last_are_kept(valkey: Valkey) -> None:
    """A script that goes wrong fills no store."""

    async def write() -> None:
        store = StoreClient(valkey.url)
        for number in range(layout.ANNOTATIONS_KEPT + 5):
            await annotate(store, Annotation(time=1.0, text=str(number)))
        await store.close()

    asyncio.run(write())

    found = kept(valkey)
    assert len(found) == layout.ANNOTATIONS_KEPT
    assert found[0]["text"] == str(layout.ANNOTATIONS_KEPT + 4)


def test_what_is_new_is_given_once(valkey: Valkey) -> None:
    """In the order of writing; what cannot be read is left out; all, when the last one is gone."""

    async def read() -> list[list[str]]:
        store = StoreClient(valkey.url)
        found, newest = [], ""
        for texts in (["a", "b"], [], ["c"]):
            for text in texts:
                await annotate(store, Annotation(time=1.0, text=text))
            some, newest = await written_after(store, newest)
            found.append([each.text for each in some])
        valkey.client().lpush(layout.ANNOTATIONS, "{}")
        some, newest = await written_after(store, newest)
        found.append([each.text for each in some])
        some, _ = await written_after(store, "gone")
        found.append([each.text for each in some])
        await store.close()
        return found

    assert asyncio.run(read()) == [["a", "b"], [], ["c"], [], ["a", "b", "c"]]


def test_what_operators_do_is_noted(valkey: Valkey, command: Command) -> None:
    """Each command that changed something, with the names; not what changed nothing."""
    at = ("--redis", valkey.url)
    command("expect", "billing", "--min", "2", *at)
    command("expect", "--retired", "old", *at)
    command("expect", *at)
    command("forget", "billing", "nobody", *at)
    command("forget", "old", "--dry-run", *at)
    command("quarantine", "mdc1:a", "--reason", "disk", *at)
    command("quarantine", "--lift", "mdc1:a", "mdc1:b", *at)
    command("expect", *[f"c{number}" for number in range(8)], *at)

    assert [(each["title"], each["text"]) for each in reversed(kept(valkey))] == [
        ("expect", "billing, 2 instances or more"),
        ("expect --retired", "old"),
        ("forget", "billing"),
        ("quarantine", "mdc1:a: disk"),
        ("quarantine --lift", "mdc1:a"),
        ("expect", "c0, c1, c2, c3, c4 and 3 more"),
    ]
