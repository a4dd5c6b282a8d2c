"""The tables of the log of transfers, and of the speedos that are made of it."""

import re
from typing import Annotated

from msgspec import Struct

from blinkenlights.config_keys import addresses, words
from blinkenlights.config_keys.broker_access import CaFile, PasswordFile
from blinkenlights.config_keys.key import key
from blinkenlights.config_keys.words import shown


def _check_pattern(text: str) -> None:
    """Accept a name with a place for the source in it."""
    words.check_broker_name(text)
    if text.count("{source}") != 1 or re.search(r"[{}]", text.replace("{source}", "")):
        raise ValueError(
            f"{shown(text)} has no place for the source; write for example log_{{source}}"
        )


def _check_copies(text: str) -> None:
    if text not in ("all", "once"):
        raise ValueError(f"{shown(text)} is no number of copies; write all or once")


def _check_missing(text: str) -> None:
    """Accept what can be done about an exchange that is not there."""
    if text not in ("skip", "create"):
        raise ValueError(f"{shown(text)} is not something to do; write skip or create")


class LogConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The exchange with all transfer logs, and one for each source with what concerns it."""

    url: Annotated[
        str,
        key(
            "The broker; empty for that of the first `[[amqp]]` whose kind is `transfer`.",
            "amqp://router@127.0.0.1:5672/",
            addresses.check_broker_if_any,
        ),
    ] = ""
    exchange: Annotated[
        str,
        key(
            "The exchange with all logs; empty for that of the same `[[amqp]]`, else `log`.",
            "xreport",
            words.check_broker_name_if_any,
        ),
    ] = ""
    type: Annotated[str, key("Its type, where it is not there yet.", "topic", words.check_type)] = (
        "topic"
    )
    keys: Annotated[list[str], key("The binding keys; empty for all.", ["v02.report.#"])] = []
    source_exchange: Annotated[
        str,
        key(
            "The exchange of one source: `{source}` stands for its name.",
            "xr_{source}",
            _check_pattern,
        ),
    ] = "log_{source}"
    copies: Annotated[
        str,
        key(
            "What counts of reports that arrive several times, with the same bytes and the same "
            "topic, as shovels bring them: `all`, or within ten minutes `once`.",
            "once",
            _check_copies,
        ),
    ] = "all"
    missing: Annotated[
        str,
        key(
            "What `route` does where a source has no exchange: `skip` the message and say so, or "
            "`create` it.",
            "create",
            _check_missing,
        ),
    ] = "skip"
    sources: Annotated[
        list[str],
        key("The sources for whom `broker setup` makes an exchange and a user.", ["metpx"]),
    ] = []
    user: Annotated[
        str,
        key(
            "The broker's user for one source: `{source}` stands for its name.",
            "reader-{source}",
            _check_pattern,
        ),
    ] = "{source}"
    route_queue: Annotated[
        str,
        key("The durable queue of `route`.", "q_router.route", words.check_broker_name),
    ] = "blinkenlights.route"
    capture_queue: Annotated[
        str,
        key("The durable queue of `log --capture`.", "q_metpx.capture", words.check_broker_name),
    ] = "blinkenlights.capture"
    password_file: PasswordFile = ""
    ca_file: CaFile = ""


class SpeedoConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `blinkenlights speedo` publishes, at the broker of `[log]`."""

    exchange: Annotated[
        str,
        key(
            "The exchange for all speedos; made where it is not there. Sources get theirs at "
            "`source_exchange` of `[log]`.",
            "xreport",
            words.check_broker_name,
        ),
    ] = "log"
    all_interval: Annotated[
        float, key("Seconds between two speedos of everything.", 10, ge=0.1, le=86_400)
    ] = 1
    interval: Annotated[
        float,
        key("Seconds between two speedos of a client or a source.", 300, ge=0.1, le=86_400),
    ] = 60
