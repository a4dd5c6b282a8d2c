"""What daemons log: with the time for people, with a priority for the journal."""

import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from blinkenlights.commands.logs import log_to_stderr

log = logging.getLogger("blinkenlights.collector")


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    logger = logging.getLogger("blinkenlights")
    before = logger.handlers, logger.level, logger.propagate
    yield
    logger.handlers, logger.level, logger.propagate = before


def test_lines_for_people(capfd: pytest.CaptureFixture[str]) -> None:
    """Each line has time and level, and what came from outside is printable."""
    log_to_stderr()

    log.warning("lost %s", "a\x1b[2J")

    assert re.fullmatch(
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d warning: lost a\\x1b\[2J\n", capfd.readouterr().err
    )


def test_lines_for_the_journal(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """When stderr is the journal's stream, each line begins with its priority and has no time."""
    stream = os.fstat(2)
    monkeypatch.setenv("JOURNAL_STREAM", f"{stream.st_dev}:{stream.st_ino}")
    log_to_stderr()

    log.info("one")
    log.error("two\nthree")

    assert capfd.readouterr().err == "<6>one\n<3>two\n<3>three\n"


def test_a_journal_that_is_not_ours(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A variable left over from another service does not make a file a journal."""
    stream = tmp_path.stat()
    monkeypatch.setenv("JOURNAL_STREAM", f"{stream.st_dev}:{stream.st_ino}")
    log_to_stderr()

    log.info("one")

    assert capfd.readouterr().err.endswith("info: one\n")
