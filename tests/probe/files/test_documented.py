"""What docs/endpoints.md says of the files is what they may say."""

import re
from pathlib import Path

import msgspec
import pytest

from blinkenlights.probe.files.read import read_endpoints
from blinkenlights.probe.files.settings import EndpointSettings

PAGE = (Path(__file__).parents[3] / "docs" / "endpoints.md").read_text()


def test_the_example_is_read() -> None:
    """As it stands on the page."""
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)

    found = read_endpoints(example.encode(), "a.yml", {}, 1_764_331_200.0)

    assert [each.name for each in found.endpoints] == ["www.example.net/health", "database"]


@pytest.mark.parametrize(
    "key", [each.encode_name for each in msgspec.structs.fields(EndpointSettings)]
)
def test_each_key_is_on_the_page(key: str) -> None:
    """In one of its tables."""
    assert re.search(rf"^\|.*`{key}`", PAGE, re.MULTILINE)
