"""What reports of transfers, and speedos, say."""

from typing import NamedTuple


class Transfer(NamedTuple):
    """One transfer that is over, well or badly, as its client reported it.

    Names have 1 to 255 bytes, texts at most 512, and all are printable. Times are seconds since
    the epoch, UTC.
    """

    event: float
    """When it was over, by the clock of who reported it. The time of completion if the report has
    one, else the time at which the product was posted plus the duration, else the time of the
    post. Of the last two the sum is never later than the truth: old clients give as duration the
    time since the post, newer ones the time since they began."""
    source: str
    """Who the product is from; `-` when the report does not say."""
    client: str
    """Who fetched or received it: the account that the report names, else its source, because a
    report of sr3 names only the account of its client, and calls it source."""
    code: int
    """200 to 599; `transfer_codes` has the words and says which are good."""
    size: int
    """Bytes; 0 when unknown or when nothing had to be moved."""
    duration: float | None
    """Seconds as reported, None when it does not say. Negative where the clock of the client is
    behind that of the source; what it measures differs from client to client."""
    name: str
    """Path of the file, a text for people; may be empty."""
    flow: str
    """A tag chosen by the source, a text for people; mostly empty."""
    message: str
    """What the client says of the outcome, a text for people; may be empty."""
    node: str = ""
    """The component at work, by the name in its heartbeats, or the host; empty when unknown."""
    id: str = ""
    """With `node` it says which `Started` this is the end of. Empty when it is of none: without a
    node, and for a part of a file of which others are to come."""
    is_file: bool = True
    """Whether the content of a file was to be moved: no directory, link, renaming or removal."""
    is_earliest: bool = False
    """Whether `event` is worked out from the time of the post: it was over then or later."""
    beside: str = ""
    """What is said beside the body, where the outcome stands in headers: bodies are equal then that
    tell of different transfers."""
    counts_once: bool = False
    """Whether a message that says the same under the same topic, and was counted lately, is this
    one."""


class Started(NamedTuple):
    """One transfer that has begun. It is in flight until a `Transfer` has its `node` and `id`.

    Bounds are those of `Transfer`.
    """

    event: float
    """When it began, by the clock of who reported it."""
    source: str
    """Who the product is from; `-` when the report does not say."""
    client: str
    """Who fetches or receives it."""
    node: str
    """The component at work, by the name in its heartbeats."""
    id: str
    """What tells it from others on its node: the sender's own word for it, or its path, of which a
    long one is its start and a digest."""
    name: str
    """Path of the file, a text for people; may be empty."""


class Speedo(NamedTuple):
    """What went through in one interval, as somebody published it."""

    event: float
    """The end of the interval, seconds since the epoch, by the clock of who published it."""
    scope: str
    """`client`, `source`, or `all` for everything."""
    name: str
    """The client or source, 1 to 255 bytes, printable; `clients` or `sources` for everything."""
    good: int
    bad: int
    good_bytes: int
    bad_bytes: int
    bytes_per_interval: float
    files_per_interval: float
    interval: float
    """Seconds that were measured; may be 0."""
