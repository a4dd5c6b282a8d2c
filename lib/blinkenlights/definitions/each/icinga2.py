"""Icinga 2: a dictionary of things, and a rule that applies a service for each of its entries."""

from collections.abc import Sequence

from blinkenlights.definitions.each.service import Service
from blinkenlights.definitions.icinga2 import quoted

_HEAD = """\
/* Blinkenlights: a service for each thing. Written by `blinkenlights icinga --each`, which replaces
 * this file as a whole. The host has what is in the dictionary with `import "blinkenlights-each"`.
 */
"""

_RULE = """
apply Service for (name => thing in host.vars.blinkenlights_things) {
  import thing.base

  display_name = thing.display_name
  if (thing.url) {
    notes_url = thing.url
    action_url = thing.url
  }
  vars += thing.vars

  assign where host.vars.blinkenlights_things
}
"""


def text_of(services: Sequence[Service]) -> str:
    """Return the file for /etc/icinga2."""
    things = "".join(map(_thing, services))
    template = f"""
template Host "blinkenlights-each" {{
  vars.blinkenlights = true
{things}}}
"""
    # A rule that makes no service is worth a warning to Icinga.
    return _HEAD + template + (_RULE if services else "")


def _thing(service: Service) -> str:
    # Icinga runs checks without a shell, and argparse takes a word with a dash for an option.
    glob = f"[-]{service.glob[1:]}" if service.glob.startswith("-") else service.glob
    value = quoted(glob.replace("$", "$$"))
    if service.option.repeatable:
        value = f"[ {value} ]"
    flags = "".join(f", {each.variable} = true" for each in service.flags)
    url = f"    url = {quoted(service.url)}\n" if service.url else ""
    return f"""\
  vars.blinkenlights_things[{quoted(service.name)}] = {{
    base = {quoted(service.check.object_name)}
    display_name = {quoted(service.title)}
{url}    vars = {{ {service.option.variable} = {value}{flags} }}
  }}
"""
