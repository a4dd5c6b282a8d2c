"""What servers say that people cannot use, in our words. Standard library only, for the checks.

One table for all programs: what a check says of a store, a daemon logs and the page shows.
"""

from typing import NamedTuple

from blinkenlights.errors import (
    StoreAnswer,
    StoreError,
    StoreNotReady,
    StoreReadOnly,
    StoreRefused,
)

MAYBE_NO_TLS = "; is it redis:// in place of rediss://?"
NO_TLS = f"it does not speak TLS with us{MAYBE_NO_TLS}"
TLS = "if that port speaks TLS, write rediss:// in place of redis://"
CLOSED = "it closed the connection"
ALERT = b"\x15\x03"
"""How TLS begins to say that what it was sent is no TLS."""


class _Sentence(NamedTuple):
    """What is said of answers with any of the words; `{said}` stands for the answer itself."""

    words: tuple[str, ...]
    error: type[StoreError]
    sentence: str


_SENTENCES = (
    _Sentence(
        # First, because it repeats to us what we sent, and that may hold the words of others.
        ("ERR unknown command", "unknown command"),
        StoreRefused,
        "does not know our commands; is it a Redis Sentinel, or older than Redis 6.2? "
        "Name the Redis itself",
    ),
    _Sentence(
        ("MOVED", "ASK", "CROSSSLOT", "CLUSTERDOWN"),
        StoreRefused,
        "is a node of a Redis Cluster, which is not supported: name a single Redis or Valkey",
    ),
    _Sentence(
        ("DENIED",),
        StoreRefused,
        "takes nobody from other machines, because it has no password (protected mode, DENIED); "
        "give it one and write it down for us, or have it listen at this machine only",
    ),
    _Sentence(
        # Before 7.0, Redis passes this word on from inside a script, behind others.
        ("READONLY",),
        StoreReadOnly,
        "is a replica, which takes nothing (READONLY); name the primary",
    ),
    _Sentence(
        ("MISCONF",),
        StoreNotReady,
        "refuses writes, because it cannot save (MISCONF); see its disk and its log",
    ),
    _Sentence(("OOM",), StoreNotReady, "is full{said}; raise maxmemory or forget components"),
    _Sentence(
        # The last two are what Valkey and Redis 7.0 say of a command inside a script.
        (
            "NOAUTH",
            "WRONGPASS",
            "NOPERM",
            "ERR AUTH",
            "ERR invalid password",
            "ACL failure in script",
            "executing the script can't",
        ),
        StoreRefused,
        "refuses us{said}; mend user, password or ACL",
    ),
    _Sentence(
        (
            "LOADING",
            "BUSY",
            "MASTERDOWN",
            "TRYAGAIN",
            "NOREPLICAS",
            "ERR max number of clients",
        ),
        StoreNotReady,
        "is not ready{said}",
    ),
)
_APART = str.maketrans("-:", "  ")
"""A script puts these around what the command said that failed inside it."""


def answered(said: str, store: str) -> StoreError:
    """Return the error for an answer that is an error, with what to do about it.

    Args:
        said: All of it, from the word with which it begins.
        store: Which store, for people.
    """
    padded = f" {said.translate(_APART)} "
    for words, error, sentence in _SENTENCES:
        for word in words:
            if f" {word} " in padded:
                whole = sentence.replace("{said}", f": {said.rstrip('.')}")
                # Some name a user, or repeat what they were sent.
                return error(f"{store} {whole}", sentence.replace("{said}", f" ({word})"))
    return StoreAnswer(f"{store} answered: {said}", "answers something that we do not expect")


def why_broken(why: str, *, may_be_tls: bool) -> tuple[str, str]:
    """Return why a connection broke, and the same as far as everybody may read it.

    Args:
        why: What the system says.
        may_be_tls: Whether it broke before anybody ever answered us there, and we spoke no TLS.
    """
    return (f"{why}; {TLS}", f"does not answer; {TLS}") if may_be_tls else (why, "")
