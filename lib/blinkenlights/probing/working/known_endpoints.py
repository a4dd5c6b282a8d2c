"""The endpoints that this worker has read, so that it reads each once."""

from collections.abc import Mapping

import msgspec

from blinkenlights.clock import Clock
from blinkenlights.probe.endpoint import Endpoint
from blinkenlights.probing.jobs.definitions import endpoint_of
from blinkenlights.probing.jobs.messages import Definition
from blinkenlights.yaml_files.permitted import Permitted
from blinkenlights.yaml_files.secrets import NoSecret, NotPermitted
from blinkenlights.yaml_files.unfit import Unfit

MOST = 50_000


class CannotProbe(Exception):  # noqa: N818 - it says the outcome
    """This worker cannot probe an endpoint; says why, without secrets."""


class KnownEndpoints:
    """Endpoints by the digest of their definitions.

    Args:
        environment: Where secrets are.
        permitted: Which of them jobs may use.
        clock: The time.
    """

    def __init__(self, environment: Mapping[str, str], permitted: Permitted, clock: Clock) -> None:
        self._environment = environment
        self._permitted = permitted
        self._clock = clock
        self._by_digest: dict[str, Endpoint] = {}

    def read(self, definition: Definition) -> Endpoint:
        """Return the endpoint of a definition, with secrets; raises CannotProbe.

        What lacks a secret is read anew each time: the secret may come.
        """
        found = self._by_digest.get(definition.digest)
        if found is None:
            found = self._read(definition)
            if len(self._by_digest) >= MOST:
                del self._by_digest[next(iter(self._by_digest))]
            self._by_digest[definition.digest] = found
        return found

    def _read(self, definition: Definition) -> Endpoint:
        try:
            return endpoint_of(definition, self._environment, self._permitted, self._clock())
        except NotPermitted as refused:
            raise CannotProbe(f"does not probe {definition.endpoint}: {refused}") from None
        except NoSecret as missing:
            raise CannotProbe(f"lacks a secret of {definition.endpoint}: {missing}") from None
        except (Unfit, msgspec.DecodeError) as error:
            raise CannotProbe(
                f"does not know what {definition.file} says of {definition.endpoint}: {error}; "
                "let worker and scheduler have the same version"
            ) from None
