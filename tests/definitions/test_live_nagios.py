"""A real Nagios with the files in icinga/nagios runs the installed checks."""

from collections.abc import Callable
from pathlib import Path

import pytest

from servers.monitored import State
from servers.nagios import Nagios
from servers.waiting import wait_until
from servers.watched import Watched

pytestmark = pytest.mark.xdist_group("cores")

FILES = sorted((Path(__file__).parents[2] / "icinga" / "nagios").glob("*.cfg"))
CHOSEN = {"transfers.cfg", "machines.cfg"}
OUTAGES = 4
"""Of a crash loop; with three, Nagios calls a service flapping that may be."""

OBJECTS = """\
define host {{
    use          sample-host
    host_name    monitoring
    hostgroups   blinkenlights,blinkenlights-transfers,blinkenlights-machines
}}
define service {{
    use                  blinkenlights-service
    host_name            monitoring
    service_description  alive
    check_command        blinkenlights-heartbeat!--name 'ali*'
}}
define servicedependency {{
    use                            blinkenlights-dependency
    host_name                      monitoring
    dependent_service_description  alive
}}
define service {{
    use                  blinkenlights-service
    host_name            monitoring
    service_description  late
    check_command        blinkenlights-heartbeat!--name late
}}
define service {{
    use                  blinkenlights-service
    host_name            monitoring
    service_description  odd
    check_command        blinkenlights-heartbeat!--name 'silent|$$HOME?' -v
}}
define service {{
    use                  blinkenlights-service
    host_name            monitoring
    service_description  value
    check_command        blinkenlights-heartbeat!--value queue_depth --name alive -w 5 -c ~:9
}}
define service {{
    use                  blinkenlights-service
    host_name            monitoring
    service_description  moving
    check_command        blinkenlights-speedo!--client 'mov*'
}}
define service {{
    use                  blinkenlights-service
    host_name            monitoring
    service_description  failing
    check_command        blinkenlights-speedo!--client failing --window 15m --errors 10
}}
define service {{
    use                  blinkenlights-service
    host_name            monitoring
    service_description  machine-late
    check_command        blinkenlights-machine!--machine late -w 30m -c 1d
}}
define service {{
    use                  blinkenlights-service
    host_name            monitoring
    service_description  machine-failing
    check_command        blinkenlights-machine!--failing 3
}}
define host {{
    use          sample-host
    host_name    deaf
}}
define service {{
    use                  blinkenlights-service
    host_name            deaf
    service_description  machine
    check_command        blinkenlights-machine!--redis {empty}
}}
define service {{
    use                  blinkenlights-service
    host_name            deaf
    service_description  speedo
    check_command        blinkenlights-speedo!--redis {empty}
}}
define service {{
    use                  blinkenlights-service
    host_name            deaf
    service_description  blinkenlights-collector
    max_check_attempts   2
    check_command        blinkenlights-collector!--redis {empty}
}}
define service {{
    use                  blinkenlights-service
    host_name            deaf
    service_description  heartbeat
    check_command        blinkenlights-heartbeat!--redis {empty}
}}
define servicedependency {{
    use                            blinkenlights-dependency
    host_name                      deaf
    dependent_service_description  heartbeat
}}
"""


@pytest.fixture
def core(watched: Watched, installed_checks: Path, nagios: Callable[..., Nagios]) -> Nagios:
    """Give a running Nagios with exactly our files, and services in every state."""
    environment = {
        "BLINKENLIGHTS_STORE_URL": watched.url,
        "BLINKENLIGHTS_STORE_PASSWORD_FILE": str(watched.password_file),
    }
    objects = OBJECTS.format(empty=watched.empty_url)
    core = nagios(FILES, objects, installed_checks, environment)
    core.process.start()
    watched.report()
    return core


PLAIN = """\
define host {{
    use          sample-host
    host_name    monitoring
    hostgroups   blinkenlights
}}
"""


@pytest.mark.parametrize(
    ("files", "objects"),
    [
        pytest.param(FILES, OBJECTS, id="all"),
        pytest.param([one for one in FILES if one.name not in CHOSEN], PLAIN, id="none-chosen"),
    ],
)
def test_nagios_accepts_the_files(
    nagios: Callable[..., Nagios], tmp_path: Path, files: list[Path], objects: str
) -> None:
    """`nagios4 -v` finds neither an error nor a warning."""
    objects = objects.format(empty="redis://127.0.0.1/1")

    checked = nagios(files, objects, tmp_path, {}).verify()

    assert checked.returncode == 0, checked.stdout
    assert "Total Warnings: 0" in checked.stdout
    assert "Total Errors:   0" in checked.stdout


def test_nagios_holds_state_text_and_perfdata(core: Nagios, watched: Watched) -> None:
    """OK, WARNING, CRITICAL and UNKNOWN arrive with the check's own words and figures."""
    watched.report()
    collector = core.check("monitoring", "blinkenlights-collector")
    watched.report()
    alive = core.check("monitoring", "alive")
    late = core.check("monitoring", "late")
    watched.report()
    fleet = core.check("monitoring", "blinkenlights-heartbeat")
    unknown = core.check("deaf", "heartbeat")

    assert (collector.state, alive.state, late.state) == (State.OK, State.OK, State.WARNING)
    assert (fleet.state, unknown.state) == (State.CRITICAL, State.UNKNOWN)
    assert collector.text.startswith("COLLECTOR OK: 1 collector running")
    assert alive.text.startswith("HEARTBEAT OK: ")
    assert "late (16m " in late.text
    assert "1 of 3 components silent: silent/SHOME, (33m" in fleet.text
    assert "total=3" in fleet.perfdata
    assert "silent=1" in fleet.perfdata
    assert "lag=" in collector.perfdata


def test_nagios_holds_what_is_said_of_transfers(core: Nagios, watched: Watched) -> None:
    """OK, WARNING, CRITICAL and UNKNOWN of check_speedo arrive, and the other checks run."""
    watched.report()
    moving = core.check("monitoring", "moving")
    failing = core.check("monitoring", "failing")
    watched.report()
    clients = core.check("monitoring", "blinkenlights-speedo")
    delivery = core.check("monitoring", "blinkenlights-delivery")
    inflight = core.check("monitoring", "blinkenlights-inflight")
    unknown = core.check("deaf", "speedo")

    assert (moving.state, failing.state) == (State.OK, State.WARNING)
    assert (clients.state, unknown.state) == (State.CRITICAL, State.UNKNOWN)
    assert "1 client moving" in moving.text
    assert "failing (50% bad, limit 10)" in failing.text
    assert "1 of 3 clients at zero: stopped (33m" in clients.text
    assert "zero=1" in clients.perfdata
    assert "3 clients" in delivery.text
    assert inflight.state == State.OK


def test_nagios_holds_what_is_said_of_machines(core: Nagios, watched: Watched) -> None:
    """OK, WARNING, CRITICAL and UNKNOWN of check_machine arrive."""
    watched.report()
    machines = core.check("monitoring", "blinkenlights-machine")
    late = core.check("monitoring", "machine-late")
    watched.report()
    failing = core.check("monitoring", "machine-failing")
    unknown = core.check("deaf", "machine")

    assert (machines.state, late.state) == (State.OK, State.WARNING)
    assert (failing.state, unknown.state) == (State.CRITICAL, State.UNKNOWN)
    assert "3 machines" in machines.text
    assert "mdc1:late (1h" in late.text
    assert "mdc1:failing (3 in a row" in failing.text
    assert "failing=1" in failing.perfdata


def test_nagios_passes_arguments_as_they_were_meant(core: Nagios, watched: Watched) -> None:
    """Quotes, a dollar and a pipe in arguments reach the check; long text and values come back."""
    watched.report()
    odd = core.check("monitoring", "odd")
    value = core.check("monitoring", "value")

    assert odd.state == State.CRITICAL
    assert "1 of 1 component silent" in odd.text
    assert "silent/SHOME," in odd.more
    assert value.state == State.WARNING
    assert "=7;5;~:9" in value.perfdata


def test_only_the_collector_notifies_when_nothing_can_be_heard(core: Nagios) -> None:
    """Without a collector its check notifies, and the heartbeat check, UNKNOWN, keeps quiet."""
    for _ in range(2):
        collector = core.check("deaf", "blinkenlights-collector")
    for _ in range(3):
        heartbeat = core.check("deaf", "heartbeat")

    assert (collector.state, collector.hard) == (State.CRITICAL, True)
    assert (heartbeat.state, heartbeat.hard) == (State.UNKNOWN, True)
    notified = [line for line in core.notifications() if line.startswith("deaf ")]
    assert notified == ["deaf blinkenlights-collector PROBLEM CRITICAL"]


def test_a_silent_component_notifies_while_the_collector_is_well(
    core: Nagios, watched: Watched
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
    services = {"monitoring blinkenlights-collector", "monitoring alive"}
    told = [line for line in notified if line.rsplit(" ", 2)[0] in services]
    return told if len(told) >= 2 * OUTAGES else []


def test_each_outage_of_a_crash_loop_is_notified_once(core: Nagios, watched: Watched) -> None:
    """No outage is muted as flapping: each is one problem and one recovery, of the parent alone."""
    for _ in range(OUTAGES):
        watched.report(age=60)
        for _ in range(2):
            core.check("monitoring", "blinkenlights-collector")
        core.check("monitoring", "alive")
        watched.report()
        core.check("monitoring", "blinkenlights-collector")
        core.check("monitoring", "alive")
    told = wait_until(lambda: told_of_a_loop(core.notifications()), "all notifications", 10.0)

    collector = "monitoring blinkenlights-collector"
    assert told == [f"{collector} PROBLEM CRITICAL", f"{collector} RECOVERY OK"] * OUTAGES
