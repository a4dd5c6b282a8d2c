"""All files of a folder together: which endpoints there are, and what is wrong."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from blinkenlights.clock import Clock
from blinkenlights.probe.endpoint import Endpoint
from blinkenlights.probe.files.read import EndpointFile, read_endpoints
from blinkenlights.probe.output import Output
from blinkenlights.yaml_files.problems import DatedFolder, Problem


class Collection(NamedTuple):
    """What a folder says."""

    endpoints: Mapping[str, Endpoint]
    self_outputs: tuple[Output, ...]
    problems: tuple[Problem, ...]
    files: int

    def at(self, location: str) -> Mapping[str, Endpoint]:
        """Return the endpoints that are probed from a location, by their names."""
        return {name: e for name, e in self.endpoints.items() if e.location == location}


class EndpointFolder(DatedFolder[EndpointFile]):
    """A folder of endpoint files.

    Args:
        path: Where they are.
        environment: Where their secrets are.
        clock: The time.
        is_scheduled: Whether workers elsewhere probe, so that secrets of requests may be missing.
    """

    def __init__(
        self,
        path: Path,
        environment: Mapping[str, str],
        clock: Clock,
        *,
        is_scheduled: bool = False,
    ) -> None:
        def parse(data: bytes, name: str) -> EndpointFile:
            return read_endpoints(data, name, environment, clock(), is_scheduled=is_scheduled)

        super().__init__(path, parse, clock)

    def collection(self) -> Collection:
        """Return what the folder says as of the last look."""
        endpoints: dict[str, Endpoint] = {}
        problems = list(self.problems())
        outputs: list[Output] = []
        for name, state in self.states:
            if state.value is None:
                continue
            outputs += state.value.self_outputs
            for endpoint in state.value.endpoints:
                first = endpoints.setdefault(endpoint.name, endpoint)
                if first is not endpoint:
                    sentence = (
                        f"{endpoint.name} is in {first.file} line {first.line} already; "
                        f"that one is probed"
                    )
                    problems.append(Problem(name, endpoint.line, sentence, 0.0, True, True))
        return Collection(endpoints, tuple(outputs), self.dated(problems), len(self.states))
