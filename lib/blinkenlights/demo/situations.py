"""What the tour shows: situations, and what the checks have to say in each."""

from dataclasses import dataclass
from pathlib import Path

from blinkenlights.demo.asking import Answer, program
from blinkenlights.demo.fleet import MISSING, NEVER_COMES
from blinkenlights.demo.shop import HEALTH, PORT, SEARCH
from blinkenlights.demo.workers import DIES, LIVES
from blinkenlights.store.address import unix_url


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

    def is_answered_by(self, answer: Answer) -> bool:
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

ALONE = (
    Situation(
        9.4,
        "The prober keeps its schedule: due is run and missed, and none was missed.",
        "OK",
        "check_probe",
    ),
)
"""Shown where one process probes."""
SHARED = (
    Situation(
        4.45,
        "A scheduler gives out the probes, and two workers share them.",
        "OK",
        "check_probe",
        ("--no-perfdata",),
        shows=("2 workers",),
    ),
    Situation(
        9.4,
        f"A worker was killed (kill -9 of {DIES}). The shop is probed as before.",
        "OK",
        "check_endpoint",
        (PORT,),
    ),
    Situation(
        10.7,
        f"Who shared the probes is shown, and that {DIES} is gone.",
        "WARNING",
        "check_probe",
        ("-v", "--no-perfdata"),
        shows=(f"WARNING: worker {DIES}", "gone", LIVES),
    ),
)
"""Shown where workers probe; the one dies when trouble begins."""


def tour(*, has_workers: bool) -> tuple[Situation, ...]:
    """Return all stops, in the order of their moments."""
    further = SHARED if has_workers else ALONE
    return tuple(sorted((*TOUR, *further), key=lambda each: each.moment))


def command(situation: Situation, folder: Path) -> list[str]:
    """Return the command line that asks about `situation` in the store in `folder`."""
    store = folder / ("no-store.sock" if situation.elsewhere else "store.sock")
    return [*program(situation.check), "--redis", unix_url(str(store)), *situation.arguments]
