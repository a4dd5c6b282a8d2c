"""`blinkenlights rejected`: what could not be parsed, how often, and the last of it."""

from argparse import Namespace
from datetime import UTC, datetime

import msgspec

from blinkenlights.commands.options import SubParsers, add_config, add_json
from blinkenlights.commands.stores import add_store
from blinkenlights.commands.terminal import say, say_json, say_table
from blinkenlights.plugin.settings import store_address
from blinkenlights.store import layout
from blinkenlights.store.reader import StoreReader
from blinkenlights.store.report import Sample

SECONDS = 5.0
COUNTED = "rejected:"


def add_parser(subparsers: SubParsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "rejected",
        description="Show how many messages were rejected for which reason, and the last of them.",
        allow_abbrev=False,
    )
    add_store(parser)
    add_config(parser)
    add_json(parser)


def run(options: Namespace) -> int:
    """Show them; returns 0."""
    address, ca_file = store_address(options)
    with StoreReader(address, SECONDS, ca_file) as store:
        pairs, texts = store.ask(("HGETALL", layout.COUNTERS), ("LRANGE", layout.SAMPLES, 0, -1))
    counts = {
        name.removeprefix(COUNTED): int(count)
        for name, count in zip(pairs[::2], pairs[1::2], strict=True)
        if name.startswith(COUNTED)
    }
    samples = [msgspec.json.decode(text, type=Sample) for text in texts]
    if options.json:
        say_json({"counts": counts, "samples": msgspec.to_builtins(samples)})
    elif counts or samples:
        _show(counts, samples)
    else:
        say("nothing was rejected")
    return 0


def _show(counts: dict[str, int], samples: list[Sample]) -> None:
    say_table(("reason", "messages"), [(name, str(n)) for name, n in sorted(counts.items())])
    for sample in samples:
        moment = datetime.fromtimestamp(sample.time, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
        say("")
        say(f"{moment} {sample.source}: {sample.reason} ({sample.detail})")
        say(f"  {sample.body}")
