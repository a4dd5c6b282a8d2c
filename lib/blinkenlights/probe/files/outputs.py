"""Where a file wants results to be posted to."""

import re
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from blinkenlights.conditions.hiding import without
from blinkenlights.probe.files.addresses import proxy_of
from blinkenlights.probe.files.api_keys import auth_of
from blinkenlights.probe.files.aws_outputs import aws_of
from blinkenlights.probe.files.payloads import payload_of
from blinkenlights.probe.files.settings import OutputSettings, PostEndpoint
from blinkenlights.probe.output import Dialect, HttpOutput, Output
from blinkenlights.yaml_files.secrets import Secrets
from blinkenlights.yaml_files.unfit import Unfit

_OF_AWS = ("aws_key", "data_source", "data_namespace")
_DATADOG = re.compile(r"/api/(v[12])/events/?$")
_OF_V2 = ("change", "alert")


def outputs_of(
    settings: OutputSettings, secrets: Secrets, places: Collection[str]
) -> tuple[Output, ...]:
    """Return where results are posted to; raises Unfit and NoSecret.

    Args:
        settings: What the file says.
        secrets: Puts them in.
        places: Names of all values that templates can have.
    """
    found: list[Output] = []
    if settings.post_endpoint:
        found.append(_http(settings, secrets, places))
    elif settings.post_api_key is not None or settings.post_json_info is not None:
        raise Unfit("post_endpoint", "is missing; it says where post_json_info is posted to")
    if settings.post_service:
        found.append(aws_of(settings, secrets, places))
    elif any(getattr(settings, key) for key in _OF_AWS) or settings.data_details_json is not None:
        raise Unfit("post_service", "is missing; write aws-cloudwatch")
    return tuple(found)


def _http(settings: OutputSettings, secrets: Secrets, places: Collection[str]) -> HttpOutput:
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
    place = without(f"{parts.scheme}://{parts.netloc}", tuple(secrets.known))
    auth, name, secret = auth_of(api_key, secrets)
    return HttpOutput(
        url=url,
        shown_url=secrets.shown(whole.url),
        auth=auth,
        auth_name=name,
        secret=secret,
        payload=payload_of("post_json_info", info, places),
        on=settings.post_on,
        dialect=_dialect(parts.path, info),
        ca_file=settings.post_ca_file,
        proxy=proxy_of("post_proxy", settings.post_proxy, secrets),
        place=place,
    )


def _dialect(path: str, info: Any) -> Dialect:  # noqa: ANN401 - any JSON
    """Return what the other side speaks, which its path says; raises Unfit."""
    found = _DATADOG.search(path)
    if found is None:
        return "plain"
    if not isinstance(info, dict):
        raise Unfit("post_json_info", "is missing; an event of Datadog has a title and a text")
    if found[1] == "v1":
        return "datadog v1"
    if "data" in info and _category(info) not in _OF_V2:
        sentence = "has another category than change and alert, which is all that v2 takes"
        raise Unfit("post_json_info", sentence + "; post to /api/v1/events")
    return "datadog v2"


def _category(info: Mapping[str, Any]) -> object:
    try:
        return msgspec.convert(info["data"]["attributes"]["category"], str)
    except (KeyError, TypeError, msgspec.ValidationError):
        return None
