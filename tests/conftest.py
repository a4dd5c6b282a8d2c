"""Fixtures for every test; each is documented where it is written."""

pytest_plugins = ["servers.ports", "servers.valkey", "servers.rabbitmq", "servers.faulty"]
