"""`blinkenlights annotate`: what happened, for whoever looks at curves."""

import asyncio
from argparse import ArgumentTypeError, Namespace

from blinkenlights.clock import wall_clock
from blinkenlights.commands.moments import earlier, written
from blinkenlights.commands.noting import annotation, writer
from blinkenlights.commands.options import SubParsers, add_config, add_json
from blinkenlights.commands.stores import add_store, open_store
from blinkenlights.commands.terminal import say, say_json
from blinkenlights.errors import UsageError
from blinkenlights.invisible import distinct, is_all_seen
from blinkenlights.store.annotations import Annotation, annotate

TEXT_CHARACTERS = 1000
TAG_CHARACTERS = 100
TAGS = 16


def add_parser(subparsers: SubParsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "annotate",
        description="Note what happened. It is a mark on the curves of metrics, in the API, and in "
        "InfluxDB where that is configured. What expect, forget and quarantine do is noted by "
        "itself.",
        epilog="example: blinkenlights annotate 'deployed 1.4' --tag app=www",
        allow_abbrev=False,
    )
    parser.add_argument("text", metavar="TEXT", help="what happened")
    parser.add_argument(
        "--tag",
        action="append",
        default=[],
        type=_tag,
        metavar="KEY=VALUE",
        help="it has nothing to do with series that have another value; repeatable",
    )
    parser.add_argument(
        "--at",
        type=earlier(wall_clock),
        metavar="TIME",
        help="when: 2h ago, or 2026-12-01T08:00, which is UTC (default: now)",
    )
    add_store(parser)
    add_config(parser)
    add_json(parser)


def run(options: Namespace) -> int:
    """Note it; returns 0."""
    text = " ".join(options.text.split())
    if not text or not is_all_seen(text) or len(text) > TEXT_CHARACTERS:
        raise UsageError(f"a text has 1 to {TEXT_CHARACTERS} printable characters")
    if len(options.tag) > TAGS:
        raise UsageError(f"there may be {TAGS} tags")
    moment = wall_clock() if options.at is None else options.at
    made = annotation(moment, text, tags=dict(options.tag), by=writer())
    asyncio.run(_run(options, made))
    if options.json:
        say_json({"time": made.time, "text": made.text, "tags": made.tags, "by": made.by})
    else:
        say(f"noted at {written(moment)}: {made.text}")
    return 0


async def _run(options: Namespace, made: Annotation) -> None:
    store = open_store(options)
    try:
        await annotate(store, made)
    finally:
        await store.close()


def _tag(text: str) -> tuple[str, str]:
    key, _, value = text.partition("=")
    key, value = distinct(key), distinct(value)
    if not key or not value or not is_all_seen(key + value) or len(text) > TAG_CHARACTERS:
        raise ArgumentTypeError(
            f"{text!r} is not a tag; write KEY=VALUE, up to {TAG_CHARACTERS} printable characters"
        )
    return key, value
