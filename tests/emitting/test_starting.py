"""Who sends and who listens may start at the same moment, and in any order."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from blinkenlights.emitting import emitter
from blinkenlights.emitting.emitter import Emitter, Target
from blinkenlights.outage import Outage
from servers.process import make_folder, remove_folder


@pytest.fixture
def address() -> Iterator[Path]:
    """Give a path that is short enough for a socket."""
    folder = make_folder("emitter")
    yield folder / "lines.sock"
    remove_folder(folder)


def test_a_socket_that_is_about_to_be_opened_is_no_outage(
    address: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What was put meanwhile arrives."""

    async def play() -> bytes:
        sending = Emitter(Target(f"unix://{address}"), "test")
        running = asyncio.create_task(sending.run())
        sending.put(b"a")
        # So it tries in vain first.
        await asyncio.sleep(0)
        came: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

        async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            came.set_result(await reader.readline())
            writer.close()

        async with await asyncio.start_unix_server(take, str(address)):
            line = await asyncio.wait_for(came, 10)
            sending.close()
            await running
        return line

    assert asyncio.run(play()) == b"a\n"
    assert [record.message for record in caplog.records] == []


def test_a_socket_that_stays_away_is_one(
    address: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emitter, "STARTING_SECONDS", 0.0)

    async def play() -> None:
        sending = Emitter(Target(f"unix://{address}"), "test")
        running = asyncio.create_task(sending.run())
        await asyncio.sleep(0)
        sending.close()
        await running

    asyncio.run(play())
    assert "lines.sock fails: No such file or directory" in caplog.records[0].message


@pytest.mark.parametrize(
    ("whose", "said"),
    [("the canary", "the broker of the canary HOST/ fails: is lost; it waits")],
)
def test_what_is_lost_is_named_once_and_it_is_said_whose_it_is(
    whose: str, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def play() -> None:
        for what in (f"the broker of {whose} HOST/", "HOST/"):
            Outage(what, "it waits").failed("connect", "HOST/ is lost")

    asyncio.run(play())

    assert [record.message for record in caplog.records] == [said, "HOST/ fails: is lost; it waits"]
