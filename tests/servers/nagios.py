"""Nagios Core with given object files, in its own folder, run as its own user."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from servers.installation import monitoring_user
from servers.missing import program, without
from servers.monitored import Seen, State
from servers.process import ServerProcess, make_folder, remove_folder
from servers.waiting import wait_until

_CONFIG = """\
log_file={folder}/nagios.log
{objects}
object_cache_file={folder}/objects.cache
resource_file={folder}/resource.cfg
status_file={folder}/status.dat
status_update_interval=1
temp_file={folder}/nagios.tmp
temp_path={folder}
check_result_path={folder}/results
check_result_reaper_frequency=1
command_file={folder}/nagios.cmd
query_socket={folder}/nagios.qh
lock_file={folder}/nagios.pid
state_retention_file={folder}/retention.dat
log_archive_path={folder}
check_external_commands=1
process_performance_data=1
enable_notifications=1
enable_flap_detection=1
nagios_user=nagios
nagios_group=nagios
use_syslog=0
illegal_object_name_chars=`~!$%^&*|'"<>?,()=
illegal_macro_output_chars=`~$&|'"<>
"""

# What Debian ships as an example, for the parts that our definitions lean on.
_SAMPLE = """\
define timeperiod {
    timeperiod_name  24x7
    alias            Always
    sunday           00:00-24:00
    monday           00:00-24:00
    tuesday          00:00-24:00
    wednesday        00:00-24:00
    thursday         00:00-24:00
    friday           00:00-24:00
    saturday         00:00-24:00
}
define command {
    command_name  note
    command_line  /bin/echo $HOSTNAME$ $SERVICEDESC$ $NOTIFICATIONTYPE$ $SERVICESTATE$ >> {notes}
}
define command {
    command_name  alive
    command_line  /bin/true
}
define contact {
    contact_name                   admin
    host_notification_period       24x7
    service_notification_period    24x7
    host_notification_options      n
    service_notification_options   w,u,c,r
    host_notification_commands     note
    service_notification_commands  note
}
define host {
    name                   sample-host
    register               0
    address                127.0.0.1
    check_command          alive
    max_check_attempts     1
    check_interval         60
    check_period           24x7
    notification_period    24x7
    notification_interval  0
    contacts               admin
}
define service {
    name                   generic-service
    register               0
    flap_detection_enabled 1
    check_period           24x7
    notification_period    24x7
    notification_interval  0
    contacts               admin
}
"""


class Nagios:
    """A Nagios that runs its own schedule, and a check at once when a test wants to see it.

    Args:
        definitions: Object files to use, as they are.
        objects: Further objects: hosts that use `sample-host`, and services.
        plugins: Folder that becomes $USER1$.
        environment: All variables that Nagios, and so the checks, are started with.
    """

    def __init__(
        self,
        definitions: Iterable[Path],
        objects: str,
        plugins: Path,
        environment: Mapping[str, str],
    ) -> None:
        self._program = program("nagios4") or without("nagios4-core")
        self.folder = make_folder("nagios", monitoring_user())
        self.folder.chmod(0o755)
        self._notes = self.folder / "notified"
        (self.folder / "objects").mkdir()
        (self.folder / "results").mkdir()
        for file in definitions:
            shutil.copy(file, self.folder / "objects" / file.name)
        sample = _SAMPLE.replace("{notes}", str(self._notes))
        (self.folder / "objects" / "sample.cfg").write_text(sample)
        (self.folder / "objects" / "test.cfg").write_text(objects)
        (self.folder / "resource.cfg").write_text(f"$USER1$={plugins}\n")
        files = sorted((self.folder / "objects").iterdir())
        self._config = self.folder / "nagios.cfg"
        self._config.write_text(
            _CONFIG.format(
                folder=self.folder, objects="\n".join(f"cfg_file={file}" for file in files)
            )
        )
        user = monitoring_user()
        if user is not None:
            for path in (self.folder, *self.folder.rglob("*")):
                shutil.chown(path, user, user)
        self.process = ServerProcess(
            [str(self._program), str(self._config)],
            folder=self.folder,
            is_ready=lambda: all(
                (self.folder / each).exists() for each in ("status.dat", "nagios.cmd")
            ),
            user=user,
            environment=environment,
            start_seconds=30.0,
        )

    def verify(self) -> subprocess.CompletedProcess[str]:
        """Run `nagios4 -v` on the configuration; its exit code is 0 when it is accepted."""
        return subprocess.run(
            [self._program, "-v", self._config], capture_output=True, text=True, check=False
        )

    def check(self, host: str, service: str) -> Seen:
        """Let Nagios run a check now, and return its result once it is in."""
        before = self.seen(host, service).checked
        # Nagios counts in whole seconds: a result in the same one would not be told from the last.
        wait_until(lambda: int(time.time()) > before, "the next second", 5.0)
        asked = 0.0

        def newer() -> Seen | None:
            nonlocal asked
            # Nagios drops a check that is forced while it starts one of its own.
            if time.monotonic() - asked > 5.0:
                asked = time.monotonic()
                self._command(f"SCHEDULE_FORCED_SVC_CHECK;{host};{service};{int(time.time())}")
            seen = self.seen(host, service)
            return seen if seen.checked > before else None

        seen = wait_until(newer, f"Nagios to check {service} on {host}", 30.0)
        assert seen is not None
        return seen

    def seen(self, host: str, service: str) -> Seen:
        """Return what status.dat holds of a service."""
        text = (self.folder / "status.dat").read_text()
        for block in re.findall(r"^servicestatus \{\n(.*?)^\t\}", text, re.MULTILINE | re.DOTALL):
            values = dict(line.strip().split("=", 1) for line in block.splitlines() if "=" in line)
            if (values["host_name"], values["service_description"]) == (host, service):
                return Seen(
                    State(int(values["current_state"])),
                    values["plugin_output"],
                    values["long_plugin_output"].replace("\\n", "\n").strip(),
                    values["performance_data"],
                    values["state_type"] == "1",
                    float(values["last_check"]),
                )
        raise KeyError(f"Nagios knows no service {service} on {host}")

    def notifications(self) -> list[str]:
        """Return what was notified, oldest first: `monitoring billing PROBLEM CRITICAL`."""
        return self._notes.read_text().splitlines() if self._notes.exists() else []

    def _command(self, text: str) -> None:
        pipe = os.open(self.folder / "nagios.cmd", os.O_WRONLY)
        try:
            os.write(pipe, f"[{int(time.time())}] {text}\n".encode())
        finally:
            os.close(pipe)

    def remove(self) -> None:
        """End it and remove its folder."""
        self.process.stop()
        remove_folder(self.folder)


@pytest.fixture
def nagios() -> Iterator[Callable[..., Nagios]]:
    """Give a function that sets up a Nagios and leaves starting it to the test."""
    made: list[Nagios] = []

    def make(
        definitions: Iterable[Path], objects: str, plugins: Path, environment: Mapping[str, str]
    ) -> Nagios:
        made.append(Nagios(definitions, objects, plugins, environment))
        return made[-1]

    try:
        yield make
    finally:
        for server in made:
            server.remove()
