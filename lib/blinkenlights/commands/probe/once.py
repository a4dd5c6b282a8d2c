"""`blinkenlights probe once`: one probe, with all that was seen."""

import asyncio
from math import inf
from pathlib import Path

from blinkenlights.clock import wall_clock
from blinkenlights.commands.probe.finding import found
from blinkenlights.commands.terminal import say_json, say_table
from blinkenlights.conditions.condition import Condition
from blinkenlights.conditions.context import Context
from blinkenlights.probe.agenda import Job
from blinkenlights.probe.asking.asker import Asker
from blinkenlights.probe.asking.hiding import without_secrets
from blinkenlights.probe.context import context_of
from blinkenlights.probe.endpoint import Endpoint
from blinkenlights.probe.judge import Judged, judge
from blinkenlights.probe.observation import Observation
from blinkenlights.probe.result import WORDS, Probed, result_of

CODES = (0, 1, 2)
"""The exit code of a check, by level."""
SHOWN = 400
"""Characters of a body."""


def run(folder: Path, name: str, *, as_json: bool) -> int:
    """Probe once and show what was seen; returns the exit code of a check. Raises UsageError."""
    endpoint = found(folder, name)
    probed = asyncio.run(probe(endpoint))
    judged = judge(endpoint, probed.observation)
    if as_json:
        import msgspec  # noqa: PLC0415

        shown = msgspec.to_builtins(result_of(probed, judged, ""))
        secrets = endpoint.request.secrets
        headers = probed.observation.headers.items()
        seen = {
            without_secrets(name, secrets): without_secrets(value, secrets)
            for name, value in headers
        }
        say_json(shown | {"headers": seen})
    else:
        say_table(("what", "seen"), rows(endpoint, probed.observation, judged))
    return CODES[judged.level]


async def probe(endpoint: Endpoint) -> Probed:
    """Probe an endpoint now."""
    started = wall_clock()
    async with Asker() as asker:
        observation = await asker.ask(endpoint.request, wall_clock)
    return Probed(Job(endpoint, started, inf), started, wall_clock(), observation)


def rows(endpoint: Endpoint, seen: Observation, judged: Judged) -> list[tuple[str, str]]:
    """Return what was seen, as the rows of a table."""
    shown = [
        ("endpoint", endpoint.name),
        ("url", endpoint.request.shown_url),
        ("result", WORDS[judged.level]),
        *(("because", each) for each in judged.failures),
        ("address", seen.address or "none"),
        *((f"redirect {n}", url) for n, url in enumerate(seen.went_to, start=1)),
    ]
    if seen.status is not None:
        shown.append(("status", str(seen.status)))
    shown += [
        (f"time {phase}", f"{seconds:.4f}s")
        for phase, seconds in seen.phases._asdict().items()
        if seconds is not None
    ]
    if seen.certificate is not None:
        certificate = seen.certificate
        shown += [
            ("certificate", f"{certificate.days:.1f} days left, by {certificate.issuer}"),
            ("certificate for", ", ".join(certificate.names)),
        ]
        if certificate.problem:
            shown.append(("not trusted", certificate.problem))
    if not seen.trouble:
        context = context_of(seen, endpoint.request.secrets)
        shown += [_tested("test", each, context) for each in endpoint.tests]
        shown += [_tested("degraded if", each, context) for each in endpoint.degraded]
        shown += [("body", _beginning(seen.body, endpoint.request.secrets))] if seen.body else []
    shown += [(f"captured {path}", str(value)) for path, value in judged.captured.items()]
    return [(what, without_secrets(each, endpoint.request.secrets)) for what, each in shown]


def _tested(what: str, condition: Condition, context: Context) -> tuple[str, str]:
    verdict = condition.judge(context)
    said = condition.found(context) if verdict.holds else verdict.sentence
    return f"{what} {condition.text}", ("holds: " if verdict.holds else "does not hold: ") + said


def _beginning(body: bytes, secrets: tuple[str, ...]) -> str:
    """Return what a body begins with. Half of a secret at the cut would not be known as one."""
    text = without_secrets(body.decode(errors="replace"), secrets)
    return text[:SHOWN] + ("..." if len(text) > SHOWN else "")
