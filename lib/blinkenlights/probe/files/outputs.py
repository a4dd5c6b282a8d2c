"""Where a file wants results to be posted to. Sending is not done here."""

from typing import Any
from urllib.parse import urlsplit

import msgspec

from blinkenlights.probe.files.settings import ApiKey, OutputSettings, PostEndpoint
from blinkenlights.probe.output import AwsOutput, HttpOutput, Output
from blinkenlights.yaml_files.secrets import Secrets
from blinkenlights.yaml_files.unfit import Unfit


def outputs_of(settings: OutputSettings, secrets: Secrets) -> tuple[Output, ...]:
    """Return where results are posted to; raises Unfit and NoSecret."""
    found: list[Output] = []
    if settings.post_endpoint:
        found.append(_http(settings, secrets))
    elif settings.post_api_key is not None or settings.post_json_info is not None:
        raise Unfit("post_endpoint", "is missing; it says where post_json_info is posted to")
    if settings.post_service:
        found.append(_aws(settings, secrets))
    elif settings.aws_key or settings.data_source or settings.data_details_json is not None:
        raise Unfit("post_service", "is missing; write aws-cloudwatch")
    return tuple(found)


def _http(settings: OutputSettings, secrets: Secrets) -> HttpOutput:
    given = settings.post_endpoint
    whole = given if isinstance(given, PostEndpoint) else PostEndpoint(given)
    api_key = whole.post_api_key or settings.post_api_key
    info = whole.post_json_info if whole.post_json_info is not None else settings.post_json_info
    url = secrets.filled(whole.url)
    try:
        parts = urlsplit(url)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one:
        raise Unfit("post_endpoint", "is no URL; write https://host/path")
    if "@" in parts.netloc:
        raise Unfit("post_endpoint", "holds a login; write it as post_api_key")
    return HttpOutput(
        url=url,
        shown_url=secrets.shown(whole.url),
        auth="parameter" if api_key else "none",
        auth_name=api_key.param_name if api_key else "",
        secret=_secret(api_key, secrets),
        payload=_payload("post_json_info", info),
        on=settings.post_on,
    )


def _aws(settings: OutputSettings, secrets: Secrets) -> AwsOutput:
    for key in ("aws_key", "aws_secret", "data_source"):
        # What reports about the prober itself may leave the source out: it is the prober.
        if not getattr(settings, key) and key != "data_source":
            raise Unfit(key, "is missing; aws-cloudwatch wants it")
    return AwsOutput(
        key=secrets.hide(secrets.filled(settings.aws_key)),
        secret=secrets.hide(secrets.filled(settings.aws_secret)),
        source=settings.data_source,
        detail_type=settings.data_detail_type,
        details=_payload("data_details_json", settings.data_details_json),
        resources=tuple(settings.data_resources),
        on=settings.post_on,
    )


def _secret(api_key: ApiKey | None, secrets: Secrets) -> str:
    return secrets.hide(secrets.filled(api_key.param_value)) if api_key else ""


def _payload(key: str, info: Any) -> bytes:  # noqa: ANN401 - any JSON
    """Return JSON in which `{name}` stands for a captured value; raises Unfit."""
    _look_for_braces(key, info)
    return b"" if info is None else msgspec.json.encode(info)


def _look_for_braces(key: str, info: Any) -> None:  # noqa: ANN401
    """Refuse `{status}` without quotes, which YAML takes for a mapping."""
    if isinstance(info, list):
        for each in info:
            _look_for_braces(key, each)
    elif isinstance(info, dict):
        for name, value in info.items():
            if value is None and len(info) == 1:
                raise Unfit(key, f"{{{name}}} is a mapping to YAML; quote it: '{{{name}}}'")
            _look_for_braces(key, value)
