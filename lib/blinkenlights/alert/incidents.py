"""From what a receiver was told and what is new to what it is told now. Pure."""

from collections.abc import Sequence
from hashlib import blake2b

from msgspec import structs

from blinkenlights.alert.message import Incident, Message
from blinkenlights.alert.notice import Notice
from blinkenlights.alert.titles import title_of, worst_of


def tell(
    queue: str,
    incident: Incident | None,
    notices: Sequence[Notice],
    now: float,
    *,
    may_be_repeated: bool = False,
    acknowledged: str = "",
) -> tuple[Message | None, Incident | None]:
    """Return what is to be said, None for nothing; and what the receiver knows then.

    An end of what nobody was told of says nothing. What began and ended before it could be told is
    told, as over.

    Args:
        queue: The receiver's address and the group.
        incident: What it knows; None for nothing.
        notices: What is new, oldest first.
        now: The present.
        may_be_repeated: Whether somebody may have said this before.
        acknowledged: Who acknowledged it, in words.
    """
    firing = dict(incident.firing) if incident else {}
    changes = []
    for notice in notices:
        if notice.is_end:
            if firing.pop(notice.episode, None) is None:
                continue
        else:
            firing[notice.episode] = notice
        changes.append(notice)
    if not changes:
        return None, incident
    known = incident or Incident(id=_id(queue, notices[0]), opened=notices[0].at)
    after = structs.replace(known, firing=firing, told=now, times=known.times + 1)
    message = Message(
        receiver=queue.partition("\x1f")[0].rpartition("@")[0],
        incident=known.id,
        opened=known.opened,
        now=now,
        state="firing" if firing else "over",
        level=worst_of(list(firing.values()) or changes),
        title=title_of(changes, list(firing.values()), now, is_first=incident is None),
        firing=sorted(firing.values(), key=lambda one: (one.level != "critical", one.since)),
        changes=changes,
        is_first=incident is None,
        may_be_repeated=may_be_repeated,
        reference=known.reference,
        acknowledged=acknowledged,
    )
    return message, after if firing else None


def _id(queue: str, first: Notice) -> str:
    """Return the same for whoever opens the same incident, also after another one died of it."""
    return blake2b(f"{queue}\x1f{first.id}".encode(errors="replace"), digest_size=8).hexdigest()
