"""Fixtures for every test; each is documented where it is written."""

import os

import hypothesis
import pytest

# A noisy machine is no failure; real servers answer in their own time. The same examples are
# tried each time, so that a run answers for the change, not for luck; EXPLORE=1 looks for new ones.
hypothesis.settings.register_profile(
    "blinkenlights", deadline=None, print_blob=True, derandomize="EXPLORE" not in os.environ
)
hypothesis.settings.load_profile("blinkenlights")

# First, because these modules import each other.
pytest.register_assert_rewrite("servers")

pytest_plugins = [
    "servers.chromium",
    "servers.collectors",
    "servers.containers",
    "servers.faulty",
    "servers.icinga2",
    "servers.influxdb",
    "servers.installation",
    "servers.nagios",
    "servers.old_site",
    "servers.ports",
    "servers.rabbitmq",
    "servers.simulated_alerts",
    "servers.simulated_endpoints",
    "servers.simulated_machines",
    "servers.simulated_metrics",
    "servers.simulated_transfers",
    "servers.simulation",
    "servers.valkey",
    "servers.watched",
    "servers.written_lines",
]

LONGEST = ("test_style.py", "test_install.py")
"""They take minutes: beside all others, not after them."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the longest begin first."""
    items.sort(key=lambda item: item.path.name not in LONGEST)
