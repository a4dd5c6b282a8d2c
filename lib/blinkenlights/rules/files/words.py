"""Words that people choose: names of rules and receivers, globs, severities, labels."""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from itertools import chain

from blinkenlights.globs import is_glob, matcher
from blinkenlights.invisible import distinct, is_all_seen
from blinkenlights.kinds.alert.keys import CANARY_RULE
from blinkenlights.plugin.words import plain
from blinkenlights.rules.files.settings import Names, Scalar
from blinkenlights.rules.vocabulary import subjects_by_word
from blinkenlights.yaml_files.unfit import Unfit

NAME_BYTES = 200
MOST_NAMES = 1000
OWN = ("rule", "subject", "thing", "severity", "level")
"""What routes and silences may match beside labels and tags."""
_WORD = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_LABEL = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
_RECEIVER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_LEVELS = ("warning", "critical")
BUILT_IN = ("blind", CANARY_RULE)
"""Rules that the evaluator has without any file."""


def mistake_in_name(name: str) -> str:
    """Return why a rule cannot be called so; empty when it can."""
    if not (is_all_seen(name) and distinct(name) == name and 0 < len(name.encode()) <= NAME_BYTES):
        return (
            f"a name has 1 to {NAME_BYTES} bytes, all of them seen, no blank at its ends, and "
            f"letters with their accents in one"
        )
    if is_glob(name):
        return "a name holds none of *?[, which stand for any name elsewhere"
    if ": " in name:
        return "a name holds no colon with a blank behind it, which ends it elsewhere"
    if name in BUILT_IN:
        return "this rule is built in; choose another name"
    return ""


def mistake_in_receiver(name: str) -> str:
    """Return why a receiver cannot be called so; empty when it can."""
    if name == CANARY_RULE:
        return "this receiver is built in; choose another name"
    if _RECEIVER.fullmatch(name):
        return ""
    return "a receiver has a name of letters, digits and _ . - without blanks"


def several(names: Names) -> tuple[str, ...]:
    """Return one name or several as several, each once."""
    return tuple(dict.fromkeys([names] if isinstance(names, str) else names))


def globs_of(key: str, names: Names) -> tuple[str, ...]:
    """Return names or globs; raises Unfit."""
    found = several(names)
    if len(found) > MOST_NAMES:
        raise Unfit(key, f"has {len(found)} names, {MOST_NAMES} at most; use a glob")
    for each in found:
        _check_glob(key, each)
    return found


def receivers_of(key: str, names: Names, below: Sequence[str | int] = ()) -> tuple[str, ...]:
    """Return names of receivers; raises Unfit. Whether they are there, the collection says."""
    found = several(names)
    for each in found:
        wrong = mistake_in_receiver(each)
        if wrong:
            raise Unfit(key, f"{each!r}: {wrong}", below)
    return found


def text_of(value: Scalar) -> str:
    """Return a value as text: what YAML takes for a number or a boolean may be a name."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else plain(value)


def tags_of(key: str, tags: Mapping[str, Scalar]) -> dict[str, str]:
    """Return globs by the names of tags; raises Unfit."""
    found = {}
    for name, value in tags.items():
        _check_label(key, name)
        found[name] = text_of(value)
        _check_glob(key, found[name], name)
    return found


def labels_of(key: str, labels: Mapping[str, Scalar]) -> dict[str, str]:
    """Return labels; raises Unfit."""
    found = {}
    for name, value in labels.items():
        _check_label(key, name)
        if name in OWN:
            sentence = f"{name} means something to routes already; choose another label"
            raise Unfit(key, sentence, [name])
        found[name] = text_of(value)
        if not found[name].isprintable():
            raise Unfit(key, f"{name} holds what cannot be printed", [name])
    return found


def severity_of(key: str, word: str) -> str:
    """Return a severity; raises Unfit."""
    if not _WORD.fullmatch(word):
        raise Unfit(key, f"{word!r} is no word; write page, ticket or another of small letters")
    return word


def match_of(key: str, match: Mapping[str, Scalar]) -> dict[str, str]:
    """Return globs by what they are of: a rule, a subject, a label; raises Unfit."""
    found = tags_of(key, match)
    close = {each: get_close_matches(each, OWN, 1, 0.85) for each in found if each not in OWN}
    for name, guesses in close.items():
        if guesses:
            raise Unfit(key, f"{name}: did you mean {guesses[0]}?", [name])
    if "subject" in found:
        found["subject"] = _subject(key, found["subject"])
    if "level" in found and not any(map(matcher([found["level"]]), _LEVELS)):
        raise Unfit(key, f"level is warning or critical, never {found['level']!r}", ["level"])
    return found


def tag_names_of(key: str, names: Names) -> tuple[str, ...]:
    """Return names of tags, labels or what else alerts have; raises Unfit."""
    found = several(names)
    for each in found:
        _check_label(key, each)
    return found


def _subject(key: str, word: str) -> str:
    """Return the name of a subject: files and people may have another word for it."""
    by_word = {one: each.name for one, each in subjects_by_word().items()}
    if word in by_word:
        return by_word[word]
    if not any(map(matcher([word]), by_word.values())):
        close = get_close_matches(word, list(chain(by_word, by_word.values())), 1)
        instead = f"did you mean {close[0]}?" if close else f"there are {', '.join(by_word)}"
        raise Unfit(key, f"there is no subject {word!r}; {instead}", ["subject"])
    return word


def _check_label(key: str, name: str) -> None:
    if not _LABEL.fullmatch(name):
        sentence = f"{name!r} is no name of a tag or label: letters, digits and _ . -"
        raise Unfit(key, sentence, [name])


def _check_glob(key: str, glob: str, *below: str) -> None:
    if not glob or not glob.isprintable():
        raise Unfit(key, f"{glob!r} is no name; write one, or a glob such as web*", below)
    if re.search(r"\[(?!.[^\]]*\])", glob):
        raise Unfit(key, f"{glob!r} has a [ that is not closed; write [[] for the sign", below)
