"""Places for secrets that lead nowhere good."""

import os
from pathlib import Path

import pytest

from blinkenlights.yaml_files.secrets import NoSecret, Secrets


@pytest.mark.parametrize("path", ["/tmp/a\0b", "/dev/zero", "/tmp/\ud800"])
def test_what_cannot_be_a_secret_costs_its_endpoint_only(path: str) -> None:
    """An error that nobody expects would end the prober."""
    with pytest.raises(NoSecret) as missing:
        Secrets({}).filled(f"${{file:{path}}}")

    assert "\0" not in str(missing.value)


def test_a_secret_is_hidden_as_a_url_means_it() -> None:
    """What stands for a letter is sent as the letter."""
    secrets = Secrets({"KEY": "s%41fe%26x"})
    secrets.filled("${KEY}")

    assert {"s%41fe%26x", "sAfe&x", "sAfe%26x"} <= secrets.known


def test_nobody_waits_for_a_pipe(tmp_path: Path) -> None:
    """It is no file, and may never say anything."""
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(NoSecret, match="is no file"):
        Secrets({}).filled(f"${{file:{tmp_path}/pipe}}")
