"""The subject of metrics: series."""

import shlex

from blinkenlights.kinds.command_lines import CommandLine, check_line
from blinkenlights.kinds.metric.declaring import SeriesDeclaring
from blinkenlights.kinds.metric.identity import identity_of
from blinkenlights.kinds.metric.measured import measured, tags
from blinkenlights.kinds.metric.page import AllSeries
from blinkenlights.kinds.metric.points import points_of
from blinkenlights.kinds.metric.readings import readings
from blinkenlights.kinds.metric.states import STATES
from blinkenlights.kinds.subject import WINDOWED, Display, InRules, Subject


def _commands(name: str) -> list[CommandLine]:
    return [
        check_line("Does it go on?", "check_metric", "name", name),
        CommandLine(
            "It is gone for good",
            shlex.join(["blinkenlights", "expect", "--retired", f"--metric={name}"]),
        ),
    ]


def _metric_of(series: str) -> str:
    return identity_of(series).name


def _parts(series: str) -> dict[str, str]:
    name, host, tags = identity_of(series)
    of_tags = {f"tag:{key}": value for key, value in tags.items()}
    return {"name": name, "host": host, "series": series} | of_tags


SUBJECTS = (
    Subject(
        name="metric",
        display=Display(
            title="Metrics",
            plural="metrics",
            states=STATES,
            view=AllSeries,
            columns=("value", "period"),
            headings={"clock_ahead": "clock ahead"},
            units={"period": "span", "ttl": "span", "clock_ahead": "span"},
            readings=readings,
            commands=_commands,
            placeholders=("name", "host", "series", "tag:"),
            parts=_parts,
            points=points_of,
        ),
        declaring=SeriesDeclaring(),
        in_rules=InRules(
            "metric",
            "value",
            WINDOWED,
            measured=measured,
            value="value",
            tags=tags,
            called=_metric_of,
            missing=("silent", "stale"),
            ended=("retired", "stopped"),
        ),
    ),
)
