"""The store for commands by hand, found the way the checks find it."""

import argparse
from collections.abc import Callable
from typing import TypeVar

from blinkenlights.plugin.settings import store_settings
from blinkenlights.store.client import StoreClient

Wrapped = TypeVar("Wrapped")


def add_store(parser: argparse.ArgumentParser) -> None:
    """Add the options that say where the store is."""
    parser.add_argument(
        "--redis",
        metavar="URL",
        help="the store: redis://, rediss:// or unix://; else as the checks find it",
    )
    parser.add_argument("--password-file", metavar="FILE", help="its first line is the password")


def open_client(
    options: argparse.Namespace, wrapped_as: Callable[[StoreClient], Wrapped]
) -> Wrapped:
    """Return what `wrapped_as` makes of a connection to the store, as `FlowStore`.

    The store is the one that `options` name, else the environment or the configuration.
    """
    return wrapped_as(open_store(options))


def open_store(options: argparse.Namespace) -> StoreClient:
    """Return a connection to that store."""
    return StoreClient.of(store_settings(options))
