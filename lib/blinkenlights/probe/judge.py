"""What the answer of an endpoint means: whether it is as its file wants it, and why not."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from blinkenlights.conditions.hiding import without
from blinkenlights.probe.captured import Captured, captured
from blinkenlights.probe.context import context_of
from blinkenlights.probe.endpoint import Endpoint
from blinkenlights.probe.observation import Observation

Level = Literal[0, 1, 2]
OK: Level = 0
DEGRADED: Level = 1
FAILED: Level = 2


class Judged(NamedTuple):
    """What one probe came to."""

    level: Level
    """0 ok, 1 degraded, 2 failed."""
    failures: tuple[str, ...]
    """Why, a sentence each, without secrets; empty when it is ok."""
    captured: Mapping[str, Captured]
    """What was kept of the answer, by path; what could not be is not in it."""


def judge(endpoint: Endpoint, observation: Observation) -> Judged:
    """Return what an observation means to its endpoint; never raises.

    What was to be captured and is not there fails: whoever reads it would take an old value for
    a new one.
    """
    secrets = endpoint.request.secrets
    if observation.trouble:
        sentence = observation.sentence or f"no answer: {observation.trouble}"
        return Judged(FAILED, (without(sentence, secrets),), {})
    context = context_of(observation, secrets)
    values, uncaptured = captured(endpoint.capture, context)
    verdicts = [test.judge(context) for test in endpoint.tests]
    failures = [each.sentence for each in verdicts if not each.holds] + uncaptured
    if failures:
        return Judged(FAILED, _distinct(failures, secrets), values)
    reasons = [each.found(context) for each in endpoint.degraded if each.judge(context).holds]
    if reasons:
        return Judged(DEGRADED, _distinct(reasons, secrets), values)
    return Judged(OK, (), values)


def _distinct(sentences: list[str], secrets: tuple[str, ...]) -> tuple[str, ...]:
    """Return each sentence once: of three tests of an answer without JSON all say so."""
    return tuple(dict.fromkeys(without(each, secrets) for each in sentences))
