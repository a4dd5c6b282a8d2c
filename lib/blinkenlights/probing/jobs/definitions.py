"""Endpoints as they travel: with places for secrets, and without what is done with results."""

from collections.abc import Mapping

from msgspec import Raw

from blinkenlights.probe.endpoint import Endpoint
from blinkenlights.probe.files.endpoints import Written, endpoint_elsewhere
from blinkenlights.probing.jobs.messages import Definition
from blinkenlights.yaml_files.permitted import Permitted
from blinkenlights.yaml_files.secrets import Secrets


def definition_of(endpoint: Endpoint) -> Definition:
    """Return an endpoint as a job has it."""
    return Definition(
        endpoint.name,
        endpoint.file,
        endpoint.line,
        Raw(endpoint.settings),
        endpoint.digest,
        is_posted=bool(endpoint.outputs),
    )


def endpoint_of(
    definition: Definition, environment: Mapping[str, str], permitted: Permitted, now: float
) -> Endpoint:
    """Return the endpoint of a job, with the secrets of this place.

    Raises NoSecret with what is missing here; NotPermitted with what jobs may not use; Unfit, and
    msgspec.ValidationError, where the settings mean nothing to this version.
    """
    settings = bytes(definition.settings)
    written = Written(definition.endpoint, definition.file, definition.line, settings)
    return endpoint_elsewhere(written, Secrets(environment, permitted), now)
