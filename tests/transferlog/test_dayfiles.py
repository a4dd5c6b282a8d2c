"""Daily files: whole lines, found again after a crash, compressed when their day is over."""

import gzip
import os
import subprocess
from pathlib import Path

import pytest

from blinkenlights.errors import UsageError
from blinkenlights.transferlog.compression import compress
from blinkenlights.transferlog.dayfiles import DayFiles, Position

MONDAY = 1459166560.0
"""2016-03-28 12:02:40 UTC."""
DAY = 86400
FILE = "2016-03-28.log"


def line(text: str) -> bytes:
    """Return a line whose message is `text`."""
    return "\t".join([*"123456789", "topic", "{}", text]).encode() + b"\n"


def message(text: str) -> bytes:
    """Return what tells that line from others."""
    return b"topic\t{}\t" + text.encode()


def test_a_line_is_in_the_file_of_its_day(tmp_path: Path) -> None:
    """The day is that of UTC, and turning to it says when it is another."""
    with DayFiles(tmp_path) as files:
        turned = [files.turn_to(MONDAY), files.turn_to(MONDAY + 1)]
        files.append(line("a"))
        turned.append(files.turn_to(MONDAY + DAY))
        files.append(line("b"))

        assert turned == [True, False, True]
        assert files.position == Position("2016-03-29.log", len(line("b")))
        assert (tmp_path / FILE).read_bytes() == line("a")
        assert [path.name for path in files.finished()] == [FILE]


def test_files_are_not_for_everybody(tmp_path: Path) -> None:
    """Others than owner and group cannot read who fetched what."""
    with DayFiles(tmp_path / "logs") as files:
        files.turn_to(MONDAY)

    assert (tmp_path / "logs" / FILE).stat().st_mode & 0o007 == 0
    assert (tmp_path / "logs").stat().st_mode & 0o007 == 0


def test_a_write_that_failed_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a full disk took of a batch is gone when the batch is written again."""
    with DayFiles(tmp_path) as files:
        files.turn_to(MONDAY)
        files.append(line("a"))
        with monkeypatch.context() as patch:
            patch.setattr(os, "fdatasync", _fail)
            with pytest.raises(OSError, match="No space left"):
                files.append(line("b") + line("c"))

        files.append(line("b") + line("c"))

    assert (tmp_path / FILE).read_bytes() == line("a") + line("b") + line("c")


def _fail(_file: int) -> None:
    raise OSError(28, "No space left on device")


def test_a_file_that_was_removed_is_made_anew(tmp_path: Path) -> None:
    """What comes after somebody has removed or renamed the file is not written into nowhere."""
    with DayFiles(tmp_path) as files:
        files.turn_to(MONDAY)
        files.append(line("a"))
        (tmp_path / FILE).unlink()

        turned = files.turn_to(MONDAY)
        files.append(line("b"))

    assert turned
    assert (tmp_path / FILE).read_bytes() == line("b")


def test_what_is_behind_a_position(tmp_path: Path) -> None:
    """Lines behind it are counted by what is in them, whenever they came."""
    with DayFiles(tmp_path) as files:
        files.turn_to(MONDAY)
        files.append(line("a"))
        position = files.position
        files.append(line("b") + line("c") + line("b"))

        written = files.written_after(position)

    assert written.lines == {message("b"): 2, message("c"): 1}
    assert written.end == Position(FILE, 4 * len(line("a")))


@pytest.mark.parametrize(
    "damage", [b"2016-03-28T12", line("d")[:-1], b"\0" * 5000, b"\0\0\0\n" + line("e")]
)
def test_what_a_crash_left_is_cut_off(damage: bytes, tmp_path: Path) -> None:
    """Half a line, or a part of the disk where nothing was written yet, is not kept."""
    whole = line("a") + line("b")
    (tmp_path / FILE).write_bytes(whole + damage)

    with DayFiles(tmp_path) as files:
        written = files.written_after(Position(FILE, len(line("a"))))

    assert (tmp_path / FILE).read_bytes() == whole
    assert written == ({message("b"): 1}, Position(FILE, len(whole)))


@pytest.mark.parametrize(
    "position", [None, Position("2016-03-20.log", 5), Position(FILE, 10**9), Position("../x", 0)]
)
def test_without_a_position_the_last_lines_count(
    position: Position | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When nobody knows how far we were, the newest lines are looked at, up to a bound."""
    monkeypatch.setattr("blinkenlights.transferlog.dayfiles.REMEMBERED", 2 * len(line("a")) + 3)
    (tmp_path / "2016-03-27.log").write_bytes(line("old"))
    (tmp_path / FILE).write_bytes(line("a") + line("b") + line("c"))

    with DayFiles(tmp_path) as files:
        written = files.written_after(position)

    assert written == ({message("b"): 1, message("c"): 1}, Position(FILE, 3 * len(line("a"))))


def test_other_files_are_not_ours(tmp_path: Path) -> None:
    """In a folder with other logs nothing else is read, cut or compressed."""
    (tmp_path / "syslog.log").write_bytes(b"half a line")

    with DayFiles(tmp_path) as files:
        written = files.written_after(None)
        files.turn_to(MONDAY)

        assert files.finished() == []
        assert written.lines == {}
    assert (tmp_path / "syslog.log").read_bytes() == b"half a line"


def test_a_folder_has_one_writer(tmp_path: Path) -> None:
    """A second one is told so; when the first is gone, it can."""
    with DayFiles(tmp_path), pytest.raises(UsageError, match="another process captures into"):
        DayFiles(tmp_path)

    with DayFiles(tmp_path):
        pass


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """It says what cannot be written, and why."""
    (tmp_path / "file").touch()

    with pytest.raises(UsageError, match="file/logs cannot be written: Not a directory"):
        DayFiles(tmp_path / "file" / "logs")


def test_a_compressed_file_is_the_same(tmp_path: Path) -> None:
    """Analysts find in it what was written; its rights and its time stay."""
    path = tmp_path / FILE
    path.write_bytes(line("a") * 10_000)
    path.chmod(0o640)
    os.utime(path, (MONDAY, MONDAY))

    done = compress(path)

    packed = tmp_path / f"{FILE}.gz"
    assert done
    assert [each.name for each in tmp_path.iterdir()] == [packed.name]
    assert gzip.decompress(packed.read_bytes()) == line("a") * 10_000
    assert (packed.stat().st_mode & 0o777, packed.stat().st_mtime) == (0o640, MONDAY)
    found = subprocess.run(["zgrep", "-c", "topic", str(packed)], capture_output=True, check=True)
    assert found.stdout == b"10000\n"


def test_compressing_goes_on_after_a_crash(tmp_path: Path) -> None:
    """Whether it came before or after the new file had its name, nothing is lost or doubled."""
    path = tmp_path / FILE
    packed, part = tmp_path / f"{FILE}.gz", tmp_path / f"{FILE}.gz.part"
    path.write_bytes(line("a"))
    part.write_bytes(b"half")
    compress(path)
    path.write_bytes(line("a"))

    compress(path)

    assert [each.name for each in tmp_path.iterdir()] == [packed.name]
    assert gzip.decompress(packed.read_bytes()) == line("a")


def test_a_day_that_was_begun_anew(tmp_path: Path) -> None:
    """After a clock went back over midnight, the compressed file has both parts."""
    path = tmp_path / FILE
    for text in ("a", "b", "c"):
        path.write_bytes(line(text))
        compress(path)

    assert gzip.decompress((tmp_path / f"{FILE}.gz").read_bytes()) == (
        line("a") + line("b") + line("c")
    )


def test_compressing_can_be_stopped(tmp_path: Path) -> None:
    """The file then stays as it was, and nothing else is left."""
    path = tmp_path / FILE
    path.write_bytes(line("a"))

    done = compress(path, lambda: True)

    assert not done
    assert [each.name for each in tmp_path.iterdir()] == [FILE]
