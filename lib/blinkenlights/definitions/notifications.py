"""Commands by which Nagios and Icinga 2 notify through our channels.

Nagios hands macros over on the command line only, unless it is told to put all of them into the
environment of everything that it starts. Ours are set for the command alone, each in quotes, which
`illegal_macro_output_chars` takes out of what others say.
"""

from blinkenlights.definitions.file import File
from blinkenlights.notify.macros import OF_ALL, OF_HOST, OF_SERVICE
from blinkenlights.notify.options import settings_of
from blinkenlights.rules.files.channel_forms import CHANNELS

_NAGIOS = """\
# Blinkenlights: commands that notify by Slack, PagerDuty, webhooks, e-mail and what apprise knows.
# Written by `blinkenlights icinga`. Replace this file as a whole when you upgrade.
#
# Each option follows an exclamation mark of its own, with an equals sign, and without a blank or a
# comma, at which Nagios would cut it. For a contact:
#     define contact {
#         contact_name                   chat
#         service_notification_commands  blinkenlights-slack-service!--webhook-file=/etc/slack-hook
#         host_notification_commands     blinkenlights-slack-host!--webhook-file=/etc/slack-hook
#         service_notification_options   w,u,c,r,f,s
#         host_notification_options      d,u,r,f,s
#         ...
#     }
# Leave the quotes in illegal_macro_output_chars, as it comes with Nagios: without them, whoever
# writes the output of a check or a comment could write commands. See docs/notify.md.
"""

_ICINGA2 = """\
/* Blinkenlights: commands that notify by Slack, PagerDuty, webhooks, e-mail, and all that apprise
 * knows. Written by `blinkenlights icinga`. Replace this file as a whole when you upgrade.
 *
 * Options are variables of the notification, its host, its service or its user. What to notify is
 * yours to say:
 *   object User "chat" { }
 *   apply Notification "chat" to Service {
 *     command = "blinkenlights-slack-service"
 *     users = [ "chat" ]
 *     vars.blinkenlights_slack_channel = "#ops"
 *     vars.blinkenlights_slack_token_file = "/etc/blinkenlights/slack"
 *     assign where host.vars.blinkenlights
 *   }
 * See docs/notify.md.
 */
"""

_OF_ICINGA = {
    "NOTIFICATIONTYPE": "notification.type",
    "NOTIFICATIONAUTHOR": "notification.author",
    "NOTIFICATIONCOMMENT": "notification.comment",
    "HOSTNAME": "host.name",
    "HOSTADDRESS": "host.address",
    "HOSTSTATE": "host.state",
    "LASTHOSTSTATE": "host.last_state",
    "LASTHOSTSTATECHANGE": "host.last_state_change",
    "HOSTOUTPUT": "host.output",
    "HOSTNOTESURL": "host.notes_url",
    "HOSTACTIONURL": "host.action_url",
    "SERVICEDESC": "service.name",
    "SERVICESTATE": "service.state",
    "LASTSERVICESTATE": "service.last_state",
    "LASTSERVICESTATECHANGE": "service.last_state_change",
    "SERVICEOUTPUT": "service.output",
    "SERVICENOTESURL": "service.notes_url",
    "SERVICEACTIONURL": "service.action_url",
}
_WHAT = {"host": OF_HOST, "service": OF_SERVICE}
_ARGUMENTS = " ".join(f"$ARG{number}$" for number in range(1, 10))
TIMEOUT = 40
"""Seconds that Icinga 2 waits: above the 25 s after which a command gives up by itself."""


def files() -> list[File]:
    """Return the files for both cores."""
    pairs = [(channel, what) for channel in CHANNELS for what in _WHAT]
    return [
        File("nagios/notifications.cfg", _NAGIOS + "".join(_nagios(*each) for each in pairs)),
        File(
            "icinga2/blinkenlights-notifications.conf",
            _ICINGA2 + "".join(_icinga2(*each) for each in pairs),
        ),
    ]


def _nagios(channel: str, what: str) -> str:
    macros = " ".join(f"NAGIOS_{name}='${name}$'" for name in (*OF_ALL, *_WHAT[what]))
    options = "".join(f"#   {flag}\n" for flag, _, _ in _options(channel))
    return f"""
# Options of notify_{channel}, explained by notify_{channel} --help:
{options}
define command {{
    command_name    blinkenlights-{channel}-{what}
    command_line    {macros} $USER1$/notify_{channel} {_ARGUMENTS}
}}
"""


def _icinga2(channel: str, what: str) -> str:
    macros = "".join(
        f'    "ICINGA_{name}" = "${_OF_ICINGA[name]}$"\n' for name in (*OF_ALL, *_WHAT[what])
    )
    arguments = "".join(
        f'    "{flag}" = {{\n      value = "${variable}$"\n'
        + ("      repeat_key = true\n" if is_list else "")
        + "    }\n"
        for flag, variable, is_list in _options(channel)
    )
    return f"""
object NotificationCommand "blinkenlights-{channel}-{what}" {{
  command = [ PluginDir + "/notify_{channel}" ]
  timeout = {TIMEOUT}s

  env = {{
{macros}  }}
  arguments = {{
{arguments}  }}
}}
"""


def _options(channel: str) -> list[tuple[str, str, bool]]:
    """Return the options of a command: flag, variable of Icinga 2, whether it can be repeated."""
    flags = [(each.flag, each.is_list) for each in settings_of(channel)]
    flags += [("--state", False), ("--timeout", False)]
    return [
        (flag, f"blinkenlights_{channel}_{flag[2:].replace('-', '_')}", is_list)
        for flag, is_list in flags
    ]
