"""Options that several commands share."""

import argparse
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    SubParsers: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001
else:
    SubParsers = object


def add_config(parser: argparse.ArgumentParser, *, is_repeated: bool = False) -> None:
    """Add --config.

    Args:
        parser: To what.
        is_repeated: Whether the command above takes it too: what was said there stays.
    """
    parser.add_argument(
        "--config",
        metavar="FILE",
        default=argparse.SUPPRESS if is_repeated else None,
        help="the configuration (default: BLINKENLIGHTS_CONFIG, else "
        "/etc/blinkenlights/blinkenlights.toml)",
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add --json."""
    parser.add_argument("--json", action="store_true", help="print JSON for programs")
