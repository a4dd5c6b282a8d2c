"""`blinkenlights expected replay`: a file in, scores and the band out."""

import csv
import io
import re
from pathlib import Path

import pytest

from blinkenlights.expected.detector import Detector
from commands.calling import Command
from expected.series import rows

HEADER = "timestamp,value,anomaly_score,expected_low,expected_high"


def written(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def series(tmp_path: Path) -> Path:
    """Give a file with four days and a surge at their end."""
    lines = [f"{moment:.0f},{value:.0f}" for moment, value in rows(4)]
    last = float(lines[-1].split(",", maxsplit=1)[0])
    return written(tmp_path / "series.csv", "timestamp,value", *lines, f"{last + 300:.0f},2000")


def test_each_row_gets_a_score_and_a_band(command: Command, series: Path) -> None:
    """The output has a line for each row, as the file wrote it, and the surge is an alarm."""
    outcome = command("expected", "replay", series)

    lines = list(csv.DictReader(io.StringIO(outcome.out)))
    assert outcome.code == 0
    assert outcome.out.startswith(HEADER + "\n")
    assert len(lines) == 4 * 288 + 1
    assert float(lines[-1]["anomaly_score"]) >= 0.5
    assert float(lines[-2]["anomaly_score"]) < 0.5
    assert 0 < float(lines[-2]["expected_low"]) < float(lines[-2]["expected_high"]) < 2000


def test_it_finds_what_the_detector_finds(command: Command, series: Path) -> None:
    """A row is judged by those before it alone."""
    scores = [
        float(line["anomaly_score"])
        for line in csv.DictReader(io.StringIO(command("expected", "replay", series).out))
    ]

    detector = Detector()
    found = [detector.update(moment, value).score for moment, value in rows(4)]
    assert scores[:-1] == pytest.approx(found, abs=1e-5)


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(("2026-01-05 00:00:00,5", "2026-01-05 00:05:00,6"), id="no header"),
        pytest.param(("timestamp,value", "1767571200,5", "1767571500,6"), id="epoch"),
        pytest.param(("value,name,timestamp", "5,a,1767571200", "6,b,1767571500"), id="columns"),
        pytest.param(("2026-01-05T00:00:00Z,5", "", "2026-01-05T01:05:00+01:00,6"), id="zones"),
        pytest.param(("time,count", "2026-01-05 00:00:00,5", "1767571500,6.0"), id="other names"),
    ],
)
def test_forms_of_files(command: Command, tmp_path: Path, lines: tuple[str, ...]) -> None:
    """Names of columns are optional, and times are ISO 8601 or seconds since the epoch."""
    outcome = command("expected", "replay", written(tmp_path / "a.csv", *lines))

    assert outcome.err == ""
    assert len(outcome.out.splitlines()) == 3


@pytest.mark.parametrize("nothing", ["", "NaN", "null"])
def test_a_missing_value_is_a_gap(command: Command, tmp_path: Path, nothing: str) -> None:
    """It scores nothing, and is not taken for zero."""
    file = written(tmp_path / "a.csv", "1767571200,5", f"1767571500,{nothing}")

    assert (
        command("expected", "replay", file)
        .out.splitlines()[2]
        .startswith(f"1767571500,{nothing},0,")
    )


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        pytest.param("1767571500,much", "line 3: 'much' is not a number", id="word"),
        pytest.param("1767571500,inf", "line 3: 'inf' is not a finite number", id="infinite"),
        pytest.param("yesterday,5", "line 3: 'yesterday' is no time", id="no time"),
        pytest.param("2026-13-45,5", "line 3: '2026-13-45' is no time", id="no date"),
        pytest.param("1e300,5", "line 3: '1e300' is no time", id="beyond calendars"),
        pytest.param("1767571500", "line 3: 1 cells, but timestamp and value", id="one cell"),
    ],
)
def test_a_bad_line_is_named(command: Command, tmp_path: Path, line: str, sentence: str) -> None:
    """File, line and what is wrong; and nothing is printed."""
    file = written(tmp_path / "a.csv", "timestamp,value", "1767571200,5", line)

    outcome = command("expected", "replay", file)

    assert outcome.code == 2
    assert f"{file}, {sentence}" in outcome.err
    assert outcome.out == ""


def test_what_cannot_be_read_is_said(command: Command, tmp_path: Path) -> None:
    """A file that is not there, one that is empty, one that is no text, and other columns."""
    binary = tmp_path / "b.csv"
    binary.write_bytes(b"\xff\xfe\x00")

    assert "cannot be read: No such file" in command("expected", "replay", tmp_path / "no.csv").err
    assert "has no rows" in command("expected", "replay", written(tmp_path / "a.csv")).err
    assert "is not text in UTF-8" in command("expected", "replay", binary).err
    columns = written(tmp_path / "c.csv", "at,who,how", "1,2,3")
    assert "columns timestamp and value are needed" in command("expected", "replay", columns).err


def test_times_without_a_zone_are_in_the_one_given(command: Command, tmp_path: Path) -> None:
    """The hour that comes twice in autumn counts twice."""
    stamps = ["01:30", "02:00", "02:30", "02:00", "02:30", "03:00"]
    file = written(tmp_path / "a.csv", *(f"2026-10-25 {stamp}:00,5" for stamp in stamps))

    outcome = command("expected", "replay", file, "--zone", "Europe/Berlin")

    assert outcome.code == 0
    assert len(outcome.out.splitlines()) == 7
    assert command("expected", "replay", file, "--zone", "Mars").code == 2


def test_an_excluded_time_neither_teaches_nor_alarms(command: Command, series: Path) -> None:
    """The surge at the end is in a maintenance."""
    outcome = command("expected", "replay", series, "--exclude", "2026-01-08T23:30/2026-01-10")

    assert float(outcome.out.splitlines()[-1].split(",")[2]) == 0
    for wrong in ("2026-01-08", "x/y", "2026-01-09/2026-01-08"):
        assert "is no span" in command("expected", "replay", series, "--exclude", wrong).err


def test_it_is_drawn(command: Command, series: Path, tmp_path: Path) -> None:
    """An SVG has the curve, the band and each alarm with its words."""
    picture = tmp_path / "out.svg"

    command("expected", "replay", series, "--plot", picture)

    drawn = picture.read_text()
    assert drawn.count('<circle class="alarm"') == 1
    assert "2000, score 0." in drawn
    assert 'class="band" points="' in drawn


def test_a_number_beyond_all_that_is_counted_is_a_gap(command: Command, tmp_path: Path) -> None:
    """It alarms nobody, and the picture has numbers everywhere."""
    numbers = ("5", "1e308", "-1e308", "6")
    lines = (f"{1767571200 + 300 * place},{each}" for place, each in enumerate(numbers))
    picture = tmp_path / "out.svg"

    outcome = command("expected", "replay", written(tmp_path / "a.csv", *lines), "--plot", picture)

    assert outcome.code == 0
    assert not re.search(r"\b(nan|inf)\b", picture.read_text())


def test_a_cell_without_end_is_named_in_short(command: Command, tmp_path: Path) -> None:
    """A screen is not filled by it."""
    file = written(tmp_path / "a.csv", "1767571200," + "9" * 3000)

    assert len(command("expected", "replay", file).err) < 400 + len(str(file))


def test_a_drawing_says_what_it_needs(
    command: Command, series: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PNG needs a package, which is named; another ending is refused; nothing is replayed first."""
    monkeypatch.setitem(__import__("sys").modules, "cairosvg", None)

    png = command("expected", "replay", series, "--plot", tmp_path / "out.png")

    gif = command("expected", "replay", series, "--plot", tmp_path / "out.gif")
    assert (png.code, png.out, gif.code, gif.out) == (2, "", 2, "")
    assert "needs the Python package cairosvg" in png.err
    assert "has to end in .svg or .png" in gif.err
