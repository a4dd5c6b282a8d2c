"""What people look up of alerts by hand: who was told what, and what could not be delivered."""

import asyncio
from argparse import ArgumentParser, Namespace
from typing import TypeVar

from msgspec import to_builtins

from blinkenlights.alert.responses import Responses
from blinkenlights.alert.told import Letter, Told
from blinkenlights.commands.moments import written
from blinkenlights.commands.stores import add_store, open_client
from blinkenlights.commands.terminal import say, say_json, say_table

Row = TypeVar("Row", Told, Letter)


def add_history(parser: ArgumentParser) -> None:
    """Add the options of `history` and `dead`."""
    parser.add_argument(
        "--most", type=int, default=50, metavar="N", help="how many, the newest first (default: 50)"
    )
    parser.add_argument("--receiver", metavar="NAME", help="only this receiver")
    add_store(parser)


def history(options: Namespace) -> int:
    """Show who was told what, when, and how it went; returns 0."""
    told = _of(options, asyncio.run(_told(options)))
    if options.json:
        say_json([to_builtins(one) for one in told])
    elif told:
        rows = [(written(one.at), one.receiver, one.how, one.title, one.error) for one in told]
        say_table(("when", "receiver", "how it went", "what", "why not"), rows)
    else:
        say("nobody was told of anything")
    return 0


def dead(options: Namespace) -> int:
    """Show what could not be delivered; returns 0."""
    letters = _of(options, asyncio.run(_dead(options)))
    if options.json:
        say_json([to_builtins(one) for one in letters])
    elif letters:
        rows = [(written(one.at), one.receiver, one.title, one.error) for one in letters]
        say_table(("given up", "receiver", "what", "why"), rows)
    else:
        say("everything was delivered")
    return 0


def _of(options: Namespace, rows: list[Row]) -> list[Row]:
    """Return the newest rows of a receiver: others may have been told far more often."""
    return [one for one in rows if options.receiver in (None, one.receiver)][: options.most]


async def _told(options: Namespace) -> list[Told]:
    responses = open_client(options, Responses)
    try:
        return await responses.history()
    finally:
        await responses.close()


async def _dead(options: Namespace) -> list[Letter]:
    responses = open_client(options, Responses)
    try:
        return await responses.dead()
    finally:
        await responses.close()
