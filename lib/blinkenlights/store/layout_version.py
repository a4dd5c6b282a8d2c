"""Whether a store has the layout that this program knows. Standard library only, for the checks.

A program that read another layout by its own would find nobody, or not everybody, and call that OK.
"""

from blinkenlights.errors import StoreAnswer, StoreLayout
from blinkenlights.store import layout

FIRST = 1
"""The layout of a store that does not say, as 0.1.0 left it."""


def refuse_another_layout(found: str | bytes | None, born: str | bytes | None, store: str) -> None:
    """Raise StoreLayout when a store has another layout than this program, and says or implies it.

    Args:
        found: What the store has at `layout.VERSION`.
        born: What it has at `layout.BORN`. A store without both is new.
        store: Its name for people.
    """
    if found is None and born is None:
        return
    try:
        # A number or a list in place of a text is the answer of something else.
        version = FIRST if found is None else int(found.strip())
    except (AttributeError, ValueError) as error:
        raise StoreAnswer(
            f"{store}: {layout.VERSION} cannot be read; it holds something that is not ours"
        ) from error
    if version == layout.LAYOUT:
        return
    ours = layout.LAYOUT
    advice = f"older than ours, {ours}: update its collectors, see Update in docs/operating.md"
    if version > ours:
        advice = f"newer than ours, {ours}: update this program"
    what = f"has layout {version}, {advice}"
    raise StoreLayout(f"{store} {what}", what)
