"""Fixtures for every test; each is documented where it is written."""

import os

import hypothesis
import pytest

# A noisy machine is no failure; real servers answer in their own time. CI tries the same examples
# each time, so that it answers for the change and not for its luck; developers look for new ones.
hypothesis.settings.register_profile(
    "blinkenlights", deadline=None, print_blob=True, derandomize="CI" in os.environ
)
hypothesis.settings.load_profile("blinkenlights")

# First, because these modules import each other.
pytest.register_assert_rewrite("servers")

pytest_plugins = [
    "servers.faulty",
    "servers.icinga2",
    "servers.installation",
    "servers.nagios",
    "servers.ports",
    "servers.rabbitmq",
    "servers.simulation",
    "servers.valkey",
    "servers.watched",
]
