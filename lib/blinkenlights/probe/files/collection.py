"""All files of a folder together: which endpoints there are, and what is wrong."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

from blinkenlights.clock import Clock
from blinkenlights.probe.endpoint import Endpoint
from blinkenlights.probe.files.read import EndpointFile, read_endpoints
from blinkenlights.probe.output import Output
from blinkenlights.yaml_files.folder import Folder


class Problem(NamedTuple):
    """Something that is wrong with a file."""

    file: str
    line: int
    """0 where it is about the file as a whole."""
    sentence: str
    since: float
    """When it was found, seconds since the epoch."""
    is_replaced: bool
    """Whether a version before it is in force."""
    is_elsewhere: bool = False
    """Whether it costs nobody anything: another file has the endpoint."""


class Collection(NamedTuple):
    """What a folder says."""

    endpoints: Mapping[str, Endpoint]
    self_outputs: tuple[Output, ...]
    problems: tuple[Problem, ...]
    files: int


class EndpointFolder:
    """A folder of endpoint files.

    Args:
        path: Where they are.
        environment: Where their secrets are.
        clock: The time.
    """

    def __init__(self, path: Path, environment: Mapping[str, str], clock: Clock) -> None:
        self.path = path
        self._clock = clock
        self._folder: Folder[EndpointFile] = Folder(
            path, lambda data, name: read_endpoints(data, name, environment, clock())
        )
        self._since = 0.0

    def look(self) -> bool:
        """Read what has changed; returns whether anything has."""
        now = self._clock()
        before = self._folder.problem
        is_changed = self._folder.look(now)
        if self._folder.problem and not before:
            self._since = now
        return is_changed

    def collection(self) -> Collection:
        """Return what the folder says as of the last look."""
        files = self._folder.files
        endpoints: dict[str, Endpoint] = {}
        problems: list[Problem] = []
        outputs: list[Output] = []
        if self._folder.problem:
            problem = partial(Problem, str(self.path), 0, is_replaced=bool(files))
            problems.append(
                problem(f"the folder cannot be read: {self._folder.problem}", self._since)
            )
        for name, state in files.items():
            problems += [
                Problem(name, each.line, each.sentence, state.since, state.value is not None)
                for each in state.mistakes
            ]
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
                    problems.append(Problem(name, endpoint.line, sentence, state.since, True, True))
        return Collection(endpoints, tuple(outputs), tuple(problems), len(files))
