"""What people watch here: endpoints, and the probers that probe them."""

from collections.abc import Mapping

from blinkenlights.kinds.command_lines import CommandLine, check_line, own_line
from blinkenlights.kinds.endpoint import states
from blinkenlights.kinds.endpoint.declaring import EndpointDeclaring
from blinkenlights.kinds.endpoint.numbers import drawn_number
from blinkenlights.kinds.endpoint.page import Endpoints
from blinkenlights.kinds.endpoint.prober.declaring import ProberDeclaring
from blinkenlights.kinds.endpoint.prober.gauges import GAUGES
from blinkenlights.kinds.endpoint.prober.location_page import Locations
from blinkenlights.kinds.endpoint.prober.page import Probers
from blinkenlights.kinds.endpoint.prober.states import LOCATION_STATES
from blinkenlights.kinds.endpoint.prober.states import STATES as PROBER_STATES
from blinkenlights.kinds.rows import Fact
from blinkenlights.kinds.subject import WINDOWED, Display, InRules, Subject


def _commands(name: str) -> list[CommandLine]:
    return [
        check_line("Is it good?", "check_endpoint", "name", name),
        own_line("Probe it now", "probe", "once", name=name),
    ]


def _prober_commands(name: str) -> list[CommandLine]:
    return [check_line("Does it keep its schedule?", "check_probe", "prober", name)]


def _location_commands(name: str) -> list[CommandLine]:
    return [check_line("Do its workers carry what is due?", "check_probe", "location", name)]


def _parts_of_location(name: str) -> Mapping[str, str]:
    prober, _, location = name.rpartition("/")
    return {"name": name, "prober": prober, "location": location}


def _labels(name: str, facts: Mapping[str, Fact]) -> Mapping[str, str]:
    """Return the labels of an endpoint, as its file has them."""
    del name
    return {
        fact.removeprefix("label "): str(value)
        for fact, value in facts.items()
        if fact.startswith("label ")
    }


SUBJECTS = (
    Subject(
        name="endpoint",
        display=Display(
            title="Endpoints",
            plural="endpoints",
            states=states.STATES,
            view=Endpoints,
            columns=("http_status", "time", "cert_days", "reason"),
            headings={"http_status": "status", "cert_days": "certificate days"},
            seen="Probed",
            last_seen="last probed",
            number=drawn_number,
            commands=_commands,
        ),
        declaring=EndpointDeclaring(),
        in_rules=InRules(
            "endpoint",
            numbers=WINDOWED,
            tags=_labels,
            missing=("overdue",),
            ended=("retired", "removed"),
        ),
    ),
    Subject(
        name="prober",
        display=Display(
            title="Probers",
            plural="probers",
            states=PROBER_STATES,
            view=Probers,
            columns=("endpoints", "lag", "missed", "waiting", "used", "bad_files"),
            has_more_columns=False,
            headings={"lag": "lag at 95% (s)", "used": "capacity used", "bad_files": "bad files"},
            seen="Reported",
            last_seen="last report",
            commands=_prober_commands,
        ),
        declaring=ProberDeclaring(),
        in_rules=InRules("probe", missing=("down",), ended=()),
    ),
    Subject(
        name="location",
        display=Display(
            title="Locations",
            plural="locations",
            states=LOCATION_STATES,
            view=Locations,
            columns=("endpoints", "workers", "capacity", "needed", "waiting", "limited_for"),
            has_more_columns=False,
            headings={"limited_for": "scaling limit hit for"},
            units={"limited_for": "span"},
            seen="Reported",
            last_seen="last report",
            commands=_location_commands,
            placeholders=("name", "prober", "location"),
            parts=_parts_of_location,
            gauges=GAUGES,
        ),
    ),
)
