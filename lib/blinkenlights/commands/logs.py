"""What daemons log, to stderr: with a priority for the journal, else with the time."""

import logging
import os
import sys

from blinkenlights.commands.terminal import printable

_PRIORITIES = {
    logging.DEBUG: 7,
    logging.INFO: 6,
    logging.WARNING: 4,
    logging.ERROR: 3,
    logging.CRITICAL: 2,
}


class JournalLines(logging.Formatter):
    """`<4>message`, as systemd wants it; see sd-daemon(3)."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record, each line with its priority."""
        prefix = f"<{_PRIORITIES.get(record.levelno, 6)}>"
        return "\n".join(prefix + printable(line) for line in super().format(record).split("\n"))


class TimedLines(logging.Formatter):
    """`2011-06-29 15:03:23 warning: message`, in local time."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s: %(message)s", "%Y-%m-%d %H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        """Return the record, printable."""
        record.levelname = record.levelname.lower()
        return "\n".join(map(printable, super().format(record).split("\n")))


def log_to_stderr() -> None:
    """Send what the daemons log to stderr."""
    handler = logging.StreamHandler()
    handler.setFormatter(JournalLines() if _is_journal() else TimedLines())
    logger = logging.getLogger("blinkenlights")
    logger.handlers = [handler]
    logger.setLevel(logging.INFO)
    logger.propagate = False


def _is_journal() -> bool:
    """Return whether stderr is the stream that systemd announces as `device:inode`."""
    try:
        stream = os.fstat(sys.stderr.fileno())
    except (OSError, ValueError):
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{stream.st_dev}:{stream.st_ino}"
