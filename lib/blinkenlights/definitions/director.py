"""Icinga Director: a basket with all that it needs, so that it imports into an empty Director.

Without UUIDs, which Director 1.10 refuses: objects are found again by their names, fields by being
equal, so they have every key that Director itself exports, and importing again adds nothing.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from blinkenlights.definitions.file import File
from blinkenlights.definitions.option_table import SHARED, Option
from blinkenlights.definitions.registry import (
    CHECKS,
    CHOSEN,
    EVERYWHERE,
    PARENT,
    TIMEOUT,
    options_of,
)
from blinkenlights.kinds.kind import Check

Json = dict[str, Any]

_BASE = "blinkenlights-service"


def files() -> list[File]:
    """Return the basket, to be uploaded in the Director's web interface."""
    variables = _variables()
    basket = {
        "Command": {check.object_name: _command(check, variables) for check in CHECKS},
        "HostTemplate": {"blinkenlights-host": _host_template(variables)},
        "ServiceTemplate": {_BASE: _base_template()}
        | {check.object_name: _service_template(check, variables) for check in CHECKS},
        "ServiceSet": {
            "Blinkenlights": _service_set(
                "Blinkenlights",
                "What is checked on a host that imports blinkenlights-host",
                "host.vars.blinkenlights=true",
                (PARENT, *EVERYWHERE),
            ),
        }
        | {
            f"Blinkenlights {group.name}": _service_set(
                f"Blinkenlights {group.name}",
                f"To be added to such a host where {group.name} are collected",
                None,
                group.checks,
            )
            for group in CHOSEN
        },
        "Dependency": {PARENT.object_name: _dependency()},
        "Datafield": {
            str(number): _datafield(option)
            for number, option in enumerate(variables.values(), start=1)
        },
    }
    return [File("director/basket.json", json.dumps(basket, indent=4) + "\n")]


def _variables() -> dict[str, Option]:
    """Return each custom variable with the option that it sets, shared ones once."""
    return {option.variable: option for check in CHECKS for option in options_of(check)}


def _fields(variables: dict[str, Option], options: Iterable[Option]) -> list[Json]:
    """Return the fields of an object in the web interface, which refer to data fields."""
    numbers = {variable: number for number, variable in enumerate(variables, start=1)}
    return [
        {"datafield_id": numbers[option.variable], "is_required": "n", "var_filter": None}
        for option in options
    ]


def _command(check: Check, variables: dict[str, Option]) -> Json:
    return {
        "arguments": {option.flag: _argument(option) for option in options_of(check)},
        "command": check.program,
        "disabled": False,
        "fields": _fields(variables, options_of(check)),
        "imports": [],
        "is_string": None,
        "methods_execute": "PluginCheck",
        "object_name": check.object_name,
        "object_type": "object",
        "timeout": TIMEOUT,
        "vars": {},
        "zone": None,
    }


def _argument(option: Option) -> Json:
    argument: Json = {"description": option.description}
    argument["value" if option.takes_value else "set_if"] = f"${option.variable}$"
    if option.repeatable:
        argument["repeat_key"] = True
    return argument


def _datafield(option: Option) -> Json:
    kind = "String" if option.takes_value else "Boolean"
    if option.repeatable:
        kind = "Array"
    return {
        "varname": option.variable,
        "caption": option.variable.replace("_", " ").capitalize(),
        "description": option.description,
        "datatype": f"Icinga\\Module\\Director\\DataType\\DataType{kind}",
        "format": None,
        "settings": {"visibility": "visible"} if kind == "String" else {},
        "category": None,
    }


def _host_template(variables: dict[str, Option]) -> Json:
    shared = [option for option in variables.values() if option.flag in SHARED]
    return {
        "fields": _fields(variables, shared),
        "imports": [],
        "object_name": "blinkenlights-host",
        "object_type": "template",
        "vars": {"blinkenlights": True},
    }


def _base_template() -> Json:
    return {
        "check_interval": 60,
        "enable_flapping": False,
        "enable_perfdata": True,
        "fields": [],
        "imports": [],
        "max_check_attempts": 3,
        "object_name": _BASE,
        "object_type": "template",
        "retry_interval": 30,
        "vars": {},
        "volatile": False,
    }


def _service_template(check: Check, variables: dict[str, Option]) -> Json:
    own = [option for option in options_of(check) if option.flag not in SHARED]
    return {
        "check_command": check.object_name,
        "check_interval": check.interval,
        "display_name": check.title,
        "fields": _fields(variables, own),
        "imports": [_BASE],
        "max_check_attempts": check.attempts,
        "object_name": check.object_name,
        "object_type": "template",
        "retry_interval": check.retry,
        "vars": {},
    }


def _service_set(
    name: str, description: str, assign_filter: str | None, checks: Sequence[Check]
) -> Json:
    return {
        "assign_filter": assign_filter,
        "description": description,
        "object_name": name,
        "object_type": "template",
        "services": [
            {
                "fields": [],
                "imports": [check.object_name],
                "object_name": check.object_name,
                "object_type": "object",
                "vars": {},
            }
            for check in checks
        ],
    }


def _dependency() -> Json:
    name = PARENT.object_name
    return {
        "apply_to": "service",
        "assign_filter": (
            "host.vars.blinkenlights=true"
            f"&service.check_command=%22blinkenlights-*%22&service.check_command!=%22{name}%22"
        ),
        "disable_checks": False,
        "disable_notifications": True,
        "ignore_soft_states": False,
        "imports": [],
        "object_name": name,
        "object_type": "apply",
        "parent_service_by_name": name,
        "states": ["OK", "Warning"],
    }
