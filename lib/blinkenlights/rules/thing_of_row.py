"""From the row that a kind has of a thing to the thing as rules see it. Pure.

Three reasons for which nothing new can be said of a thing are kept apart: nobody could hear it
(doubt), somebody listened and nothing came (missing), and somebody has ended it on purpose.
"""

from blinkenlights.kinds.measured import Measured
from blinkenlights.kinds.rows import Row
from blinkenlights.kinds.subject import InRules, Subject
from blinkenlights.rules.thing import Thing

UNKNOWN = "nothing is known of it"
_DECLARED = "expected"
"""The state of what was declared and never seen, in each kind that has such."""


def unknown(subject: Subject, name: str, doubt: str = "") -> Thing:
    """Return what there is to say of a thing of which nothing is known.

    Args:
        subject: Its subject.
        name: Its name.
        doubt: Why nobody may have heard it yet; empty when somebody would have.
    """
    return Thing(
        subject=subject.name,
        name=name,
        state="unknown",
        status="UNKNOWN",
        sentence=UNKNOWN,
        age=None,
        since=None,
        facts={},
        tags=in_rules_of(subject).tags(name, {}),
        doubt=doubt,
        missing=UNKNOWN,
        is_known=False,
    )


def thing_of_row(
    subject: Subject, row: Row, measured: Measured | None, unknown_for: float
) -> Thing:
    """Return what there is to say of a thing that has a row, with its numbers.

    Args:
        subject: Its subject.
        row: As its kind has it.
        measured: Its numbers; None where none are wanted.
        unknown_for: Seconds up to now of which not everything is stored yet.
    """
    of = in_rules_of(subject)
    is_declared = row.state == _DECLARED
    is_doubtful = row.state in of.doubtful or (is_declared and row.status in ("OK", "UNKNOWN"))
    is_missing = not is_doubtful and (is_declared or row.state in of.missing)
    is_heard = measured is not None and not is_doubtful and not is_missing
    return Thing(
        subject=subject.name,
        name=row.name,
        state=row.state,
        status=row.status,
        sentence=row.sentence,
        age=None if row.age is None else max(0.0, row.age - unknown_for),
        since=row.since,
        facts=row.facts,
        numbers=measured.numbers if measured and is_heard else {},
        tags=of.tags(row.name, row.facts),
        doubt=row.sentence if is_doubtful else "",
        missing=row.sentence if is_missing else "",
        unsure=measured.unsure if measured and is_heard else "",
        words=measured.words if measured and is_heard else {},
        ended=row.sentence if row.state in of.ended else "",
    )


def in_rules_of(subject: Subject) -> InRules:
    """Return how rules speak of a subject; raises KeyError where they do not."""
    if subject.in_rules is None:
        raise KeyError(subject.name)
    return subject.in_rules
