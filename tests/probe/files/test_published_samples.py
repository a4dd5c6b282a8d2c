"""The published files, where a folder with samples is at hand: SAMPLES_FOLDER names it."""

import os
from pathlib import Path

import pytest

from blinkenlights.kinds.endpoint.message import ResultMessage
from blinkenlights.posting.bodies import body_of
from blinkenlights.posting.entry import of_result
from blinkenlights.probe.files.read import EndpointFile, read_endpoints
from blinkenlights.probe.output import HttpOutput
from blinkenlights.yaml_files.mistakes import BadFile

FOLDER = Path(os.environ.get("SAMPLES_FOLDER", "")) / "watcher"

pytestmark = pytest.mark.skipif("SAMPLES_FOLDER" not in os.environ, reason="no samples")


def read(name: str) -> EndpointFile:
    """Return what a file says."""
    return read_endpoints((FOLDER / name).read_bytes(), name, {}, 1_764_331_200.0)


@pytest.mark.parametrize(
    ("name", "line", "advice"),
    [
        ("endpoints_as_written.yml", 2, "wants quotes"),
        ("self_as_written.yml", 3, "indent them like the line of that value"),
    ],
)
def test_a_published_file_as_written_is_told_its_repair(name: str, line: int, advice: str) -> None:
    """It is no YAML; its first mistake is named."""
    with pytest.raises(BadFile) as bad:
        read(name)

    found = str(bad.value.mistakes[0])
    assert found.startswith(f"line {line}: ")
    assert advice in found


def test_the_published_file_as_repaired_is_read() -> None:
    """JSON is YAML."""
    found = read("endpoints_repaired.json")

    assert len(found.endpoints) == 2
    assert all(each.capture and each.tests for each in found.endpoints)
    assert sum(len(each.outputs) for each in found.endpoints) == 1


def test_the_published_file_as_repaired_is_posted_as_it_says() -> None:
    """Datadog takes tags as texts."""
    output = read("endpoints_repaired.json").endpoints[0].outputs[0]
    result = ResultMessage(endpoint="x", due=0.0, result="ok", values={"status": "ok"})

    assert isinstance(output, HttpOutput)
    assert (output.dialect, output.auth, output.auth_name) == ("datadog v1", "parameter", "api_key")
    assert body_of(output, "x", of_result(result)) == {
        "title": "fabricsounds health",
        "text": "health ok",
        "tags": ["status:ok"],
        "date_happened": 0,
    }
