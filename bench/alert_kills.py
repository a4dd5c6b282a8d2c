"""Processes that evaluate and tell, killed (-9) at any step while things turn bad and well."""

from collections.abc import Iterator
from pathlib import Path

from alert.killing import kill
from progress import say
from servers.process import make_folder, remove_folder
from table import Limit, Line
from workplace import Workplace

KILLS = 1_000
AT_ONCE = 5


def measure(workplace: Workplace) -> Iterator[Line]:
    """Yield the lines."""
    say(f"alert-kills: {KILLS:,} processes die at any step of evaluating and telling")
    folder = make_folder("kills")
    workplace.callback(remove_folder, folder)
    killed = kill(workplace.store(), Path(folder), KILLS, AT_ONCE, "bench")
    faults = killed.faults()
    for what, which in faults.items():
        say(f"alert-kills: {what}: {which}")
    deaths = ", ".join(f"{number} {step}" for step, number in killed.deaths.most_common())
    say(f"alert-kills: died: {deaths}")
    yield Line(
        f"notices lost, never ended, falsely ended or repeated unsaid, {KILLS:,} kills",
        f"{len(faults)} kinds of fault in {killed.queued:,} notices",
        "",
        len(faults),
        wanted=Limit(most=0),
    )
    repeated = sum(heard.is_repeated for heard in killed.ledger.heard)
    yield Line(
        "messages that say that they may be repeated, of all",
        f"{repeated:,} of {len(killed.ledger.heard):,}",
        "",
        repeated / max(1, len(killed.ledger.heard)),
        wanted=Limit(most=1),
    )
