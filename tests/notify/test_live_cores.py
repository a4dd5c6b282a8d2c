"""A real Nagios and a real Icinga 2 notify by our commands, with exactly the files in icinga/."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from aiohttp import web

from servers.heard import Request, Service, served_in_thread
from servers.icinga2 import Icinga2
from servers.nagios import Nagios
from servers.waiting import wait_until

pytestmark = pytest.mark.xdist_group("cores")

ICINGA = Path(__file__).parents[2] / "icinga"
INJECTION = "new disk'; touch {file}; echo '`touch {file}`$(touch {file})"
"""A comment that would be commands."""

NAGIOS_OBJECTS = """\
define command {{
    command_name  from-file
    command_line  /bin/sh {folder}/state
}}
define contact {{
    contact_name                   hook
    host_notification_period       24x7
    service_notification_period    24x7
    host_notification_options      d,u,r,f,s
    service_notification_options   w,u,c,r,f,s
    host_notification_commands     blinkenlights-webhook-host!--url={url}!--timeout=20
    service_notification_commands  blinkenlights-webhook-service!--url={url}!--timeout=20
}}
define service {{
    use                    generic-service
    host_name              web2
    service_description    HTTP
    check_command          from-file
    check_interval         60
    retry_interval         1
    max_check_attempts     1
    notification_options   w,u,c,r,f,s
    contacts               hook
}}
define host {{
    use                    sample-host
    host_name              web2
    contacts               hook
    notification_options   d,u,r,f,s
}}
"""

ICINGA_OBJECTS = """\
object CheckCommand "from-file" {{
  command = [ "/bin/sh", "{folder}/state" ]
}}
object User "hook" {{ }}
object Host "web2" {{
  import "sample-host"
  vars.blinkenlights_webhook_url = "{url}"
}}
object Service "HTTP" {{
  host_name = "web2"
  check_command = "from-file"
  check_interval = 1h
  max_check_attempts = 1
  enable_flapping = true
  action_url = "https://lights.example.net/HTTP"
}}
apply Notification "hook" to Service {{
  command = "blinkenlights-webhook-service"
  users = [ "hook" ]
  interval = 0
  assign where host.name == "web2"
}}
"""


class Taker(Service):
    """Takes what webhooks post."""

    async def answer(self, request: Request) -> web.StreamResponse:
        """Take it."""
        del request
        return web.Response()

    @property
    def titles(self) -> list[str]:
        """What was said, oldest first."""
        return [str(each["title"]) for each in self.said]

    @property
    def said(self) -> list[dict[str, Any]]:
        """Bodies."""
        return [json.loads(each.body) for each in self.requests]

    def wait_for(self, number: int) -> list[str]:
        """Return so many titles once they are there."""
        wait_until(lambda: len(self.titles) >= number, f"{number} notifications", 60.0)
        return self.titles


class Checked(NamedTuple):
    """What a check answers: the script that it is."""

    folder: Path

    def is_now(self, code: int, output: str) -> None:
        """Let it answer this from now on."""
        (self.folder / "state").write_text(f"echo '{output}'\nexit {code}\n")


@pytest.fixture
def taker() -> Iterator[Taker]:
    """Give a receiver of webhooks."""
    with served_in_thread(service := Taker()):
        yield service


def test_nagios_notifies_by_our_command(
    taker: Taker, installed_checks: Path, nagios: Callable[..., Nagios]
) -> None:
    """What becomes of a service, and a host that is down; no comment becomes a command."""
    objects = NAGIOS_OBJECTS.replace("{url}", taker.url)
    files = [ICINGA / "nagios" / "notifications.cfg"]
    core = nagios(files, "", installed_checks, {"PATH": "/usr/bin:/bin"})
    checked = Checked(core.folder)
    (core.folder / "objects" / "test.cfg").write_text(objects.format(folder=core.folder))
    checked.is_now(0, "HTTP OK")
    (core.folder / "state").chmod(0o644)
    core.process.start()
    pwned = core.folder / "pwned"

    core.check("web2", "HTTP")
    checked.is_now(2, "HTTP CRITICAL: 503 in 2 s, limit 1 s")
    core.check("web2", "HTTP")
    (problem,) = taker.wait_for(1)
    comment = INJECTION.format(file=pwned)
    core._command(f"ACKNOWLEDGE_SVC_PROBLEM;web2;HTTP;1;1;0;ann;{comment}")
    acknowledged = taker.wait_for(2)[1]
    now = int(time.time())
    core._command(f"SCHEDULE_SVC_DOWNTIME;web2;HTTP;{now - 5};{now + 600};1;0;600;ben;{comment}")
    downtime = taker.wait_for(3)[2]
    core._command("DEL_DOWNTIME_BY_HOST_NAME;web2;HTTP")
    cancelled = taker.wait_for(4)[3]
    checked.is_now(0, "HTTP OK")
    core.check("web2", "HTTP")
    recovery = taker.wait_for(5)[4]
    core._command("PROCESS_HOST_CHECK_RESULT;web2;1;gone")
    down = taker.wait_for(6)[5]

    assert problem.startswith("CRITICAL: web2: HTTP: HTTP CRITICAL: 503 in 2 s, limit 1 s")
    assert acknowledged.startswith("web2: HTTP (CRITICAL): acknowledged by ann: new disk")
    assert downtime.startswith("web2: HTTP (CRITICAL): downtime begins by ben: new disk")
    assert cancelled.startswith("web2: HTTP (CRITICAL): downtime was cancelled")
    assert recovery.startswith("OK: web2: HTTP: HTTP OK")
    assert down.startswith("DOWN: web2: gone")
    assert not pwned.exists()
    assert taker.said[0]["firing"][0]["tags"]["address"] == "127.0.0.1"
    assert len({each["incident"] for each in taker.said}) == 2


def test_icinga_notifies_by_our_command(
    taker: Taker, installed_checks: Path, icinga2: Callable[..., Icinga2]
) -> None:
    """Problem, acknowledgement, downtime, remark and recovery of a service."""
    files = [ICINGA / "icinga2" / "blinkenlights-notifications.conf"]
    core = icinga2(files, "", installed_checks)
    checked = Checked(core.folder)
    objects = ICINGA_OBJECTS.format(folder=core.folder, url=taker.url)
    (core.folder / "objects" / "test.conf").write_text(objects)
    checked.is_now(0, "HTTP OK")
    (core.folder / "state").chmod(0o644)
    core.process.start()
    about = {"type": "Service", "service": "web2!HTTP"}
    by_ann = about | {"author": "ann", "comment": "new 'disk'; $x$ `true`"}

    core.check("web2", "HTTP")
    checked.is_now(2, "HTTP CRITICAL: 503 in 2 s, limit 1 s")
    core.check("web2", "HTTP")
    (problem,) = taker.wait_for(1)
    core.api("POST", "/actions/acknowledge-problem", by_ann | {"notify": True})
    acknowledged = taker.wait_for(2)[1]
    core.api("POST", "/actions/send-custom-notification", by_ann | {"force": True})
    remark = taker.wait_for(3)[2]
    now = time.time()
    times = {"start_time": now - 5, "end_time": now + 600, "duration": 600, "fixed": True}
    core.api("POST", "/actions/schedule-downtime", by_ann | times)
    downtime = taker.wait_for(4)[3]
    core.api("POST", "/actions/remove-downtime", about)
    over = taker.wait_for(5)[4]
    checked.is_now(0, "HTTP OK")
    core.check("web2", "HTTP")
    recovery = taker.wait_for(6)[5]

    assert problem.startswith("CRITICAL: web2: HTTP: HTTP CRITICAL: 503 in 2 s, limit 1 s")
    assert acknowledged.startswith("web2: HTTP (CRITICAL): acknowledged by ann: new 'disk', ")
    assert remark.startswith("web2: HTTP (CRITICAL): remark by ann: new 'disk'")
    assert downtime.startswith("web2: HTTP (CRITICAL): downtime begins by ann")
    assert over.startswith("web2: HTTP (CRITICAL): downtime is over")
    assert recovery.startswith("OK: web2: HTTP: HTTP OK")
    assert taker.said[0]["firing"][0]["link"] == "https://lights.example.net/HTTP"
    assert len({each["incident"] for each in taker.said}) == 1
