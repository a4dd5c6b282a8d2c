"""What a core says of a notification, in variables of the environment.

Nagios calls its own `NAGIOS_HOSTNAME` and so on, where `enable_environment_macros` is set or the
command names them. Icinga 2 sets those that its command names: ours are `ICINGA_HOSTNAME` and so
on, so that both are told apart.
"""

from collections.abc import Mapping
from typing import NamedTuple

OF_ALL = (
    "NOTIFICATIONTYPE",
    "NOTIFICATIONAUTHOR",
    "NOTIFICATIONCOMMENT",
    "HOSTNAME",
    "HOSTADDRESS",
)
OF_HOST = (
    "HOSTSTATE",
    "LASTHOSTSTATE",
    "LASTHOSTSTATECHANGE",
    "HOSTOUTPUT",
    "HOSTNOTESURL",
    "HOSTACTIONURL",
)
OF_SERVICE = (
    "SERVICEDESC",
    "SERVICESTATE",
    "LASTSERVICESTATE",
    "LASTSERVICESTATECHANGE",
    "SERVICEOUTPUT",
    "SERVICENOTESURL",
    "SERVICEACTIONURL",
)
"""What the definitions hand over, by the names that Nagios has for them."""
PREFIXES = ("ICINGA_", "NAGIOS_")
KINDS = {
    "PROBLEM": "problem",
    "RECOVERY": "recovery",
    "ACKNOWLEDGEMENT": "acknowledgement",
    "DOWNTIMESTART": "downtime begins",
    "DOWNTIMEEND": "downtime is over",
    "DOWNTIMECANCELLED": "downtime was cancelled",
    "DOWNTIMEREMOVED": "downtime was cancelled",
    "FLAPPINGSTART": "flapping begins",
    "FLAPPINGSTOP": "flapping is over",
    "FLAPPINGEND": "flapping is over",
    "FLAPPINGDISABLED": "flapping is not looked for any more",
    "CUSTOM": "remark",
}
"""What a core calls a notification -> what it is."""
WELL = frozenset(("OK", "UP"))


class NoMacrosError(Exception):
    """The environment says nothing of a notification, or something that cannot be; says what."""


class Notification(NamedTuple):
    """One notification, of a host or of a service."""

    kind: str
    """One of the values of `KINDS`."""
    host: str
    service: str
    """Empty for the host itself."""
    state: str
    """`OK`, `WARNING`, `CRITICAL`, `UNKNOWN`, `UP`, `DOWN`, `UNREACHABLE`."""
    before: str
    """The state before; empty where it is not known."""
    output: str
    address: str
    author: str
    comment: str
    since: float
    """Since when it is in this state, in seconds since the epoch; 0 where that is not known."""
    link: str
    runbook: str

    @property
    def is_well(self) -> bool:
        """Whether nothing is wrong at present."""
        return self.state in WELL


def notification_of(environment: Mapping[str, str]) -> Notification:
    """Return the notification that the environment describes; raises NoMacrosError."""
    prefix = next((each for each in PREFIXES if f"{each}NOTIFICATIONTYPE" in environment), None)
    if prefix is None:
        raise NoMacrosError(
            "no macros: a monitoring core starts this, with NAGIOS_NOTIFICATIONTYPE or "
            "ICINGA_NOTIFICATIONTYPE; see icinga/nagios/notifications.cfg"
        )

    def said(name: str) -> str:
        text = environment.get(f"{prefix}{name}", "").strip()
        # A macro that a core does not know stays as it is.
        return "" if text.startswith("$") and text.endswith("$") else text

    kind = said("NOTIFICATIONTYPE").upper().partition(" ")[0]
    if kind not in KINDS:
        raise NoMacrosError(f"{prefix}NOTIFICATIONTYPE is {kind or 'empty'}, which is no such type")
    service = said("SERVICEDESC")
    what = "SERVICE" if service else "HOST"
    if not said("HOSTNAME") or not said(f"{what}STATE"):
        raise NoMacrosError(f"{prefix}HOSTNAME or {prefix}{what}STATE is not set")
    return Notification(
        kind=KINDS[kind],
        host=said("HOSTNAME"),
        service=service,
        state=said(f"{what}STATE").upper(),
        before=said(f"LAST{what}STATE").upper(),
        output=said(f"{what}OUTPUT"),
        address=said("HOSTADDRESS"),
        author=said("NOTIFICATIONAUTHOR"),
        comment=said("NOTIFICATIONCOMMENT"),
        since=_seconds(said(f"LAST{what}STATECHANGE")),
        link=said(f"{what}ACTIONURL"),
        runbook=said(f"{what}NOTESURL"),
    )


def _seconds(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        return 0.0
    # Neither "nan" nor what no clock shows.
    return found if 0 < found < 1e11 else 0.0  # noqa: PLR2004 - the year 5138
