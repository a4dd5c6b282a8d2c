"""Services for each thing, as icinga --each writes them."""

import json
import re
from pathlib import Path

import pytest

from blinkenlights.cli import main
from servers.watched import Watched

ICINGA = Path(__file__).parents[2] / "icinga"
ICINGA_FILES = [
    ICINGA / "icinga2" / f"blinkenlights-{name}.conf"
    for name in ("commands", "templates", "services")
]
NAGIOS_FILES = [
    ICINGA / "nagios" / f"{name}.cfg" for name in ("commands", "services", "servicedependencies")
]
NAGIOS_HOST = """\
define host {
    use          sample-host
    host_name    monitoring
    hostgroups   blinkenlights
}
"""
ICINGA_EACH = "icinga2/blinkenlights-each.conf"


class Each:
    """The command, with a store and a folder."""

    def __init__(self, watched: Watched, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.watched = watched
        self.folder = folder
        self._capsys = capsys
        self.out = self.err = ""

    def __call__(self, *words: str) -> int:
        """Run it, and return its exit code."""
        store = ("--redis", self.watched.url, "--password-file", str(self.watched.password_file))
        config = ("--config", self._config())
        code = main(["icinga", "--output", str(self.folder), *config, *store, *words])
        self.out, self.err = self._capsys.readouterr()
        return code

    def text(self, path: str) -> str:
        """Return one of the files."""
        return (self.folder / path).read_text("utf-8")

    def names(self) -> list[str]:
        """Return the names of the services, which are the same for all cores."""
        nagios = re.findall(
            r"^    service_description +(\S+)$", self.text("nagios/each.cfg"), re.MULTILINE
        )
        icinga = re.findall(r'blinkenlights_things\["([^"]+)"\]', self.text(ICINGA_EACH))
        nrpe = re.findall(
            r"^command\[([^]]+)\]", self.text("nrpe/blinkenlights-each.cfg"), re.MULTILINE
        )
        (basket,) = json.loads(self.text("director/each.json"))["ServiceSet"].values()
        assert nagios == icinga == nrpe == [each["object_name"] for each in basket["services"]]
        return nagios

    def _config(self) -> str:
        path = self.folder.with_name("blinkenlights.toml")
        path.write_text('[web]\nurl = "https://monitoring.example.com/fleet"\n')
        return str(path)
