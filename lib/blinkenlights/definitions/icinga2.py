"""Icinga 2: check commands, templates, and apply rules with a dependency on the collector."""

from collections.abc import Iterator

from blinkenlights.definitions.file import File
from blinkenlights.definitions.option_table import Option
from blinkenlights.definitions.registry import (
    CHECKS,
    CHOSEN,
    EVERYWHERE,
    PARENT,
    TIMEOUT,
    options_of,
)
from blinkenlights.kinds.kind import Check

_COMMANDS = """\
/* Blinkenlights: one CheckCommand for each check, with every option as a custom variable.
 * Written by `blinkenlights icinga`. Replace this file as a whole when you upgrade.
 *
 * The checks are looked for in PluginDir (constants.conf). Variables without the name of a check,
 * such as blinkenlights_redis, belong on the host and hold for all its checks. Passwords have no
 * option: see icinga/README.md.
 */
"""

_TEMPLATES = """\
/* Blinkenlights: a service template for each check, with the intervals that the dependency needs.
 * Written by `blinkenlights icinga`. Replace this file as a whole when you upgrade.
 */

template Service "blinkenlights-service" {
  max_check_attempts = 3
  check_interval = 1m
  retry_interval = 30s
  enable_perfdata = true
  volatile = false
  // After a few outages of the collector it would go mute, and so would what depends on it.
  enable_flapping = false
}

/* The settings of the service of a check, which has none, and of further ones of a host, by what is
 * behind the name of the check. One rule for all: Icinga warns of a rule that makes no service.
 */
globals.blinkenlights_each = function(further) {
  var each = { "" = { } }
  if (further) {
    for (name => settings in further) {
      each["-" + name] = settings
    }
  }
  return each
}
"""

_SERVICES = """\
/* Blinkenlights: what is checked on a host that has `vars.blinkenlights = true`.
 * Written by `blinkenlights icinga` as a start; from then on this file is yours.
 */
"""

_CHOSEN = """\
/* Blinkenlights: what is checked of {name} on a host that has
 * `vars.blinkenlights_{name} = true`. Take this file where {name} are collected; elsewhere
 * these checks would be UNKNOWN.
 * Written by `blinkenlights icinga` as a start; from then on this file is yours.
 */
"""

_DEPENDENCY = """
/* When the collector hears nothing, no other check can know anything: they answer UNKNOWN, and only
 * the collector notifies. They are still run, so that they are right again at once.
 */
apply Dependency "{parent.object_name}" to Service {{
  parent_service_name = "{parent.object_name}"
  states = [ OK, Warning ]
  disable_notifications = true
  disable_checks = false
  ignore_soft_states = false

  assign where host.vars.blinkenlights && match("blinkenlights-*", service.check_command)
  ignore where service.check_command == "{parent.object_name}"
}}
"""


def files() -> list[File]:
    """Return the files for /etc/icinga2."""
    return [
        File("icinga2/blinkenlights-commands.conf", _COMMANDS + "".join(map(_command, CHECKS))),
        File("icinga2/blinkenlights-templates.conf", _TEMPLATES + "".join(map(_template, CHECKS))),
        File(
            "icinga2/blinkenlights-services.conf",
            _SERVICES
            + _service(PARENT)
            + "".join(_services(child, "blinkenlights") for child in EVERYWHERE)
            + _DEPENDENCY.format(parent=PARENT),
        ),
        *(
            File(
                f"icinga2/blinkenlights-{group.name}.conf",
                _CHOSEN.format(name=group.name)
                + "".join(
                    _services(child, f"blinkenlights_{group.name}") for child in group.checks
                ),
            )
            for group in CHOSEN
        ),
    ]


def quoted(text: str) -> str:
    """Return `text` as a string literal of the Icinga 2 language."""
    for character, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n")):
        text = text.replace(character, escaped)
    return f'"{text}"'


def _command(check: Check) -> str:
    arguments = "".join(
        f"    {quoted(option.flag)} = {{\n"
        + "".join(f"      {line}\n" for line in _argument(option))
        + "    }\n"
        for option in options_of(check)
    )
    return f"""
object CheckCommand "{check.object_name}" {{
  command = [ PluginDir + "/{check.program}" ]
  timeout = {TIMEOUT}s

  arguments = {{
{arguments}  }}
}}
"""


def _argument(option: Option) -> Iterator[str]:
    yield f"{'value' if option.takes_value else 'set_if'} = {quoted(f'${option.variable}$')}"
    if option.repeatable:
        yield "repeat_key = true"
    yield f"description = {quoted(option.description)}"


def _template(check: Check) -> str:
    return f"""
template Service "{check.object_name}" {{
  import "blinkenlights-service"

  display_name = {quoted(check.title)}
  check_command = "{check.object_name}"
  check_interval = {check.interval}s
  retry_interval = {check.retry}s
  max_check_attempts = {check.attempts}
}}
"""


def _service(check: Check) -> str:
    return f"""
apply Service "{check.object_name}" {{
  import "{check.object_name}"

  assign where host.vars.blinkenlights
}}
"""


def _services(check: Check, switch: str) -> str:
    name = check.object_name
    variable = name.replace("-", "_")
    example = next(option.variable for option in options_of(check) if option.takes_value)
    return f"""
/* Further ones, each with its own options:
 *   vars.{variable}["billing"] = {{ {example} = "billing*" }}
 */
apply Service "{name}" for (which => settings in blinkenlights_each(host.vars.{variable})) {{
  import "{name}"

  display_name = {quoted(check.title)}
  if (which) {{
    display_name += " " + which.substr(1)
  }}
  vars += settings

  assign where host.vars.{switch}
}}
"""
