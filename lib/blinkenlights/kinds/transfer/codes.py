"""Codes of transfers: what they say, and which are good.

They are borrowed from HTTP. The words are those of Sarracenia, whose clients use them.
"""

from blinkenlights.kinds.fields import Invalid, number

LOWEST, HIGHEST = 100, 599
FIRST_OUTCOME = 200
"""A code below says that a transfer goes on, which is no outcome."""
FIRST_BAD = 400

WORDS = {
    200: "done",
    201: "downloaded, inserted, published, copied or linked",
    202: "nothing to do: the directory exists, or such operations are skipped",
    203: "transformed on the way",
    204: "not overwritten: the file exists",
    205: "truncated, or checksum recalculated",
    206: "a part received and inserted, others to come",
    304: "not modified",
    307: "insertion deferred: written to a temporary part file",
    404: "no pattern matches",
    406: "too old, or not newer than what is there",
    410: "too old, or no longer there",
    413: "too large",
    415: "type of content refused",
    417: "corrupt headers",
    422: "no usable path",
    425: "too young",
    496: "sending failed",
    497: "sending failed",
    499: "download failed",
    500: "the file system refused",
    503: "service unavailable, or not supported",
    504: "message too old",
}
"""Code to what it says, for those that are known to be in use."""

_BY_TEXT = {f"{code:03}": code for code in range(1000)}
_CLASSES = {2: "done", 3: "not needed", 4: "refused or failed", 5: "failed"}
_MORE_TO_COME = frozenset((206, 307))


def read_code(value: object) -> int:
    """Return the code in a number or a text of three digits. Raises Invalid."""
    code = _BY_TEXT.get(value) if type(value) is str else number(value)
    if type(code) is not int:
        raise Invalid("no code", f"{value!r}"[:80] + " is not a code such as 201")
    if not LOWEST <= code <= HIGHEST:
        raise Invalid("bad code", f"{code!r}"[:80] + f" is not between {LOWEST} and {HIGHEST}")
    return code


def is_good(code: int) -> bool:
    """Whether all is well: 2xx and 3xx. A redundant feed answers 304 most of the time."""
    return FIRST_OUTCOME <= code < FIRST_BAD


def is_last(code: int) -> bool:
    """Whether the file is no longer in flight: no further part of it is to come."""
    return code not in _MORE_TO_COME


def in_words(code: int) -> str:
    """Return what a code says; of one that is not in `WORDS`, what its class says."""
    return WORDS.get(code) or _CLASSES.get(code // 100, "unknown")
