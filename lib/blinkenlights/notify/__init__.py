"""Notification commands for Nagios and Icinga: the channels of alerts, for what a core has to say.

They stand beside the checks and not among them: a check is thin because it runs every minute, and
has no way to speak to anybody. These run when there is something to tell, and load what it takes.
"""

from blinkenlights.notify.program import main


def slack() -> int:
    """Run `notify_slack`."""
    return main("slack")


def pagerduty() -> int:
    """Run `notify_pagerduty`."""
    return main("pagerduty")


def webhook() -> int:
    """Run `notify_webhook`."""
    return main("webhook")


def email() -> int:
    """Run `notify_email`."""
    return main("email")


def apprise() -> int:
    """Run `notify_apprise`."""
    return main("apprise")
