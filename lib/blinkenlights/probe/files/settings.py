"""What a file may say of one endpoint. docs/endpoints.md is the same for people.

The keys of the published form are those of the watcher of abuhabuh (README of 2017-12-26):
`cron_schedule`, `scheme`, `response_json_values`, `success_test`, `post_*`, `aws_*` and `data_*`.
"""

from typing import Any, Literal

from msgspec import Struct

from blinkenlights.config_keys.words import DEFAULT_LOCATION
from blinkenlights.yaml_files.times import Time


class SuccessTest(Struct, forbid_unknown_fields=True):
    """A value of the answer that has to be equal to another one."""

    key: str
    value: Any


class Auth(Struct, frozen=True, forbid_unknown_fields=True):
    """How we say who we are; one of the four."""

    bearer: str = ""
    basic: str = ""
    """`user:password`."""
    header: dict[str, str] = {}
    """Name and value of one header."""
    parameter: dict[str, str] = {}
    """Name and value of one parameter of the URL."""


class ApiKey(Auth, frozen=True, forbid_unknown_fields=True):
    """The key with which results are posted: as for probes, or in the published form."""

    param_name: str = ""
    param_value: str = ""


class PostEndpoint(Struct, forbid_unknown_fields=True):
    """Where results are posted to, in the form that has all of it in one mapping."""

    url: str
    post_api_key: ApiKey | None = None
    post_json_info: Any = None


class TlsSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How a TLS connection is made; `probe.endpoint.Tls` says more."""

    verify: bool = True
    ca_file: str = ""
    certificate_file: str = ""
    key_file: str = ""
    minimum: Literal["", "1.2", "1.3"] = ""
    server_name: str = ""


class OutputSettings(Struct, forbid_unknown_fields=True):
    """Where results are posted to."""

    post_endpoint: str | PostEndpoint = ""
    post_api_key: ApiKey | None = None
    post_json_info: Any = None
    post_ca_file: str = ""
    post_proxy: str = ""
    post_service: Literal["", "aws-cloudwatch"] = ""
    aws_key: str = ""
    aws_secret: str = ""
    data_detail_type: str = ""
    data_details_json: Any = None
    data_source: str = ""
    data_resources: list[str] = []
    data_namespace: str = ""
    """Makes a metric of CloudWatch of what would be an event."""
    data_metric_name: str = ""
    data_value: str | float = ""
    aws_region: str = ""
    aws_url: str = ""
    post_on: Literal["success", "failure", "result", "change"] = "success"


class EndpointSettings(OutputSettings, forbid_unknown_fields=True):
    """One endpoint."""

    cron_schedule: str = ""
    every: Time | None = None
    time_zone: str = "UTC"
    """Where the hours of `cron_schedule` are."""
    scheme: Literal["", "http", "https", "tcp", "tls"] = ""
    url: str = ""
    """Where the key is not host and path."""
    method: str = "GET"
    headers: dict[str, str] = {}
    body: str = ""
    auth: Auth = Auth()
    timeout: Time | None = None
    body_limit: int = 65_536
    redirects: int = 5
    redirect_to_http: bool = False
    redirect_to_private: bool = False
    proxy: str = ""
    family: Literal["any", "ipv4", "ipv6"] = "any"
    tls: TlsSettings = TlsSettings()
    status: int | str | list[int | str] | None = None
    json: dict[str, Any] = {}
    success_test: SuccessTest | None = None
    tests: str | list[str] = []
    degraded: str | list[str] = []
    response_json_values: list[str] = []
    capture: list[str] = []
    failures: int | str = 1
    recoveries: int = 1
    confirm: int | str = ""
    location: str = DEFAULT_LOCATION
    labels: dict[str, str | int | float | bool] = {}
    reference: bool = False
