"""What operators do with a command is an annotation: later on somebody asks why a curve ended."""

import os
import pwd
import sys
from collections.abc import Mapping, Sequence
from uuid import uuid4

from blinkenlights.clock import wall_clock
from blinkenlights.commands.terminal import printable
from blinkenlights.errors import StoreError
from blinkenlights.masking import masked
from blinkenlights.plugin.words import listing
from blinkenlights.store.annotations import Annotation, annotate
from blinkenlights.store.client import StoreClient

NAMED = 5
"""Names in one annotation; of more, how many there are."""
NAME_CHARACTERS = 100


def annotation(
    moment: float,
    text: str,
    *,
    title: str = "",
    tags: Mapping[str, str] | None = None,
    by: str = "",
) -> Annotation:
    """Return an annotation as it is kept, without secrets."""
    return Annotation(
        time=round(moment, 6),
        text=masked(text),
        title=title,
        tags=dict(tags or {}),
        by=by,
        id=uuid4().hex[:16],
    )


def writer() -> str:
    """Return who runs this; their number where the machine has no name for them."""
    # Who became root by sudo is known by their own name.
    user = os.environ.get("SUDO_USER", "")
    if user and os.geteuid() == 0:
        return user
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


async def note(store: StoreClient, command: str, names: Sequence[str], beside: str = "") -> None:
    """Note what a command did to some. That it cannot be noted undoes nothing, and is said.

    Args:
        store: Where.
        command: What was done: `expect`.
        names: To whom; nothing is noted when to nobody.
        beside: What is to be said further.
    """
    if not names:
        return
    text = listing([each[:NAME_CHARACTERS] for each in names], NAMED)
    made = annotation(wall_clock(), text + beside, title=command, by=writer())
    try:
        await annotate(store, made)
    except StoreError as error:
        sys.stderr.write(f"blinkenlights: done, and not noted: {printable(str(error))}\n")
