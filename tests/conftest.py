"""Fixtures for every test; each is documented where it is written."""

import pytest

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
