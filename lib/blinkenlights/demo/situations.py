"""What the tour shows: situations, what the checks have to say in each, and how to ask them."""

import asyncio
import os
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from blinkenlights.demo.fleet import MISSING, NEVER_COMES
from blinkenlights.demo.shop import HEALTH, SEARCH
from blinkenlights.store.address import unix_url

STATES = ("OK", "WARNING", "CRITICAL", "UNKNOWN")


@dataclass(frozen=True)
class Situation:
    """One stop of the tour."""

    moment: float
    """Seconds since the fleet began, from which on it can be seen."""
    story: str
    state: str
    check: str
    arguments: tuple[str, ...] = ()
    elsewhere: bool = False
    """Whether to ask a store that is not there."""
    shows: tuple[str, ...] = ()
    """What the answer has to name, since the story does."""

    def is_answered_by(self, answer: "Answer") -> bool:
        """Return whether an answer says what was announced."""
        return answer.state == self.state and all(word in answer.text for word in self.shows)


TOUR = (
    Situation(
        0.5,
        "The store is new: nobody knows yet who else there is.",
        "UNKNOWN",
        "check_heartbeat",
        shows=("learning",),
    ),
    Situation(4.2, "Everybody has been heard, and is on time.", "OK", "check_heartbeat"),
    Situation(4.3, "The collector runs and keeps up.", "OK", "check_collector"),
    Situation(
        4.35,
        "Three machines do one task after the other.",
        "OK",
        "check_machine",
        ("-c", "4s"),
    ),
    Situation(4.37, "A web shop is probed, and answers as it should.", "OK", "check_endpoint"),
    Situation(
        4.4,
        "A clock that is ten minutes fast neither alarms nor hides a death.",
        "OK",
        "check_heartbeat",
        ("--name", "field*", "-v"),
        shows=("wrong clock",),
    ),
    Situation(
        7.2,
        "The mail gateway lives, but the queue it reports has grown.",
        "WARNING",
        "check_heartbeat",
        ("--name", "mail*", "--value", "queue_depth", "-w", "100", "-c", "1000"),
    ),
    Situation(
        7.3,
        "A door sensor sends rubbish: counted, kept as a sample, in nobody's way.",
        "WARNING",
        "check_collector",
    ),
    Situation(
        7.8,
        "The shop still searches, but slowly: that is degraded, and no failure.",
        "WARNING",
        "check_endpoint",
        (SEARCH,),
        shows=("degraded", "limit 0.25"),
    ),
    Situation(
        9.2,
        "The archive announces a beat every 6 seconds and is slow.",
        "WARNING",
        "check_heartbeat",
        ("--name", "archive"),
    ),
    Situation(
        9.3,
        "The shop says that it is well, and its queue is too long twice in three probes.",
        "CRITICAL",
        "check_endpoint",
        (HEALTH,),
        shows=("json.queue.depth was 250, want less than 100",),
    ),
    Situation(
        9.4,
        "The prober keeps its schedule: due is run and missed, and none was missed.",
        "OK",
        "check_probe",
    ),
    Situation(
        10.0,
        f"Billing and a transport died; the {NEVER_COMES} is expected and never came.",
        "CRITICAL",
        "check_heartbeat",
        shows=("billing", "SMPP Transport 2", NEVER_COMES),
    ),
    Situation(
        10.05,
        "Three clients fetch a file every second, and one of them stopped.",
        "CRITICAL",
        "check_speedo",
        ("--window", "4s"),
        shows=("1 of 3 clients at zero",),
    ),
    Situation(
        10.07,
        f"A machine fails whatever it does; {MISSING} is expected and never came.",
        "CRITICAL",
        "check_machine",
        ("-c", "4s", "--failing", "3"),
        shows=("failing", MISSING),
    ),
    Situation(
        10.1,
        "The checkout has two processes, and one of them died.",
        "CRITICAL",
        "check_heartbeat",
        ("--system", "shop", "--min", "2"),
    ),
    Situation(
        10.2,
        "The nightly backup beats once an hour, so it is not late.",
        "OK",
        "check_heartbeat",
        ("--name", "nightly*"),
    ),
    Situation(
        10.3,
        "Nobody has ever heard of this one.",
        "UNKNOWN",
        "check_heartbeat",
        ("--name", "telex"),
    ),
    Situation(
        10.4,
        "The store cannot be reached: that says nothing about the fleet.",
        "UNKNOWN",
        "check_heartbeat",
        elsewhere=True,
    ),
    Situation(
        10.5,
        "Two rules are evaluated each second, and both fire.",
        "CRITICAL",
        "check_rule",
        shows=("shop is bad", "component is silent"),
    ),
    Situation(
        10.6,
        "People would be told: a canary went the whole way of an alert.",
        "OK",
        "check_alert",
        shows=("canary told of",),
    ),
)


class Answer(NamedTuple):
    """What a check said."""

    code: int
    text: str

    @property
    def state(self) -> str:
        """The word for its exit code."""
        return STATES[self.code] if 0 <= self.code < len(STATES) else f"exit code {self.code}"


def command(situation: Situation, folder: Path) -> list[str]:
    """Return the command line that asks about `situation` in the store in `folder`."""
    store = folder / ("no-store.sock" if situation.elsewhere else "store.sock")
    return [*program(situation.check), "--redis", unix_url(str(store)), *situation.arguments]


def program(name: str) -> list[str]:
    """Return how to call one of our programs: beside our interpreter, where installing put it."""
    beside = Path(sys.executable).with_name(name)
    return [str(beside)] if beside.exists() else [name]


async def ask(words: list[str]) -> Answer:
    """Run a check as a monitoring core would, and return what it said."""
    process = await asyncio.create_subprocess_exec(
        *words,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        # A setting for the daemons of this machine must not lead the demo's checks elsewhere.
        env={name: value for name, value in os.environ.items() if "BLINKENLIGHTS_" not in name},
    )
    output, _ = await process.communicate()
    return Answer(process.returncode or 0, output.decode(errors="replace").rstrip())


def copyable(words: list[str]) -> str:
    """Return a command line for a shell."""
    return shlex.join(words)
