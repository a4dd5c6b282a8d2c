"""One endpoint of a folder, by the name that somebody typed."""

import os
from difflib import get_close_matches
from pathlib import Path

from blinkenlights.clock import wall_clock
from blinkenlights.errors import UsageError
from blinkenlights.probe.endpoint import Endpoint
from blinkenlights.probe.files.collection import Collection, EndpointFolder


def found(folder: Path, name: str) -> Endpoint:
    """Return an endpoint; raises UsageError when no file has it, with what may be wrong."""
    return found_among(folder, name)[0]


def found_among(folder: Path, name: str) -> tuple[Endpoint, Collection]:
    """Return an endpoint and all that is in its folder; raises UsageError likewise."""
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder; name that of the endpoint files")
    files = EndpointFolder(folder, os.environ, wall_clock)
    files.look()
    collection = files.collection()
    endpoint = collection.endpoints.get(name)
    if endpoint is not None:
        return endpoint, collection
    of_name = [each for each in collection.problems if each.sentence.startswith(f"{name}: ")]
    if of_name:
        raise UsageError(str(of_name[0]))
    close = get_close_matches(name, collection.endpoints, 1)
    hint = f"; did you mean {close[0]}?" if close else ""
    if collection.problems and not close:
        hint = f"; not all of them can be used: {collection.problems[0]}"
    raise UsageError(f"no file in {folder} has {name!r}{hint}")
