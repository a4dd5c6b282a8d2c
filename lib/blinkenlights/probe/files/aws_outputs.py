"""What a file wants to tell AWS: an event for EventBridge, or a metric for CloudWatch."""

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from blinkenlights.probe.files.addresses import proxy_of
from blinkenlights.probe.files.payloads import check_places, payload_of
from blinkenlights.probe.files.settings import OutputSettings
from blinkenlights.probe.output import AwsOutput
from blinkenlights.yaml_files.secrets import Secrets
from blinkenlights.yaml_files.unfit import Unfit

_OF_EVENTS = ("data_source", "data_detail_type", "data_resources")


def aws_of(settings: OutputSettings, secrets: Secrets, places: Collection[str]) -> AwsOutput:
    """Return what is told AWS; raises Unfit and NoSecret.

    `data_namespace` makes it a metric. Else it is an event, as the published form has it.
    """
    for key in ("aws_key", "aws_secret"):
        if not getattr(settings, key):
            raise Unfit(key, "is missing; aws-cloudwatch wants it")
    url = secrets.filled(settings.aws_url)
    if url and not _is_url(url):
        raise Unfit("aws_url", "is no URL; write https://host")
    details = settings.data_details_json
    if settings.data_namespace:
        _check_metric(settings)
    elif settings.data_metric_name:
        raise Unfit("data_namespace", "is missing; a metric of CloudWatch has one")
    elif settings.data_source.startswith("aws."):
        raise Unfit("data_source", "begins with aws., which AWS keeps for itself")
    value = _text(settings.data_value) or ("{time}" if "time" in places else "{lag}")
    check_places("data_value", value, places)
    check_places("data_metric_name", settings.data_metric_name, places)
    return AwsOutput(
        key=secrets.hide(secrets.filled(settings.aws_key)),
        secret=secrets.hide(secrets.filled(settings.aws_secret)),
        source=settings.data_source,
        detail_type=settings.data_detail_type,
        details=payload_of("data_details_json", _one_object(details), places),
        resources=tuple(settings.data_resources),
        on=settings.post_on,
        namespace=settings.data_namespace,
        metric_name=settings.data_metric_name,
        value=value if settings.data_namespace else "",
        region=settings.aws_region,
        url=url,
        ca_file=settings.post_ca_file,
        proxy=proxy_of("post_proxy", settings.post_proxy, secrets),
    )


def _is_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _check_metric(settings: OutputSettings) -> None:
    for key in _OF_EVENTS:
        if getattr(settings, key):
            raise Unfit(key, "is of an event, and data_namespace makes it a metric; write one")
    if settings.data_details_json is not None:
        sentence = "is of an event, and data_namespace makes it a metric; write one"
        raise Unfit("data_details_json", sentence)
    if settings.data_namespace.startswith("AWS/"):
        raise Unfit("data_namespace", "begins with AWS/, which AWS keeps for itself")


def _one_object(details: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return the details of an event, of which AWS takes an object only: a list is put together."""
    if details is None or isinstance(details, dict):
        return details
    if not isinstance(details, list) or not all(isinstance(each, Mapping) for each in details):
        raise Unfit("data_details_json", "has to be keys and values: AWS takes nothing else")
    whole: dict[str, Any] = {}
    for each in details:
        for name, value in each.items():
            if value is None and len(each) == 1:
                raise Unfit(
                    "data_details_json",
                    f"{{{name}}} is a mapping to YAML; quote it: '{{{name}}}'",
                )
            if name in whole:
                raise Unfit("data_details_json", f"has {name} twice")
            whole[name] = value
    return whole


def _text(value: str | float) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
