"""Nagios Core, and what reads its files (Naemon, Shinken): commands, services, dependencies."""

from blinkenlights.definitions.file import File
from blinkenlights.definitions.registry import CHECKS, CHOSEN, EVERYWHERE, PARENT, options_of
from blinkenlights.kinds.kind import Check

_COMMANDS = """\
# Blinkenlights: one command for each check. $USER1$ is the plugin folder (resource.cfg).
# Written by `blinkenlights icinga`. Replace this file as a whole when you upgrade.
#
# Options follow the command after an exclamation mark, all in one argument:
#     check_command   blinkenlights-heartbeat!--name 'billing*' --warning 2m
# In there Nagios wants $$ for a dollar and \\! for an exclamation mark, and takes a semicolon for
# the start of a comment. Passwords have no option: see icinga/README.md.
"""

_SERVICES = """\
# Blinkenlights: what is checked on the hosts of the group `blinkenlights`.
# Written by `blinkenlights icinga` as a start; from then on this file is yours.
#
# Add the host that can reach the store to the group, or Nagios refuses an empty one:
#     define host {
#         host_name    monitoring
#         hostgroups   blinkenlights
#         ...
# Times are in units of interval_length, which is 60 seconds unless you changed it. generic-service
# is the template that comes with Nagios; any other with a check and a notification period will do.
# It brings flap detection, which goes mute after a few outages of the collector: off here. Its
# notification_interval says how often a problem that lasts is notified again: 60 minutes in Debian.

define hostgroup {
    hostgroup_name           blinkenlights
    alias                    Hosts with a Blinkenlights store
}

define service {
    name                     blinkenlights-service
    use                      generic-service
    register                 0
    max_check_attempts       3
    check_interval           1
    retry_interval           0.5
    is_volatile              0
    process_perf_data        1
    notification_options     w,u,c,r
    flap_detection_enabled   0
}
"""

_DEPENDENCIES = """\
# Blinkenlights: when the collector hears nothing, no other check can know anything. They answer
# UNKNOWN, and only the collector notifies; they still run, so that they are right again at once.
# Written by `blinkenlights icinga` as a start; from then on this file is yours.
#
# A service of your own depends on the collector of its host with
#     define servicedependency {{
#         use                            blinkenlights-dependency
#         host_name                      monitoring
#         dependent_service_description  billing
#     }}

define servicedependency {{
    name                           blinkenlights-dependency
    register                       0
    service_description            {parent}
    execution_failure_criteria     n
    notification_failure_criteria  u,c
}}
"""

_CHOSEN = """\
# Blinkenlights: what is checked of {name} on the hosts of the group `blinkenlights-{name}`.
# Take this file where {name} are collected, and add the host to both groups; elsewhere these
# checks would be UNKNOWN.
# Written by `blinkenlights icinga` as a start; from then on this file is yours.

define hostgroup {{
    hostgroup_name           blinkenlights-{name}
    alias                    Hosts with a Blinkenlights store of {name}
}}
"""


def files() -> list[File]:
    """Return the files for a cfg_dir of nagios.cfg."""
    return [
        File("nagios/commands.cfg", _COMMANDS + "".join(map(_command, CHECKS))),
        File(
            "nagios/services.cfg",
            _SERVICES + "".join(_service(each, "blinkenlights") for each in (PARENT, *EVERYWHERE)),
        ),
        File(
            "nagios/servicedependencies.cfg",
            _DEPENDENCIES.format(parent=PARENT.object_name)
            + "".join(_dependency(each, "blinkenlights") for each in EVERYWHERE),
        ),
        *(
            File(
                f"nagios/{group.name}.cfg",
                _CHOSEN.format(name=group.name)
                + "".join(
                    _service(each, f"blinkenlights-{group.name}")
                    + _dependency(each, f"blinkenlights-{group.name}")
                    for each in group.checks
                ),
            )
            for group in CHOSEN
        ),
    ]


def _command(check: Check) -> str:
    options = "".join(f"#   {option.flag}\n" for option in options_of(check))
    return f"""
# Options of {check.program}, explained by {check.program} --help:
{options}
define command {{
    command_name    {check.object_name}
    command_line    $USER1$/{check.program} $ARG1$
}}
"""


def _service(check: Check, group: str) -> str:
    return f"""
define service {{
    hostgroup_name           {group}
    use                      blinkenlights-service
    service_description      {check.object_name}
    display_name             {check.title}
    check_command            {check.object_name}
    max_check_attempts       {check.attempts}
    check_interval           {check.interval / 60:g}
    retry_interval           {check.retry / 60:g}
}}
"""


def _dependency(check: Check, group: str) -> str:
    return f"""
define servicedependency {{
    use                            blinkenlights-dependency
    hostgroup_name                 {group}
    dependent_service_description  {check.object_name}
}}
"""
