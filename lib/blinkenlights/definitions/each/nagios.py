"""Nagios: a service for each thing, and its dependency on the collector."""

from collections.abc import Sequence

from blinkenlights.definitions.each.service import Service
from blinkenlights.invisible import is_seen

_HEAD = """\
# Blinkenlights: a service for each thing, on the hosts of the group `blinkenlights`.
# Written by `blinkenlights icinga --each`, which replaces this file as a whole.
"""


def text_of(services: Sequence[Service]) -> str:
    """Return the file for a cfg_dir of nagios.cfg."""
    return _HEAD + "".join(map(_service, services))


def _service(service: Service) -> str:
    check = service.check
    urls = ""
    if service.url:
        urls = f"""\
    notes_url                {service.url}
    action_url               {service.url}
"""
    return f"""
define service {{
    hostgroup_name           blinkenlights
    use                      blinkenlights-service
    service_description      {service.name}
    display_name             {_shown(service.title)}
    check_command            {check.object_name}!{service.words}
    max_check_attempts       {check.attempts}
    check_interval           {check.interval / 60:g}
    retry_interval           {check.retry / 60:g}
{urls}}}
define servicedependency {{
    use                            blinkenlights-dependency
    hostgroup_name                 blinkenlights
    dependent_service_description  {service.name}
}}
"""


def _shown(title: str) -> str:
    """Return a title without what would begin a comment or end the line."""
    shown = "".join(each if is_seen(each) else "?" for each in title)
    return shown.replace(";", ",").replace("\\", "/")
