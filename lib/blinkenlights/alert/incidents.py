"""What becomes of an incident, and what is said of it, when there is something new.

Pure: the same incident, notices and moment give the same message under the same id. Whoever says it
again, because nobody knows whether it was said, says it of the same incident.
"""

from collections.abc import Iterable, Sequence
from hashlib import blake2b

from msgspec import structs

from blinkenlights.alert.message import Incident, Message
from blinkenlights.alert.notice import ENDS, Notice
from blinkenlights.alert.titles import overview, title, worst
from blinkenlights.kinds.alert.keys import SEPARATOR

_UNACKNOWLEDGED = frozenset((*ENDS, "reminder", "escalated"))
"""After these nobody takes care of it: who does is not reminded, and nobody else is told."""


def tell(
    queue: str,
    incident: Incident | None,
    notices: Sequence[Notice],
    now: float,
    *,
    may_be_repeated: bool = False,
) -> tuple[Message, Incident | None]:
    """Return what is to be said, and what the receiver knows once it was said.

    That is None when nothing fires any more. What began and ended since is told with its end. An
    end is told also where the receiver does not know of the beginning: it may, as what nobody
    answered may have come all the same.

    Args:
        queue: The receiver's address and the group.
        incident: What the receiver knows; None for nothing.
        notices: What is new, oldest first; at least one.
        now: The present.
        may_be_repeated: Whether some of it may have been said before.
    """
    changes = list({each.id: each for each in reversed(notices)}.values())[::-1]
    known = incident or Incident(id=_id(queue, notices[0]), opened=notices[0].at)
    after = after_notices(known, changes)
    worst_first = sorted(
        after.firing.values(),
        key=lambda one: (one.level != "critical", one.since, one.rule, one.thing),
    )
    line = title(changes, worst_first, now)
    message = Message(
        receiver=queue.partition(SEPARATOR)[0].rpartition("@")[0],
        incident=known.id,
        opened=known.opened,
        now=now,
        state="firing" if worst_first else "over",
        level=worst(worst_first or [*known.firing.values(), *changes]),
        title=line,
        overview=overview(worst_first, now) if worst_first else line,
        firing=worst_first,
        changes=changes,
        is_first=incident is None,
        may_be_repeated=may_be_repeated,
        reference=known.reference,
        acknowledged=_acknowledged(after),
    )
    told = structs.replace(after, told=now, times=known.times + 1)
    return message, told if worst_first else None


def after_notices(incident: Incident, notices: Iterable[Notice]) -> Incident:
    """Return an incident after some notices, of which nothing may be left that fires."""
    firing, acknowledged = dict(incident.firing), dict(incident.acknowledged)
    for each in notices:
        if each.what == "acknowledged":
            # It still fires for the reason that was told.
            firing.setdefault(each.episode, each)
            acknowledged[each.episode] = each.why
            continue
        if each.is_end:
            firing.pop(each.episode, None)
        else:
            firing[each.episode] = each
        if each.what in _UNACKNOWLEDGED:
            acknowledged.pop(each.episode, None)
    return structs.replace(incident, firing=firing, acknowledged=acknowledged)


def without_ended(incident: Incident | None, notices: Sequence[Notice]) -> Incident | None:
    """Return an incident less those whose end will never be told; None for nothing left."""
    if incident is None:
        return None
    left = after_notices(incident, [each for each in notices if each.is_end])
    return left if left.firing else None


def to_be_kept(incident: Incident | None, notices: Sequence[Notice]) -> list[Notice]:
    """Return the ends among notices of what the receiver was told of: nobody gives these up."""
    known = incident.firing if incident else {}
    return [each for each in notices if each.is_end and each.episode in known]


def _acknowledged(incident: Incident) -> str:
    """Return who takes care of all that fires; empty while something is left."""
    if not incident.firing or incident.firing.keys() - incident.acknowledged.keys():
        return ""
    return ", ".join(dict.fromkeys(incident.acknowledged[each] for each in incident.firing))


def _id(queue: str, first: Notice) -> str:
    """Return the same for whoever opens the same incident, also after another one died of it."""
    text = f"{queue}{SEPARATOR}{first.id}"
    return blake2b(text.encode(errors="replace"), digest_size=8).hexdigest()
