"""The subjects of transfers: clients, sources, and transfers in flight."""

from collections.abc import Callable
from functools import partial
from glob import escape
from typing import Literal

from blinkenlights.kinds.command_lines import CommandLine, check_line, own_option_line
from blinkenlights.kinds.subject import Display, InRules, Subject, ToldOf
from blinkenlights.kinds.transfer.declaring import FlowDeclaring, InFlightDeclaring
from blinkenlights.kinds.transfer.inflight.page import STATES as IN_FLIGHT
from blinkenlights.kinds.transfer.inflight.page import Nodes
from blinkenlights.kinds.transfer.measured import measured, past
from blinkenlights.kinds.transfer.page import Flows
from blinkenlights.kinds.transfer.page_of_source import OwnClients, OwnSource
from blinkenlights.kinds.transfer.read_speedos import published_only
from blinkenlights.kinds.transfer.states import STATES
from blinkenlights.kinds.view import View
from blinkenlights.kinds.view_context import ViewContext


def _commands(scope: str, name: str) -> list[CommandLine]:
    return [
        check_line("Does anything come through?", "check_speedo", scope, name),
        check_line("Is it late by its own habit?", "check_delivery", scope, name),
    ]


def _commands_of_published(scope: str, name: str) -> list[CommandLine]:
    flags = ("--published",)
    return [check_line("Does anything come through?", "check_speedo", scope, name, flags)]


def _commands_of_node(name: str) -> list[CommandLine]:
    return [
        check_line("Is anything stranded or stuck?", "check_inflight", "node", name),
        own_option_line(
            "What was in flight 20 minutes ago?",
            "inflight",
            "--at=20m",
            option="node",
            name=escape(name),
        ),
        own_option_line("They will not end", "forget", option="node", name=name),
    ]


def _flows(
    scope: Literal["client", "source"],
    title: str,
    view_of_source: Callable[[ViewContext, str], View],
) -> Subject:
    return Subject(
        name=scope,
        display=Display(
            title=title,
            plural=title.lower(),
            states=STATES,
            view=partial(Flows, scope=scope),
            view_of_source=view_of_source,
            columns=("per_minute", "errors_percent", "good", "bad", "bytes", "last_bad"),
            headings={
                "per_minute": "good a minute",
                "errors_percent": "bad, %",
                "last_bad": "last bad",
            },
            units={"bytes": "bytes"},
            seen="Last good",
            last_seen="last good transfer",
            is_counted=True,
            commands=partial(_commands, scope),
        ),
        declaring=FlowDeclaring(scope),
        in_rules=InRules(
            scope,
            numbers=("rate", "count"),
            measured=partial(measured, scope),
            past=partial(past, scope),
            missing=(),
            ended=(),
        ),
        told_of=ToldOf(
            partial(published_only, scope=scope),
            partial(_commands_of_published, scope),
            "published",
        ),
    )


SUBJECTS = (
    _flows("client", "Clients", OwnClients),
    _flows("source", "Sources", OwnSource),
    Subject(
        name="node",
        display=Display(
            title="In flight",
            plural="nodes",
            states=IN_FLIGHT,
            view=Nodes,
            columns=("in_flight",),
            headings={"in_flight": "in flight"},
            seen="Newest began",
            last_seen="newest began",
            is_counted=True,
            commands=_commands_of_node,
        ),
        declaring=InFlightDeclaring(),
    ),
)
