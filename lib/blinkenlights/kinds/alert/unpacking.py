"""What the evaluator keeps of rules and alerts in the store, from its text form.

All that raises ValueError says by that that a text is not ours.
"""

import json
from collections.abc import Mapping
from typing import Any

from blinkenlights.kinds.alert.keys import Active, Evaluated, Evaluation
from blinkenlights.plugin.reports import number

NOT_OURS = (KeyError, TypeError, AttributeError, OverflowError, RecursionError)
"""What comes of JSON in which others stand than ours; ValueError is for what is no JSON."""


def parse_evaluated(text: str) -> Evaluated:
    """Return what came of a rule; raises ValueError when it is not ours."""
    try:
        raw: dict[str, Any] = json.loads(text)
        return Evaluated(
            at=number(raw["at"]),
            every=number(raw["every"]),
            subject=text_in(raw["subject"]),
            things=int(raw["things"]),
            wait=number(raw["wait"]),
            missing=int(raw["missing"]),
            missing_names=texts_in(raw["missing_names"]),
            doubtful=int(raw["doubtful"]),
            doubt=text_in(raw["doubt"]),
            file=text_in(raw["file"]),
            line=int(raw["line"]),
            severity=text_in(raw["severity"]),
            limits=_texts(raw["limits"]),
            problem=text_in(raw["problem"]),
            digest=text_in(raw.get("digest", "")),
        )
    except NOT_OURS as error:
        raise ValueError(f"{error!r}") from error


def parse_evaluation(text: str) -> Evaluation:
    """Return the last evaluation; raises ValueError when it is not ours."""
    try:
        raw: dict[str, Any] = json.loads(text)
        return Evaluation(
            at=number(raw["at"]),
            every=number(raw["every"]),
            by=text_in(raw["by"]),
            rules=int(raw["rules"]),
            things=int(raw["things"]),
            pairs=int(raw["pairs"]),
            seconds=number(raw["seconds"]),
            problems=texts_in(raw["problems"]),
            receivers=texts_in(raw["receivers"]),
        )
    except NOT_OURS as error:
        raise ValueError(f"{error!r}") from error


def parse_active(text: str) -> Active:
    """Return an alert; raises ValueError when it is not ours."""
    try:
        raw: dict[str, Any] = json.loads(text)
        track = raw["track"]
        return Active(
            text_in(raw["rule"]),
            text_in(raw["subject"]),
            text_in(raw["thing"]),
            text_in(track["level"]),
            number(track["since"]),
            number(track["looked"]),
            text_in(track["why"]),
            {name: each for name, each in track.get("values", {}).items() if _is_plain(each)},
            number(track.get("fired", 0.0)),
            number(track.get("over", 0.0)),
            number(track.get("well_since", 0.0)),
            number(track.get("missing_since", 0.0)),
            bool(track.get("is_flapping", False)),
            text_in(raw.get("severity", "")),
            _texts(raw.get("labels", {})),
            _texts(raw.get("tags", {})),
            text_in(raw.get("text", "")),
            text_in(raw.get("runbook", "")),
            text_in(raw.get("held", "")),
            [address.rpartition("@")[0] for address in raw.get("queued", {})],
        )
    except NOT_OURS as error:
        raise ValueError(f"{error!r}") from error


def text_in(raw: object) -> str:
    """Return a text; raises TypeError when it is none."""
    if not isinstance(raw, str):
        raise TypeError(f"{repr(raw)[:40]} is no text")
    return raw


def texts_in(raw: object) -> list[str]:
    """Return a list of texts; raises TypeError when it is none."""
    if not isinstance(raw, list):
        raise TypeError(f"{repr(raw)[:40]} is no list")
    return list(map(text_in, raw))


def _texts(raw: Mapping[str, object]) -> dict[str, str]:
    return {name: text_in(each) for name, each in raw.items()}


def _is_plain(value: object) -> bool:
    return value is None or isinstance(value, str | float | int)
