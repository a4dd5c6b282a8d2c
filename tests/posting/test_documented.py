"""What docs/outputs.md shows is read, and each place that it names is there."""

import re
from pathlib import Path

from blinkenlights.probe.files.read import read_endpoints
from blinkenlights.probe.templates import PROBER_PLACES, RESULT_PLACES
from posting.stage import NOON

PAGE = (Path(__file__).parents[2] / "docs" / "outputs.md").read_text("utf-8")


def test_the_file_is_read(tmp_path: Path) -> None:
    """With its key in a file of its own."""
    token = tmp_path / "token"
    token.write_text("sesame\n")
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)

    found = read_endpoints(
        text.replace("/etc/blinkenlights/events.token", str(token)).encode(), "a.yml", {}, NOON
    )

    (output,) = found.endpoints[0].outputs
    assert (output.on, output.place) == ("change", "https://events.example.net")


def test_each_place_is_named() -> None:
    """And none that is not there."""
    rows = re.findall(r"^\| (`\{.*?`) \|", PAGE, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`\{([\w.]+)\}`", row)}
    own = PAGE.partition("Its places are")[2].partition("It is")[0]

    assert named - {"labels.team"} == set(RESULT_PLACES)
    assert set(re.findall(r"`\{([\w.]+)\}`", own)) == set(PROBER_PLACES)
