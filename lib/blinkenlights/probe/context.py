"""What one probe saw, as the values that conditions name."""

from collections.abc import Callable, Sequence
from functools import partial

from blinkenlights.conditions.context import Context, MissingError
from blinkenlights.conditions.hiding import beginning
from blinkenlights.probe.decoding import decoded
from blinkenlights.probe.observation import Certificate, Observation, Phases
from blinkenlights.probe.vocabulary import ANSWER


def context_of(observation: Observation, secrets: Sequence[str] = ()) -> Context:
    """Return the values of an answer.

    What no condition names is never worked out: most answers are judged by one or two of these.
    """
    later: dict[str, Callable[[], object]] = {
        "time": partial(_phases, observation.phases),
        "json": partial(decoded, observation.body, secrets),
        "body": partial(_text, observation, secrets),
        "headers": partial(dict, observation.headers),
        "cert": partial(_certificate, observation.certificate),
    }
    if observation.status is not None:
        later["status"] = partial(int, observation.status)
    return Context({}, later, ANSWER.thing, secrets)


def _phases(phases: Phases) -> dict[str, object]:
    return {
        name: each for name, each in zip(Phases._fields, phases, strict=True) if each is not None
    }


def _certificate(certificate: Certificate | None) -> dict[str, object]:
    if certificate is None:
        raise MissingError("the answer has no cert: the server showed no certificate")
    return {
        "days": certificate.days,
        "issuer": certificate.issuer,
        "names": list(certificate.names),
    }


def _text(observation: Observation, secrets: Sequence[str]) -> str:
    charset = "utf-8"
    for parameter in observation.headers.get("content-type", "").split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip("\"'").lower()
    if charset not in _CHARSETS:
        raise MissingError(
            f"the answer has a charset that is not taken: {beginning(charset, 40, secrets)!a}"
        )
    try:
        return observation.body.decode(charset)
    except UnicodeDecodeError as error:
        raise MissingError(
            f"the answer is not in its charset: byte {error.start} is not {charset}"
        ) from None


_CHARSETS = frozenset(
    [
        *("utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin1", "iso-8859-15"),
        *("windows-1252", "cp1252", "utf-16", "utf-16le", "utf-16be"),
        *("shift_jis", "euc-jp", "gb18030", "big5"),
    ]
)
"""Python knows others as well; an answer does not choose among all of its codecs."""
