"""What tests of posting share."""

from alert.conftest import run

__all__ = ["run"]
