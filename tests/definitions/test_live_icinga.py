"""A real Icinga 2 with the files in icinga/icinga2 runs the installed checks."""

from collections.abc import Callable
from pathlib import Path

import pytest

from blinkenlights.kinds.registry import KINDS
from servers.icinga2 import Icinga2
from servers.monitored import State
from servers.waiting import wait_until
from servers.watched import Watched

pytestmark = pytest.mark.xdist_group("cores")

FILES = sorted((Path(__file__).parents[2] / "icinga" / "icinga2").glob("*.conf"))
CHOSEN = {f"blinkenlights-{kind.group}.conf" for kind in KINDS if kind.group}
OUTAGES = 4
"""Of a crash loop; with two, this Icinga calls a service flapping that may be."""

OBJECTS = """\
object Host "monitoring" {{
  import "sample-host"
  vars.blinkenlights = true
  vars.blinkenlights_transfers = true
  vars.blinkenlights_machines = true
  vars.blinkenlights_metrics = true
  vars.blinkenlights_endpoints = true
  vars.blinkenlights_expected = true
  vars.blinkenlights_alerts = true
  vars.blinkenlights_redis = "{url}"
  vars.blinkenlights_password_file = "{password_file}"
  vars.blinkenlights_heartbeat["alive"] = {{
    blinkenlights_heartbeat_name = "ali*"
  }}
  vars.blinkenlights_heartbeat["late"] = {{
    blinkenlights_heartbeat_name = [ "late", "nobody at all" ]
    blinkenlights_heartbeat_missing = "ok"
  }}
  vars.blinkenlights_heartbeat["odd"] = {{
    blinkenlights_heartbeat_name = "silent|$$HOME;"
    blinkenlights_heartbeat_verbose = true
  }}
  vars.blinkenlights_speedo["moving"] = {{
    blinkenlights_speedo_client = [ "mov*" ]
  }}
  vars.blinkenlights_speedo["failing"] = {{
    blinkenlights_speedo_client = "failing"
    blinkenlights_speedo_window = "15m"
    blinkenlights_speedo_errors = 10
  }}
  vars.blinkenlights_delivery["moving"] = {{
    blinkenlights_delivery_client = [ "moving" ]
    blinkenlights_delivery_critical = "1h"
  }}
  vars.blinkenlights_inflight["old"] = {{
    blinkenlights_inflight_critical = "1h"
  }}
  vars.blinkenlights_machine["alive"] = {{
    blinkenlights_machine_machine = [ "alive" ]
    blinkenlights_machine_critical = "30m"
  }}
  vars.blinkenlights_machine["late"] = {{
    blinkenlights_machine_machine = [ "late" ]
    blinkenlights_machine_warning = "30m"
    blinkenlights_machine_critical = "1d"
  }}
  vars.blinkenlights_machine["failing"] = {{
    blinkenlights_machine_failing = 3
  }}
  vars.blinkenlights_heartbeat["value"] = {{
    blinkenlights_heartbeat_name = "alive"
    blinkenlights_heartbeat_value = "queue_depth"
    blinkenlights_heartbeat_warning = 5
    blinkenlights_heartbeat_critical = "~:9"
  }}
}}
object Host "deaf" {{
  import "sample-host"
  vars.blinkenlights = true
  vars.blinkenlights_transfers = true
  vars.blinkenlights_machines = true
  vars.blinkenlights_redis = "{empty}"
  vars.blinkenlights_password_file = "{password_file}"
}}
template Service "of-the-site" default {{
  enable_flapping = true
  flapping_threshold_high = 10
  flapping_threshold_low = 5
}}
object Host "other" {{
  import "sample-host"
}}
"""


@pytest.fixture
def core(watched: Watched, installed_checks: Path, icinga2: Callable[..., Icinga2]) -> Icinga2:
    """Give a running Icinga 2 with exactly our files, and services in every state."""
    objects = OBJECTS.format(
        url=watched.url, empty=watched.empty_url, password_file=watched.password_file
    )
    core = icinga2(FILES, objects, installed_checks)
    core.process.start()
    watched.report()
    return core


PLAIN = """\
object Host "monitoring" {{
  import "sample-host"
  vars.blinkenlights = true
}}
"""


@pytest.mark.parametrize(
    ("files", "objects"),
    [
        pytest.param(FILES, OBJECTS, id="all"),
        pytest.param([one for one in FILES if one.name not in CHOSEN], PLAIN, id="none-chosen"),
    ],
)
def test_icinga_accepts_the_files(
    icinga2: Callable[..., Icinga2], tmp_path: Path, files: list[Path], objects: str
) -> None:
    """`icinga2 daemon -C` finds neither an error nor a warning, such as of an unused rule."""
    objects = objects.format(url="", empty="", password_file="")

    checked = icinga2(files, objects, tmp_path).verify()

    assert checked.returncode == 0, checked.stdout
    assert "critical/" not in checked.stdout
    assert "warning/" not in checked.stdout


def test_icinga_holds_state_text_and_perfdata(core: Icinga2, watched: Watched) -> None:
    """OK, WARNING, CRITICAL and UNKNOWN arrive with the check's own words and figures."""
    watched.report()
    collector = core.check("monitoring", "blinkenlights-collector")
    alive = core.check("monitoring", "blinkenlights-heartbeat-alive")
    watched.report()
    late = core.check("monitoring", "blinkenlights-heartbeat-late")
    fleet = core.check("monitoring", "blinkenlights-heartbeat")
    unknown = core.check("deaf", "blinkenlights-heartbeat")

    assert (collector.state, alive.state, late.state) == (State.OK, State.OK, State.WARNING)
    assert (fleet.state, unknown.state) == (State.CRITICAL, State.UNKNOWN)
    assert collector.text.startswith("COLLECTOR OK: 1 collector running")
    assert alive.text.startswith("HEARTBEAT OK: ")
    assert "late (16m " in late.text
    assert "1 of 3 components silent: silent/SHOME, (33m" in fleet.text
    assert {"total=3", "silent=1"} <= {item.partition(";")[0] for item in fleet.perfdata.split()}
    assert "lag=" in collector.perfdata


def test_icinga_holds_what_is_said_of_transfers(core: Icinga2, watched: Watched) -> None:
    """OK, WARNING, CRITICAL and UNKNOWN of check_speedo arrive, and the other checks run."""
    watched.report()
    moving = core.check("monitoring", "blinkenlights-speedo-moving")
    failing = core.check("monitoring", "blinkenlights-speedo-failing")
    watched.report()
    clients = core.check("monitoring", "blinkenlights-speedo")
    delivery = core.check("monitoring", "blinkenlights-delivery-moving")
    inflight = core.check("monitoring", "blinkenlights-inflight-old")
    unknown = core.check("deaf", "blinkenlights-speedo")

    assert (moving.state, failing.state) == (State.OK, State.WARNING)
    assert (clients.state, unknown.state) == (State.CRITICAL, State.UNKNOWN)
    assert "1 client moving" in moving.text
    assert "failing (50% bad, limit 10)" in failing.text
    assert "1 of 3 clients at zero: stopped (33m" in clients.text
    assert {"total=3", "zero=1"} <= {item.partition(";")[0] for item in clients.perfdata.split()}
    assert (delivery.state, inflight.state) == (State.OK, State.OK)


def test_icinga_holds_what_is_said_of_machines(core: Icinga2, watched: Watched) -> None:
    """OK, WARNING, CRITICAL and UNKNOWN of check_machine arrive."""
    watched.report()
    alive = core.check("monitoring", "blinkenlights-machine-alive")
    late = core.check("monitoring", "blinkenlights-machine-late")
    watched.report()
    failing = core.check("monitoring", "blinkenlights-machine-failing")
    unknown = core.check("deaf", "blinkenlights-machine")

    assert (alive.state, late.state) == (State.OK, State.WARNING)
    assert (failing.state, unknown.state) == (State.CRITICAL, State.UNKNOWN)
    assert "1 machine" in alive.text
    assert "mdc1:late (1h" in late.text
    assert "mdc1:failing (3 in a row" in failing.text
    assert "failing=1" in failing.perfdata


def test_icinga_passes_arguments_as_they_were_meant(core: Icinga2, watched: Watched) -> None:
    """Arrays, flags, numbers, a dollar and a pipe reach the check; text and values come back."""
    watched.report()
    odd = core.check("monitoring", "blinkenlights-heartbeat-odd")
    value = core.check("monitoring", "blinkenlights-heartbeat-value")

    assert odd.state == State.CRITICAL
    assert "1 of 1 component silent" in odd.text
    assert "silent/SHOME," in odd.more
    assert value.state == State.WARNING
    assert "=7;5;~:9" in value.perfdata


def test_icinga_shows_services_by_their_titles(core: Icinga2) -> None:
    """The rules apply to hosts with vars.blinkenlights only, and name services for people."""
    services = core.api("GET", "/objects/services?attrs=display_name&attrs=host_name")["results"]
    names = {(one["attrs"]["host_name"], one["attrs"]["display_name"]) for one in services}

    assert ("monitoring", "Heartbeats") in names
    assert ("monitoring", "Heartbeats late") in names
    assert ("monitoring", "Transfers moving") in names
    assert ("deaf", "Collector") in names
    assert not [host for host, _ in names if host == "other"]


def test_only_the_collector_notifies_when_nothing_can_be_heard(core: Icinga2) -> None:
    """Without a collector its check notifies, and the heartbeat check, UNKNOWN, keeps quiet."""
    for _ in range(2):
        collector = core.check("deaf", "blinkenlights-collector")
    for _ in range(3):
        heartbeat = core.check("deaf", "blinkenlights-heartbeat")

    assert (collector.state, collector.hard) == (State.CRITICAL, True)
    assert (heartbeat.state, heartbeat.hard) == (State.UNKNOWN, True)
    assert not core.attributes("deaf", "blinkenlights-heartbeat")["last_reachable"]
    notified = [line for line in core.notifications() if line.startswith("deaf ")]
    assert notified == ["deaf blinkenlights-collector PROBLEM CRITICAL"]


def test_a_silent_component_notifies_while_the_collector_is_well(
    core: Icinga2, watched: Watched
) -> None:
    """The dependency is no muzzle: with a healthy parent, a silent component is notified."""
    watched.report()
    core.check("monitoring", "blinkenlights-collector")
    for _ in range(3):
        watched.report()
        fleet = core.check("monitoring", "blinkenlights-heartbeat")

    assert (fleet.state, fleet.hard) == (State.CRITICAL, True)
    assert "monitoring blinkenlights-heartbeat PROBLEM CRITICAL" in core.notifications()


def told_of_a_loop(notified: list[str]) -> list[str]:
    """Return what was notified of the collector and one child, once it is as much as is awaited."""
    services = {"monitoring blinkenlights-collector", "monitoring blinkenlights-heartbeat-alive"}
    told = [line for line in notified if line.rsplit(" ", 2)[0] in services]
    return told if len(told) >= 2 * OUTAGES else []


def test_each_outage_of_a_crash_loop_is_notified_once(core: Icinga2, watched: Watched) -> None:
    """No outage is muted as flapping: each is one problem and one recovery, of the parent alone."""
    for _ in range(OUTAGES):
        watched.report(age=60)
        for _ in range(2):
            core.check("monitoring", "blinkenlights-collector")
        core.check("monitoring", "blinkenlights-heartbeat-alive")
        watched.report()
        core.check("monitoring", "blinkenlights-collector")
        core.check("monitoring", "blinkenlights-heartbeat-alive")
    told = wait_until(lambda: told_of_a_loop(core.notifications()), "all notifications", 10.0)

    collector = "monitoring blinkenlights-collector"
    assert told == [f"{collector} PROBLEM CRITICAL", f"{collector} RECOVERY OK"] * OUTAGES
