"""Where results of probes are posted to, as files of endpoints say it. Others send them."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

Reason = Literal["success", "failure", "result", "change"]
Auth = Literal["none", "parameter", "header", "bearer", "basic"]
Dialect = Literal["plain", "datadog v1", "datadog v2"]

NO_PAYLOAD = b""


class HttpOutput(NamedTuple):
    """A URL that is posted to."""

    url: str
    shown_url: str
    """Without secrets."""
    auth: Auth = "none"
    auth_name: str = ""
    """Name of the parameter or the header, or the user."""
    secret: str = ""
    payload: bytes = NO_PAYLOAD
    """JSON in which `{name}` stands for a value; empty for all values there are."""
    on: Reason = "success"
    dialect: Dialect = "plain"
    ca_file: str = ""
    """Certificates that vouch for the server; empty for the system's."""
    proxy: str = ""
    """`http://user:password@host:port`; empty for none."""
    place: str = ""
    """Where it leads to, for all who see checks and pages: without its path, which may be a key."""

    @property
    def kind(self) -> str:
        """Return what tells it from the other outputs of an endpoint."""
        return "http"

    @property
    def target(self) -> str:
        """Return where it leads to as its file says it, with places for secrets hidden."""
        return self.shown_url


class AwsOutput(NamedTuple):
    """An event for AWS EventBridge, which was CloudWatch Events, or a metric for CloudWatch."""

    key: str
    secret: str
    source: str
    detail_type: str
    details: bytes
    """JSON, as `payload` of the other."""
    resources: tuple[str, ...] = ()
    on: Reason = "success"
    namespace: str = ""
    """Of a metric; empty for an event."""
    metric_name: str = ""
    """Empty for the name of the endpoint."""
    value: str = ""
    """Of a metric: a text in which `{name}` stands for a value."""
    region: str = ""
    url: str = ""
    """Where AWS is; empty for where it says itself."""
    ca_file: str = ""
    """Certificates that vouch for it; empty for the system's."""
    proxy: str = ""
    """As that of the other."""

    @property
    def kind(self) -> str:
        """Return what tells it from the other outputs of an endpoint."""
        return "aws"

    @property
    def target(self) -> str:
        """Return where it leads to, without secrets."""
        if self.namespace:
            return f"aws-cloudwatch as a metric in {self.namespace}"
        return f"aws-cloudwatch as {self.source}" if self.source else "aws-cloudwatch"

    @property
    def place(self) -> str:
        """Return where it leads to, for all who see checks and pages."""
        return self.target


Output = HttpOutput | AwsOutput


def named(outputs: Sequence[Output]) -> dict[str, Output]:
    """Return the outputs of an endpoint, or of the prober, by names of their own: `http`, `aws`.

    An endpoint has one of each kind at most. Of the prober's, each further one has a number.
    """
    found: dict[str, Output] = {}
    for each in outputs:
        before = sum(each.kind == other.kind for other in found.values())
        found[f"{each.kind}{before + 1}" if before else each.kind] = each
    return found
