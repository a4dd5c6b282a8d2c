"""The check plugins: one module each, with its options, what it fetches and how it judges.

The functions here are the programs; a new check adds its module and its line.
"""

from blinkenlights.plugin.entry import run

NAMES = ("heartbeat", "collector", "speedo", "delivery", "inflight", "machine")
"""All checks, without `check_`."""


def check_heartbeat() -> None:
    """Be the program check_heartbeat."""
    run("heartbeat")


def check_collector() -> None:
    """Be the program check_collector."""
    run("collector")


def check_speedo() -> None:
    """Be the program check_speedo."""
    run("speedo")


def check_delivery() -> None:
    """Be the program check_delivery."""
    run("delivery")


def check_inflight() -> None:
    """Be the program check_inflight."""
    run("inflight")


def check_machine() -> None:
    """Be the program check_machine."""
    run("machine")
