"""From what a file says of one rule to the rule."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from blinkenlights.rules.files.limits import limit_of, recovery_of, refuse_exchanged
from blinkenlights.rules.files.settings import DependencySettings, Limiting, Names, RuleSettings
from blinkenlights.rules.files.texts import template_of
from blinkenlights.rules.files.words import (
    BUILT_IN,
    globs_of,
    labels_of,
    mistake_in_name,
    receivers_of,
    severity_of,
    tag_names_of,
    tags_of,
)
from blinkenlights.rules.rule import Dependency, Flapping, Limit, Missing, Rule, Selector
from blinkenlights.rules.vocabulary import (
    default_of,
    subjects_by_word,
)
from blinkenlights.yaml_files.times import Time, seconds_of
from blinkenlights.yaml_files.unfit import Unfit, Unfits

LONGEST_WINDOW = 7 * 86400.0
"""Numbers over a longer one would be read anew at each look."""
MOST_TURNS = 100
_FLAPPING = re.compile(r"(\d{1,4})\s+in\s+(\S+)")


class Place(NamedTuple):
    """Where a rule stands."""

    name: str
    file: str
    line: int


def rule_of(place: Place, settings: RuleSettings, unfits: Unfits) -> Rule | None:
    """Return a rule; None when it says nothing that can be judged. What is unfit is gathered."""
    word, names = _subject(settings, unfits)
    if not word:
        return None
    subject = subjects_by_word()[word].name
    spared = unfits.spared
    selector = Selector(
        subject,
        spared((), globs_of, word, names),
        spared((), globs_of, "but", settings.but),
        spared({}, tags_of, "where", settings.where),
    )
    spared(None, _refuse_nothing, selector)
    limits = spared(None, _limits, settings, subject, unfits)
    missing = spared(None, _missing, settings)
    labels = spared({}, labels_of, "labels", settings.labels)
    rule_text, runbook = (
        spared(None, template_of, key, text, subject, labels)
        for key, text in (("text", settings.text), ("runbook", settings.runbook))
    )
    found = Rule(
        name=place.name,
        file=place.file,
        line=place.line,
        selector=selector,
        window=spared(0.0, _window, settings.over),
        wait=spared(0.0, seconds_of, "for", settings.wait, may_be_0=True),
        keep=spared(0.0, seconds_of, "keep", settings.keep, may_be_0=True),
        flapping=spared(None, _flapping, settings.flapping),
        unless=spared((), _dependencies, place.name, settings.unless),
        severity=spared("", severity_of, "severity", settings.severity),
        labels=labels,
        text=rule_text,
        runbook=runbook,
        tell=spared((), receivers_of, "tell", settings.tell),
        missing=missing or "keep",
        warning=limits.warning if limits else None,
        critical=limits.critical if limits else None,
        recovery=limits.recovery.condition if limits and limits.recovery else None,
    )
    return None if unfits.found else found


class _Limits(NamedTuple):
    warning: Limit | None
    critical: Limit | None
    recovery: Limit | None


def _subject(settings: RuleSettings, unfits: Unfits) -> tuple[str, Names]:
    """Return the key that says what a rule is about, and which things; empty for none."""
    words = subjects_by_word()
    given = {word: getattr(settings, word, []) for word in words}
    said = [word for word, names in given.items() if names]
    if not said:
        known = ", ".join(f"{word}" for word in words)
        unfits.found.append(Unfit("", f"watches nothing; write metric: NAME, or one of {known}"))
        return "", []
    if len(said) > 1:
        sentence = f"a rule is about one sort of thing, and there is {said[0]}; write two rules"
        unfits.found.append(Unfit(said[1], sentence))
        return "", []
    return said[0], given[said[0]]


def _refuse_nothing(selector: Selector) -> None:
    """Refuse what leaves nothing to watch; raises Unfit."""
    if "*" in selector.but or (selector.names and set(selector.names) <= set(selector.but)):
        raise Unfit("but", "takes away all that the rule is about")


def _limits(settings: RuleSettings, subject: str, unfits: Unfits) -> _Limits:
    of = settings.of.strip() or default_of(subject)
    found: dict[str, Limit] = {}
    for key, given in (("warning", settings.warning), ("critical", settings.critical)):
        if given is not None:
            limit = unfits.spared(None, limit_of, key, given, subject, of)
            found |= {key: limit} if limit else {}
    if settings.warning is None and settings.critical is None:
        sentence = "says neither warning nor critical; write when it is bad: warning: '100'"
        raise Unfit("", sentence)
    recovery = unfits.spared(None, _recovery, settings.recovery, subject, of)
    warning, critical = found.get("warning"), found.get("critical")
    refuse_exchanged(warning, critical)
    return _Limits(_with(warning, recovery), _with(critical, recovery), recovery)


def _recovery(given: Limiting | None, subject: str, of: str) -> Limit | None:
    return None if given is None else recovery_of(given, subject, of)


def _with(limit: Limit | None, recovery: Limit | None) -> Limit | None:
    """Return a limit that says also what its recovery uses and when time changes it."""
    if limit is None or recovery is None:
        return limit
    return limit._replace(
        constants_of_age=tuple(sorted({*limit.constants_of_age, *recovery.constants_of_age})),
        needs_every_look=limit.needs_every_look or recovery.needs_every_look,
        names=limit.names | recovery.names,
    )


def _missing(settings: RuleSettings) -> Missing:
    if not settings.missing:
        raise Unfit(
            "missing",
            "is missing; say what holds while nothing comes: missing: keep for what held before, "
            "or warning, or critical",
        )
    return settings.missing


def _window(over: Time) -> float:
    seconds = seconds_of("over", over)
    if not 1 <= seconds <= LONGEST_WINDOW:
        raise Unfit("over", "has to be from 1s to 7d")
    return seconds


def _flapping(text: str) -> Flapping | None:
    if not text:
        return None
    found = _FLAPPING.fullmatch(text.strip())
    times = int(found[1]) if found else 0
    if not found or not 2 <= times <= MOST_TURNS:  # noqa: PLR2004 - what comes once is no flapping
        raise Unfit("flapping", f"{text!r} cannot be; write 4 in 1h, with 2 to {MOST_TURNS}")
    return Flapping(times, seconds_of("flapping", found[2]))


def _dependencies(
    name: str, unless: str | DependencySettings | Sequence[str | DependencySettings]
) -> tuple[Dependency, ...]:
    given = [unless] if isinstance(unless, str | DependencySettings) else unless
    found = []
    for number, each in enumerate(given):
        below = [] if given is not unless else [number]
        one = DependencySettings(each) if isinstance(each, str) else each
        wrong = mistake_in_name(one.rule)
        if one.rule in BUILT_IN:
            wrong = "that everything depends on; leave it out"
        if one.rule == name:
            wrong = "a rule cannot depend on itself"
        if wrong:
            raise Unfit("unless", f"{one.rule!r}: {wrong}", below)
        found.append(Dependency(one.rule, tag_names_of("unless", one.same)))
    return tuple(found)
