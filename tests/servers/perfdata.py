"""Performance data as others read it: Perl's Monitoring::Plugin, and Icinga 2 itself."""

import json
import subprocess
from typing import NamedTuple

from servers.missing import program, without

_PERL = """
print join("\\t", $_->label, $_->value, $_->uom // ""), "\\n"
    for Monitoring::Plugin::Performance->parse_perfstring(shift);
"""


class Item(NamedTuple):
    """One item of performance data."""

    label: str
    value: float
    unit: str
    """As written for Perl; Icinga says `seconds`, `bytes` and `percent`, and converts to them."""


def read_by_perl(text: str) -> list[Item]:
    """Return the items that Monitoring::Plugin finds; it leaves out what it cannot read."""
    perl = program("perl") or without("perl")
    module = "-MMonitoring::Plugin::Performance"
    if subprocess.run([perl, module, "-e", "1"], capture_output=True, check=False).returncode:
        without("libmonitoring-plugin-perl")
    done = subprocess.run(
        [perl, module, "-e", _PERL, text], capture_output=True, text=True, check=True
    )
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    return [Item(label, float(value), unit) for label, value, unit in rows]


def read_by_icinga(text: str) -> list[Item]:
    """Return the items that Icinga 2 finds; raises ValueError when it cannot read one."""
    icinga = program("icinga2") or without("icinga2-bin")
    # One item at a time is what its function takes; labels with spaces are not ours.
    items = json.dumps(text.split())
    done = subprocess.run(
        [icinga, "console", "--eval", f"{items}.map(item => parse_performance_data(item))"],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        found = json.loads(done.stdout)
    except ValueError as error:
        raise ValueError(f"Icinga cannot read {text!r}: {done.stdout}{done.stderr}") from error
    return [Item(one["label"], one["value"], one["unit"]) for one in found]
