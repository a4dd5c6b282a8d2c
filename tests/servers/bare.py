"""An environment without settings of ours, and without those of others that we understand."""

import os

import pytest

OTHERS = ("AMQP_USER", "AMQP_PASS", "REDIS_URL", "PORT")


def remove_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings of this machine's environment away."""
    for name in list(os.environ):
        if name.startswith("BLINKENLIGHTS_") or name in OTHERS:
            monkeypatch.delenv(name)
