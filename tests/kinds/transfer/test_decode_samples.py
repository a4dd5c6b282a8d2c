"""Real messages, where a folder with samples is at hand: SAMPLES_FOLDER names it."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from blinkenlights.kinds.fact import Skipped
from blinkenlights.kinds.transfer.decode import parse
from blinkenlights.kinds.transfer.fact import Transfer

FOLDER = Path(os.environ["SAMPLES_FOLDER"]) / "sarracenia"
FIELDS = 7


def reports() -> list[tuple[datetime, Transfer]]:
    """Return when each report was logged, by a clock of an unknown zone, and what it says."""
    found = []
    for line in (FOLDER / "report_log_lines.txt").read_text().splitlines():
        head, _, message = line.partition(" : ")
        key, *words = message.split(" ")
        headers = dict(word.split("=", 1) for word in words[FIELDS:])
        report = parse(" ".join(words[:FIELDS]).encode(), key, headers=headers)
        assert isinstance(report, Transfer), report
        logged = datetime.strptime(head[:23], "%Y-%m-%d %H:%M:%S,%f").replace(tzinfo=UTC)
        found.append((logged, report))
    return found


def test_real_reports() -> None:
    """Every report is read, and the two names of one form alike."""
    found = [report for _, report in reports()]

    assert len(found) == 24
    assert {report.client for report in found} == {"guest", "dms", "anonymous"}
    assert {report.source for report in found} == {"guest", "metpx"}
    assert {report.code for report in found} == {201}
    assert {report.message for report in found} == {"Downloaded", "Published"}
    assert max(report.size for report in found) == 55024600
    assert min(report.duration or 0 for report in found) == -0.736602


def test_when_real_transfers_were_over() -> None:
    """Time of the post plus duration is when it was logged, to a second and the zone."""
    for logged, report in reports():
        hours, rest = divmod(logged.timestamp() - report.event + 1800, 3600)

        assert abs(rest - 1800) < 0.6
        assert -6 <= hours <= 0


def test_real_posts() -> None:
    """A post is no report, whatever it holds."""
    lines = (FOLDER / "v03_posts_published.jsonl").read_bytes().splitlines()

    assert len(lines) == 38
    assert {parse(line, json.loads(line)["topic"]) for line in lines} == {Skipped("post")}
    assert {parse(line) for line in lines} == {Skipped("post")}
