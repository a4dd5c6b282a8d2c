"""Which reports of workers a scheduler heeds. Pure.

The broker lets the user of a worker publish with the keys of its own location alone. So the key
says where a report comes from, and what the report says itself has to agree.
"""

import msgspec

from blinkenlights.config_keys.words import check_location
from blinkenlights.probing.jobs import routes
from blinkenlights.probing.jobs.messages import WorkReport, decode_report

MOST_BYTES = 16 * 1024 * 1024
"""Of a report: about what a worker tells that had 20,000 jobs while the broker was away."""


class Unheeded(Exception):  # noqa: N818 - it says the outcome
    """A report is not taken; says why."""


def heeded(body: bytes, key: str) -> WorkReport:
    """Return a report that came with a routing key; raises Unheeded."""
    if len(body) > MOST_BYTES:
        raise Unheeded(f"it has {len(body):,} bytes, {MOST_BYTES:,} at most")
    try:
        report = decode_report(body)
        check_location(report.location)
        check_location(report.worker)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Unheeded(f"it cannot be read ({error}); is the worker of this version?") from None
    except ValueError as error:
        raise Unheeded(f"a name in it {error}") from None
    if key != routes.report_key(report.location):
        raise Unheeded(
            f"it speaks for location {report.location}; a worker publishes with the key of its own"
        )
    return report
