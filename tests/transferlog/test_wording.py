"""A transfer in one line."""

import json

import pytest

from blinkenlights.kinds.fact import Rejected
from blinkenlights.kinds.transfer.decode import parse
from blinkenlights.kinds.transfer.fact import Transfer
from blinkenlights.transferlog.wording import in_json, in_one_line
from transferlog.reports import TOPIC
from transferlog.test_matching import BAD, BEGUN, GOOD


@pytest.mark.parametrize(
    ("fact", "line"),
    [
        pytest.param(
            GOOD,
            "2016-03-28 13:02:40.000Z 201 metpx > boule.example.com   6.3 KB    0.25 s "
            "observations/swob-ml/CWRM-swob.xml  flow exp13",
            id="good",
        ),
        pytest.param(
            BAD._replace(flow="", duration=None, message="timed out", size=0),
            "2016-03-28 13:02:40.000Z 499 4 > boule.example.com         0 B         - "
            "-  (download failed: timed out)",
            id="bad",
        ),
        pytest.param(
            BEGUN,
            "2016-03-28 13:02:40.000Z ... metpx > boule               begun           "
            "observations/CWRM-swob.xml",
            id="begun",
        ),
    ],
)
def test_a_line_for_people(fact: Transfer, line: str) -> None:
    """Time, code, source > client, bytes, duration, name; what failed says why; then the topic."""
    assert in_one_line(fact, None, colour=False) == line
    assert in_one_line(fact, TOPIC, colour=False) == f"{line}  {TOPIC}"


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KB"),
        (55_024_600, "52.5 MB"),
        (999 * 1024**3, "999.0 GB"),
        (1000 * 1024**3, "1.0 TB"),
        (2**62, "4.0 EB"),
        (2**80, "1048576.0 EB"),
    ],
)
def test_sizes(size: int, words: str) -> None:
    """Bytes are in the unit that leaves at most three digits before the point."""
    assert f" {words} " in in_one_line(GOOD._replace(size=size), None, colour=False)


def test_colour() -> None:
    """What failed is red, and the topic stands back."""
    bad = in_one_line(BAD, TOPIC, colour=True)
    good = in_one_line(GOOD, TOPIC, colour=True)

    assert bad.startswith("\x1b[31m2016")
    assert good.startswith("2016")
    assert good.endswith(f"  \x1b[2m{TOPIC}\x1b[0m")


def test_nothing_from_outside_reaches_the_terminal() -> None:
    """Whatever a topic holds is shown as an escape."""
    line = in_one_line(GOOD, "v02.\x1b[31m\r\n\u202e", colour=False)

    assert line.endswith(r"v02.\x1b[31m\r\n\u202e")


def test_json_can_be_sent_again() -> None:
    """The keys are those of reports in JSON, so that a program can read or send them."""
    text = in_json(GOOD, TOPIC)

    found = parse(text.encode())
    assert not isinstance(found, Rejected)
    assert found == GOOD
    assert json.loads(text)["topic"] == TOPIC
    assert "\n" not in text
    assert "topic" not in in_json(GOOD, None)


def test_json_of_what_has_begun_can_be_sent_again() -> None:
    """It says that it has begun, and where."""
    assert parse(in_json(BEGUN, None).encode()) == BEGUN
