"""Lines on disk until they are sent."""

from pathlib import Path

import pytest

from blinkenlights.influx.buffer import Buffer

NOW = 1_795_219_200.0


def waiting(buffer: Buffer) -> list[bytes]:
    """Return the lines in the order in which they would be sent, as if all were."""
    found = []
    while (segment := buffer.oldest()) is not None:
        found += buffer.lines_of(segment)
        buffer.done(segment)
    return found


def test_lines_come_out_as_they_went_in(tmp_path: Path) -> None:
    """In their order, over as many files as they take, of which none is left."""
    buffer = Buffer(tmp_path, 8_000_000)
    lines = [f"load,host=web{number} value=1.5 1" for number in range(100_000)]
    for start in range(0, len(lines), 7000):
        buffer.add(lines[start : start + 7000], NOW)
    assert buffer.waiting == 100_000
    assert buffer.bytes == sum(each.stat().st_size for each in tmp_path.iterdir())

    found = waiting(buffer)

    assert found == [each.encode() for each in lines]
    assert (buffer.waiting, buffer.bytes, buffer.dropped) == (0, 0, 0)
    assert [*tmp_path.iterdir()] == []


def test_the_oldest_are_dropped_first_and_counted(tmp_path: Path) -> None:
    """What is dropped and what waits is all there ever was; the newest are among what waits."""
    buffer = Buffer(tmp_path, 1_000_000)
    for number in range(3000):
        buffer.add(
            [f"load value={number} {number * 10 + each}" + "0" * 60 for each in range(10)], NOW
        )

    assert sum(each.stat().st_size for each in tmp_path.iterdir()) <= 1_000_000
    assert buffer.waiting + buffer.dropped == 30_000
    assert buffer.dropped > 0
    left = waiting(buffer)
    assert len(left) == 30_000 - buffer.dropped
    assert left[-1].startswith(b"load value=2999 29999")
    assert left[0].startswith(b"load value=%d " % (buffer.dropped // 10))


def test_what_is_being_sent_may_be_dropped_meanwhile(tmp_path: Path) -> None:
    """Its file is gone then, and that it was sent takes nothing else away."""
    buffer = Buffer(tmp_path, 1_000_000)
    buffer.add(["first value=1 1"], NOW)
    sending = buffer.oldest()
    assert sending is not None
    for _ in range(30):
        buffer.add(["x" * 50_000], NOW)

    before = buffer.waiting
    buffer.done(sending)

    assert sending.is_dropped
    assert buffer.waiting == before


def test_a_restart_finds_what_waits(tmp_path: Path) -> None:
    """New lines come after it."""
    first = Buffer(tmp_path, 8_000_000)
    first.add(["one value=1 1", "two value=2 2"], NOW)

    again = Buffer(tmp_path, 8_000_000)
    again.add(["three value=3 3"], NOW)

    assert again.waiting == 3
    assert waiting(again) == [b"one value=1 1", b"two value=2 2", b"three value=3 3"]


@pytest.mark.parametrize("torn", [b"tw", b"two value=2", b"\0\0\0", b"\0\0\n\0"])
def test_a_torn_end_is_left_out(tmp_path: Path, torn: bytes) -> None:
    """Of what a crash cut off only the last line is lost."""
    buffer = Buffer(tmp_path, 8_000_000)
    buffer.add(["one value=1 1"], NOW)
    (file,) = tmp_path.iterdir()
    with file.open("ab") as end:
        end.write(torn)

    again = Buffer(tmp_path, 8_000_000)

    assert again.waiting == 1
    again.add(["three value=3 3"], NOW)
    assert waiting(again) == [b"one value=1 1", b"three value=3 3"]


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    """The error is the system's own."""
    (tmp_path / "file").write_text("")

    with pytest.raises(OSError, match=r"Not a directory|File exists"):
        Buffer(tmp_path / "file" / "folder", 1_000_000)
