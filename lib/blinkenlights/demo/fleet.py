"""A fleet that is not there: its members send real signals to a collector's real socket."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from blinkenlights.clock import Clock

INTERVAL = 2
"""Seconds between two beats of whoever does not say otherwise: the demo's minute."""
TURN = 5.0
"""Seconds after the start at which trouble begins."""
NEVER = float("inf")
POLL_SECONDS = 0.02
RUBBISH = b'{"kind": "heartbeat", "name": "door sensor 17", "timest\n'


@dataclass(frozen=True)
class Member:
    """One process of the fleet. Moments are seconds since the fleet began."""

    name: str
    every: float = INTERVAL
    starts: float = 0.0
    stops: float = NEVER
    keys: Mapping[str, object] = field(default_factory=dict)
    """What it sends beside name and timestamp."""
    later: Mapping[str, object] = field(default_factory=dict)
    """What it sends in their place once trouble began."""
    clock_error: float = 0.0
    """Seconds by which its clock is ahead."""
    sends_rubbish: bool = False

    def line(self, moment: float, now: float) -> bytes:
        """Return what it sends at `moment`, when a right clock shows `now`."""
        if self.sends_rubbish:
            return RUBBISH
        keys = {**self.keys, **(self.later if moment >= TURN else {})}
        beat = {"kind": "heartbeat", "name": self.name, "timestamp": now + self.clock_error, **keys}
        return json.dumps(beat).encode() + b"\n"


@dataclass(frozen=True)
class Client(Member):
    """Somebody who fetches files, and reports each."""

    every: float = 1.0

    def line(self, moment: float, now: float) -> bytes:
        """Return its report of the file that it fetched at `moment`."""
        report = {
            "kind": "transfer",
            "client": self.name,
            "source": "weather",
            "code": 201,
            "bytes": 6451,
            "name": f"bulletins/{moment:g}.txt",
            "timestamp": now,
        }
        return json.dumps(report).encode() + b"\n"


@dataclass(frozen=True)
class Machine(Member):
    """A worker that does one task after the other, told as Taskcluster tells it."""

    every: float = 1.0
    fails: bool = False
    """Whether its tasks fail once trouble began."""

    def line(self, moment: float, now: float) -> bytes:
        """Return what is told of the task that is over at `moment`."""
        datacenter, _, machine = self.name.partition(":")
        state = "failed" if self.fails and moment >= TURN else "completed"
        run = {
            "runId": 0,
            "state": state,
            "reasonResolved": state,
            "workerGroup": datacenter,
            "workerId": machine,
            "started": _iso(now - self.every),
            "resolved": _iso(now),
        }
        status = {
            "taskId": f"{machine}-{moment:g}",
            "provisionerId": "builds",
            "workerType": "mac",
            "state": state,
            "runs": [run],
        }
        task = {
            "kind": "machine",
            "status": status,
            "runId": 0,
            "workerGroup": datacenter,
            "workerId": machine,
        }
        return json.dumps(task).encode() + b"\n"


FLEET = (
    Member("SMPP Transport 1"),
    Member("SMPP Transport 2", stops=TURN),
    Member("USSD Gateway"),
    Member("HTTP API"),
    Member("Zürich router"),
    Member("billing", stops=TURN - 1),
    Member("checkout", keys={"system": "shop", "uuid": "app-1:4711"}),
    Member("checkout", keys={"system": "shop", "uuid": "app-2:4712"}, stops=TURN),
    Member("mail gateway", keys={"queue_depth": 4}, later={"queue_depth": 250}),
    # Late after 9 s and silent after 12, so it is late for 2.5 s of every round.
    Member("archive", every=11.5, keys={"interval": 6}),
    Member("nightly backup", every=NEVER, keys={"interval": 3600, "files": 1204}),
    Member("field unit 7", clock_error=600.0),
    Member("door sensor 17", starts=TURN, sends_rubbish=True),
    Client("airport"),
    Client("harbour"),
    Client("newsroom", stops=TURN),
    Machine("berlin:mac-1"),
    Machine("berlin:mac-2", fails=True),
    Machine("berlin:mac-3"),
)
NEVER_COMES = "fax gateway"
"""A component that somebody expects and nobody has built."""
MISSING = "berlin:mac-4"
"""A machine that somebody expects and nobody has plugged in."""


async def until_listening(socket: Path) -> None:
    """Return once a collector takes connections at `socket`."""
    while True:
        with suppress(OSError):
            _, writer = await asyncio.open_unix_connection(socket)
            writer.close()
            return
        await asyncio.sleep(POLL_SECONDS)


def _iso(time: float) -> str:
    return datetime.fromtimestamp(time, UTC).isoformat(timespec="milliseconds")


async def run_fleet(socket: Path, clock: Clock) -> None:
    """Have every member send until cancelled."""
    async with asyncio.TaskGroup() as tasks:
        for member in FLEET:
            tasks.create_task(_run_member(member, socket, clock))


async def _run_member(member: Member, socket: Path, clock: Clock) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    moment = member.starts
    while moment <= member.stops:
        await asyncio.sleep(began + moment - loop.time())
        with suppress(OSError):  # the collector is away: so is this beat
            _, writer = await asyncio.open_unix_connection(socket)
            writer.write(member.line(moment, clock()))
            writer.close()
            await writer.wait_closed()
        moment += member.every
