"""A real collector, whose clock is set while it runs, or which is stopped and revived."""

import socket
from pathlib import Path

import msgspec
import pytest

from blinkenlights.clock import wall_clock
from blinkenlights.config import LinesConfig
from faults.chain import CRITICAL, OK, Chain, Process, beat
from faults.fleet import Repeated, Watch
from servers.missing import without
from servers.waiting import wait_until

HOUR = 3600


class Clock:
    """The clock of a process that `faketime` deceives; what counts its seconds stays true."""

    def __init__(self, folder: Path) -> None:
        found = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
        if not found:
            without("faketime")
        self._file = folder / "clock"
        self.ahead = 0
        self.set(0)
        self.environment = {
            "LD_PRELOAD": str(found[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def set(self, ahead: int) -> None:
        """Let it be so many seconds ahead of ours."""
        new = self._file.with_suffix(".new")
        new.write_text(f"{ahead:+d}\n")
        new.rename(self._file)
        self.ahead = ahead

    def __call__(self) -> float:
        """Return the time that the process has."""
        return wall_clock() + self.ahead


class Beats(Repeated):
    """One component that says that it beats once a minute, and beats twenty times a second."""

    def __init__(self, place: str, clock: Clock | None = None) -> None:
        super().__init__(0.05)
        self._clock = clock or wall_clock
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(place)

    def once(self) -> None:
        """Let it beat."""
        text = beat("busy", self._clock(), kind="heartbeat", interval=60)
        self._socket.sendall(text + b"\n")

    def __exit__(self, *failure: object) -> None:
        """Close the socket."""
        super().__exit__(*failure)  # type: ignore[arg-type]
        self._socket.close()


def listening(chain: Chain, folder: Path, clock: Clock | None = None) -> tuple[Process, str]:
    """Give a collector's process that takes lines, and the path of its socket."""
    place = f"{folder}/s"
    lines = [LinesConfig(listen=f"unix://{place}")]
    config = msgspec.structs.replace(chain.config(amqp=[]), lines=lines)
    process = chain.start(config, clock.environment if clock else {})
    process.wait_for_log("listening on")
    return process, place


def noticed(process: Process, words: str) -> int:
    """Return how often a process has noticed something about its clock."""
    return sum("not heard" not in each for each in process.logged(words))


@pytest.mark.parametrize("ways", [("ahead", HOUR), ("back", -HOUR)], ids=["ahead", "back"])
def test_the_clock_of_a_real_collector_is_set(
    ways: tuple[str, int], chain: Chain, tmp_path: Path
) -> None:
    """Three times in a row: who beats is UNKNOWN for a moment at most, and the log says how far."""
    way, seconds = ways
    clock = Clock(tmp_path)
    process, place = listening(chain, tmp_path, clock)
    with Beats(place, clock):
        wait_until(lambda: chain.heartbeat(clock=clock).code == OK, "it to be heard")
        with Watch(lambda: chain.heartbeat(clock=clock)) as watch:
            for number in range(1, 4):
                clock.set(seconds * number)
                wait_until(
                    lambda: noticed(process, f"clock was set {way} by 1h") == number,  # noqa: B023
                    "the log to say so",
                )
                wait_until(lambda: chain.heartbeat(clock=clock).code == OK, "it to live again")

    assert CRITICAL not in watch.codes, watch.said


def test_a_process_that_is_stopped_and_revived_accuses_nobody(chain: Chain, tmp_path: Path) -> None:
    """What was sent meanwhile fills its socket, and comes first when it goes on."""
    process, place = listening(chain, tmp_path)
    with Beats(place):
        wait_until(lambda: chain.heartbeat().code == OK, "it to be heard")
        with Watch(chain.heartbeat) as watch:
            stopped = wall_clock()
            process.server.pause()
            wait_until(lambda: wall_clock() - stopped > 5, "some seconds")
            process.server.resume()
            process.wait_for_log("not heard from")
            wait_until(lambda: chain.heartbeat().code == OK, "it to live again")

    assert CRITICAL not in watch.codes, watch.said
    assert noticed(process, "the collector was suspended for") == 1
