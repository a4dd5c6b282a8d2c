"""The result of one probe as it travels to the store."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from blinkenlights.kinds.endpoint.message import (
    LONGEST_PERIOD,
    CertificateMessage,
    ResultMessage,
    Times,
    Word,
)
from blinkenlights.probe.agenda import Job
from blinkenlights.probe.asking.hiding import without_secrets
from blinkenlights.probe.judge import Judged
from blinkenlights.probe.observation import Certificate, Observation

WORDS: tuple[Word, ...] = ("ok", "degraded", "failed")

_encode = msgspec.json.Encoder().encode


class Probed(NamedTuple):
    """One probe that is over. Times are seconds since the epoch."""

    job: Job
    started: float
    ended: float
    observation: Observation


def result_of(probed: Probed, judged: Judged, prober: str) -> ResultMessage:
    """Return what came of a probe as a message."""
    job, observation = probed.job, probed.observation
    endpoint, shown = job.endpoint, observation.certificate
    return ResultMessage(
        endpoint=endpoint.name,
        due=job.due,
        result=WORDS[judged.level],
        started=round(probed.started, 6),
        ended=round(probed.ended, 6),
        next=min(job.next, job.due + LONGEST_PERIOD),
        timeout=endpoint.request.timeout,
        failures=(endpoint.policy.failures, endpoint.policy.of),
        recoveries=endpoint.policy.recoveries,
        reasons=list(judged.failures),
        prober=prober,
        file=endpoint.file,
        status=observation.status,
        address=observation.address,
        time=Times(*observation.phases),
        certificate=_certificate(shown, endpoint.request.secrets) if shown else None,
        values=dict(judged.captured),
        labels=dict(endpoint.labels),
    )


def _certificate(shown: Certificate, secrets: Sequence[str]) -> CertificateMessage:
    """Return a certificate as it is told; a server may name it after what it was sent."""
    issuer, problem = (without_secrets(each, secrets) for each in (shown.issuer, shown.problem))
    return CertificateMessage(round(shown.days, 3), issuer, problem)


def removed(endpoint: str, now: float, prober: str) -> ResultMessage:
    """Return the message that nobody probes an endpoint any more."""
    return ResultMessage(endpoint=endpoint, due=now, ended=now, result="removed", prober=prober)


def line_of(message: msgspec.Struct) -> bytes:
    """Return a message as a line names its kind, without its end."""
    return _encode(message)
