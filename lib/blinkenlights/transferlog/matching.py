"""Which transfers somebody wants to see."""

import re
from collections.abc import Callable, Iterator, Sequence
from fnmatch import translate

from blinkenlights.kinds.transfer.codes import is_good
from blinkenlights.kinds.transfer.fact import Started, Transfer

Shown = Transfer | Started
Test = Callable[[Shown], bool]

_CODE_CLASS = re.compile("[1-5]xx")


def chosen(
    patterns: Sequence[str] = (),
    sources: Sequence[str] = (),
    clients: Sequence[str] = (),
    *,
    errors: bool = False,
) -> Test:
    """Return a test for transfers that somebody wants to see.

    Args:
        patterns: Each has to match source, client, file name, flow or code, see `matching`.
        sources: Globs, one of which has to match the source; empty for all.
        clients: The same for the client.
        errors: Whether only codes of 400 and more are wanted.
    """
    tests = [matching(pattern) for pattern in patterns]
    if sources:
        is_source = _any_glob(sources)
        tests.append(lambda fact: is_source(fact.source))
    if clients:
        is_client = _any_glob(clients)
        tests.append(lambda fact: is_client(fact.client))
    if errors:
        tests.append(lambda fact: isinstance(fact, Transfer) and not is_good(fact.code))
    return lambda fact: all(test(fact) for test in tests)


def matching(pattern: str) -> Test:
    """Return a test for one pattern, upper and lower case being different.

    A plain word is looked for anywhere in source, client, file name and flow; as a code it stands
    for the whole of it, or for its class: `499`, `4xx`. A word with `*`, `?` or `[` is a glob. It
    has to match the whole of one of them, where a file name may go without its folders.
    """
    if any(character in pattern for character in "*?["):
        is_match = _any_glob([pattern])
        return lambda fact: any(map(is_match, _wholes(fact)))
    codes = pattern.replace("xx", "") if _CODE_CLASS.fullmatch(pattern) else ""
    return lambda fact: (
        any(pattern in text for text in _texts(fact))
        or _code(fact) == pattern
        or bool(codes and _code(fact).startswith(codes))
    )


def _texts(fact: Shown) -> tuple[str, ...]:
    flow = fact.flow if isinstance(fact, Transfer) else ""
    return (fact.source, fact.client, fact.name, flow)


def _code(fact: Shown) -> str:
    return str(fact.code) if isinstance(fact, Transfer) else ""


def _wholes(fact: Shown) -> Iterator[str]:
    yield from filter(None, (*_texts(fact), fact.name.rpartition("/")[2], _code(fact)))


def _any_glob(globs: Sequence[str]) -> Callable[[str], bool]:
    found = re.compile("|".join(map(translate, globs)))
    return lambda text: found.match(text) is not None
