"""Signals that come by HTTP: a source like the sockets of a collector, answered when stored."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from blinkenlights.collector.decoding import Decoding
from blinkenlights.collector.line_kinds import line_decoder
from blinkenlights.collector.live_source import LiveSource
from blinkenlights.collector.source_context import SourceContext
from blinkenlights.kinds.fact import Rejected, Skipped
from blinkenlights.kinds.signal import Decode, Decoded, Properties
from blinkenlights.web.posting import PostedLine, Posting, Stored, settle_posted
from blinkenlights.web.problems import NO_STORE, Unavailable, why_no_store

STORED_SECONDS = 10.0
"""How long a sender waits for the store."""
_ONLY_SOURCE = "only_source"


def posted_decoder(decoding: Decoding) -> Decode:
    """Return what decodes a posted line, unless its sender may not say what it says."""
    by_its_kind = line_decoder(decoding.decoders)

    def decode(
        line: bytes,
        kind: str,
        posted: Properties | None,
        receipt: float | None,
        _exchange: str,
    ) -> Decoded:
        of_kind = by_its_kind
        if kind and isinstance(posted, PostedLine):
            of_kind = decoding.formats[kind, posted.form]
        fact = of_kind(line, "", None, receipt, "")
        if isinstance(fact, Skipped) and isinstance(posted, PostedLine):
            posted.is_skipped = True
        only = posted.headers.get(_ONLY_SOURCE) if posted and posted.headers else None
        if only is None or isinstance(fact, Rejected | Skipped):
            return fact
        # Facts that are one source's say whose; others are about more than any source may say.
        if getattr(fact, "source", None) == only:
            return fact
        return Rejected("not yours", f"this token is for transfers of the source {only!r} only")

    return decode


class PostSource(LiveSource):
    """A source that takes what is posted, until closed.

    Args:
        context: What all sources share.
        watermarks: How far each source was ever stored, by its id.
    """

    transport = "http"
    _error = "not taking anything yet"

    def __init__(self, context: SourceContext, watermarks: Mapping[str, float]) -> None:
        address = f"http on {context.settings.name}"
        super().__init__(address, context, watermarks, posted_decoder(context.decoding))
        self._intake.settle = settle_posted

    async def post(
        self,
        lines: Sequence[bytes],
        kind: str,
        *,
        form: str = "",
        again: bool,
        token: str,
        only_source: str | None,
    ) -> Stored:
        """Return what became of lines, when they are in the store; raises Unavailable.

        Args:
            lines: One signal each.
            kind: Theirs; empty where each names its own.
            form: Their form, where it is not the kind's own.
            again: They may have been posted before.
            token: The name of the token that they came with.
            only_source: The one source of transfers that they may be about.
        """
        if self._closing.is_set():
            raise Unavailable(5, "the server ends; nothing was taken")
        if self._intake.in_hand and len(lines) > self._most - self._intake.in_hand:
            raise Unavailable(1, "the store does not take what was sent before; nothing was taken")
        if not lines:
            return Stored(0, 0, 0, [])
        posting = Posting(len(lines))
        about = {} if only_source is None else {_ONLY_SOURCE: only_source}
        for number, line in enumerate(lines, start=1):
            posted = PostedLine(posting, number, kind, about, form=form, again=again, sender=token)
            self._intake.add((line, posted, posted))
        try:
            async with asyncio.timeout(STORED_SECONDS):
                return await posting.stored()
        except TimeoutError:
            trouble = self._context.store.trouble
            why = why_no_store(trouble) if trouble else NO_STORE
            raise Unavailable(
                5, f"{why}; what was sent may still be stored, so send it with again=true"
            ) from None

    async def _take_until_closed(self) -> None:
        with self._taking():
            await self._watch()


class AwaitedPostSource:
    """Makes the source when a collector asks for it; meanwhile handlers wait for it."""

    def __init__(self) -> None:
        self._source: PostSource | None = None
        self._opened = asyncio.Event()

    def open(self, context: SourceContext, watermarks: Mapping[str, float]) -> PostSource:
        """Return a new source, which takes what is posted from now on."""
        self._source = PostSource(context, watermarks)
        self._opened.set()
        return self._source

    async def source(self, why_not: Callable[[], Awaitable[str]]) -> PostSource:
        """Return the source, when the store has answered once; raises Unavailable.

        `why_not` is asked what is the matter with the store when it has not.
        """
        try:
            async with asyncio.timeout(STORED_SECONDS):
                await self._opened.wait()
        except TimeoutError:
            pass
        if self._source is None:
            raise Unavailable(5, f"{await why_not() or NO_STORE}; nothing was taken")
        return self._source
