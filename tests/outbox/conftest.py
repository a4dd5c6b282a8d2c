"""What tests of outboxes share."""

from alert.conftest import run

__all__ = ["run"]
