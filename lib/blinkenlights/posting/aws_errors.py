"""What AWS and boto3 refuse, in sentences with the code, never the text: keys may be in that."""

from blinkenlights.outbox.cannot_say import CannotSayError

NEVER_TAKEN = frozenset(
    (
        "MalformedDetail",
        "InvalidArgument",
        "InvalidParameterValue",
        "InvalidParameterCombination",
        "MissingParameter",
        "ValidationException",
        "ValidationError",
        "NotAuthorizedForSourceException",
    )
)
"""Codes of what is refused for what it is. Keys and rights are mended by people, and waited for."""
_NEVER_SENT = ("EndpointConnectionError", "ConnectTimeoutError", "SSLError")


def error_of(named: str, error: Exception, seconds: float) -> CannotSayError:
    """Return what is said of an error.

    Args:
        named: What the other side is called.
        error: What boto3 raised.
        seconds: For how long it waits for an answer.
    """
    answer = getattr(error, "response", None)
    said = answer.get("Error", {}) if isinstance(answer, dict) else {}
    code = str(said.get("Code", ""))[:80] if isinstance(said, dict) else ""
    if code:
        return CannotSayError(f"{named} answered {code}", is_final=code in NEVER_TAKEN)
    name = type(error).__name__
    words = {
        "EndpointConnectionError": "cannot be reached",
        "ConnectTimeoutError": "cannot be reached",
        "ReadTimeoutError": f"did not answer within {seconds:g} seconds",
        "SSLError": "is not trusted, or breaks TLS",
    }.get(name, f"broke by {name}")
    return CannotSayError(f"{named} {words}", is_unsure=name not in _NEVER_SENT)
