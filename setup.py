"""The programs: `blinkenlights`, one for each module of a check, and one for each channel.

All else is in pyproject.toml.

Listed here and not there, so that a new check is a new file and no new line.
"""

from pathlib import Path

from setuptools import setup

CHECKS = sorted(
    path.stem for path in Path(__file__).with_name("lib").glob("blinkenlights/checks/check_*.py")
)

CHANNELS = ("apprise", "email", "pagerduty", "slack", "webhook")

setup(
    entry_points={
        "console_scripts": [
            "blinkenlights = blinkenlights.cli:main",
            *(f"{name} = blinkenlights.checks:{name.removeprefix('check_')}" for name in CHECKS),
            *(f"notify_{name} = blinkenlights.notify:{name}" for name in CHANNELS),
        ]
    }
)
