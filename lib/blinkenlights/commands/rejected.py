"""`blinkenlights rejected`: what was not taken as it came, how often, and the last rejects."""

from argparse import Namespace
from collections.abc import Mapping

import msgspec

from blinkenlights.commands.moments import written
from blinkenlights.commands.options import SubParsers, add_config, add_json
from blinkenlights.commands.stores import add_store
from blinkenlights.commands.terminal import say, say_json, say_table
from blinkenlights.plugin.settings import store_address
from blinkenlights.store import layout
from blinkenlights.store.reader import StoreReader
from blinkenlights.store.report import Sample

SECONDS = 5.0
TAKEN_IN_PART = {
    "trimmed": "taken without what was wrong",
    "skipped": "skipped, not for us",
}


def add_parser(subparsers: SubParsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "rejected",
        description="Show how many messages were rejected for which reason, and the last of them; "
        "and how many were taken in part, or skipped because they are not for us.",
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
    counters = dict(zip(pairs[::2], pairs[1::2], strict=True))
    counts = _counted(counters, "rejected")
    others = {outcome: _counted(counters, outcome) for outcome in TAKEN_IN_PART}
    samples = [msgspec.json.decode(text, type=Sample).masked() for text in texts]
    if options.json:
        say_json({"counts": counts, **others, "samples": msgspec.to_builtins(samples)})
        return 0
    if counts:
        _show("reason", counts)
    else:
        say("nothing was rejected")
    for outcome, found in others.items():
        if found:
            say("")
            _show(TAKEN_IN_PART[outcome], found)
    for sample in samples:
        say("")
        say(f"{written(sample.time)} {sample.source}: {sample.reason} ({sample.detail})")
        say(f"  {sample.body}")
    return 0


def _counted(counters: Mapping[str, str], outcome: str) -> dict[str, int]:
    """Return the counts of one outcome by reason."""
    return {
        name.removeprefix(f"{outcome}:"): int(number)
        for name, number in counters.items()
        if name.startswith(f"{outcome}:")
    }


def _show(header: str, counts: Mapping[str, int]) -> None:
    say_table((header, "messages"), [(name, str(n)) for name, n in sorted(counts.items())])
