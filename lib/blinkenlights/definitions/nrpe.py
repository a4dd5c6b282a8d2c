"""NRPE: the checks run on the machine with the store, asked from elsewhere with check_nrpe."""

from blinkenlights.definitions.file import File
from blinkenlights.definitions.registry import CHECKS

_HEAD = """\
# Blinkenlights for NRPE, on the machine that can reach the store.
# Written by `blinkenlights icinga` as a start; from then on this file is yours.
#
# No options come over the network: dont_blame_nrpe may stay 0. Add a line for each set of options:
#     command[billing]=/usr/lib/nagios/plugins/check_heartbeat --config ... --name 'billing*'
# NRPE hands no environment on, so --config says where the store is: README.md of the project has
# that file. The check ends by itself after 8 s (--timeout), before check_nrpe's own 10 s.

"""

CHECKS_CONFIG = "/etc/blinkenlights/checks.toml"
"""What the core may read; the configuration of the daemons holds their passwords."""
COMMAND = f"command[{{name}}]=/usr/lib/nagios/plugins/{{program}} --config {CHECKS_CONFIG}"


def files() -> list[File]:
    """Return the file for /etc/nagios/nrpe.d."""
    lines = "".join(
        COMMAND.format(name=check.object_name, program=check.program) + "\n" for check in CHECKS
    )
    return [File("nrpe/blinkenlights.cfg", _HEAD + lines)]
