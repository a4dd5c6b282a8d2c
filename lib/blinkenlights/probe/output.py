"""Where results of probes are posted to, as files of endpoints say it. Sending is not done here."""

from typing import Literal, NamedTuple

Reason = Literal["success", "failure", "result", "change"]
Auth = Literal["none", "parameter", "header", "bearer", "basic"]


class HttpOutput(NamedTuple):
    """A URL that is posted to."""

    url: str
    shown_url: str
    """Without secrets."""
    auth: Auth = "none"
    auth_name: str = ""
    """Name of the parameter or the header, or the user."""
    secret: str = ""
    payload: bytes = b""
    """JSON in which `{name}` stands for a captured value."""
    on: Reason = "success"


class AwsOutput(NamedTuple):
    """An event for AWS EventBridge and CloudWatch."""

    key: str
    secret: str
    source: str
    detail_type: str
    details: bytes
    """JSON, as `payload` of the other."""
    resources: tuple[str, ...] = ()
    on: Reason = "success"


Output = HttpOutput | AwsOutput
