"""What happened at a moment, for whoever looks at curves: `deployed 1.4`."""

from collections.abc import Mapping

import msgspec
from msgspec import Struct

from blinkenlights.globs import matcher
from blinkenlights.store import layout
from blinkenlights.store.client import StoreClient
from blinkenlights.store.reader import StoreReader


class Annotation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One of them."""

    time: float
    """When it was, seconds since the epoch."""
    text: str
    title: str = ""
    """What sort it is, such as the command that was used; mostly empty."""
    tags: dict[str, str] = {}
    by: str = ""
    """Who wrote it, as their machine calls them."""
    id: str = ""
    """Nobody else's."""
    match: dict[str, str] = {}
    """What it is about, as a silence has it: `subject`, `thing`, tags, words of alerts. Empty for
    everything."""
    things: list[tuple[str, str]] = []
    """Subject and name of the things with an alert that matched when it was written. What words of
    alerts are about, such as `rule`, cannot be told of a thing alone."""

    def is_about(self, subject: str, name: str, tags: Mapping[str, str]) -> bool:
        """Return whether it has to do with a thing.

        It has nothing to do with one that has another value of one of its tags.
        """
        if any(tags.get(key, value) != value for key, value in self.tags.items()):
            return False
        if not self.match or (subject, name) in self.things:
            return True
        own = {**tags, "subject": subject, "thing": name}
        return all(
            key in own and (own[key] == glob or matcher([glob])(own[key]))
            for key, glob in self.match.items()
        )


_json = msgspec.json.Encoder().encode


async def annotate(store: StoreClient, annotation: Annotation) -> None:
    """Keep an annotation; the oldest written of more than are kept goes. Raises a StoreError."""
    pipe = store.redis.pipeline(transaction=False)
    pipe.lpush(layout.ANNOTATIONS, _json(annotation))
    pipe.ltrim(layout.ANNOTATIONS, 0, layout.ANNOTATIONS_KEPT - 1)
    await store.ask(pipe.execute())


async def written_after(store: StoreClient, newest: str) -> tuple[list[Annotation], str]:
    """Return what was written after another, oldest first, and the newest of all.

    All of them, when that other one is not kept any more.

    Args:
        store: Where they are.
        newest: What this gave the last time; empty at first.

    Raises:
        StoreError: They cannot be read now.
    """
    first = await store.ask(store.redis.lrange(layout.ANNOTATIONS, 0, 0))
    if not first or _text(first[0]) == newest:
        return [], newest
    texts = list(map(_text, await store.ask(store.redis.lrange(layout.ANNOTATIONS, 0, -1))))
    if not texts:
        return [], newest
    end = texts.index(newest) if newest in texts else len(texts)
    return _readable(texts[:end])[::-1], texts[0]


def annotations(store: StoreReader) -> list[Annotation]:
    """Return all that are kept, the latest first; raises a StoreError."""
    [texts] = store.ask(("LRANGE", layout.ANNOTATIONS, 0, -1))
    return sorted(_readable(texts), key=lambda each: -each.time)


def _text(kept: str | bytes) -> str:
    return kept if isinstance(kept, str) else kept.decode(errors="replace")


def _readable(texts: list[str]) -> list[Annotation]:
    found = []
    for text in texts:
        try:
            found.append(msgspec.json.decode(text, type=Annotation))
        except msgspec.MsgspecError:
            # Of another version, or somebody else's: the others are to be seen all the same.
            continue
    return found
