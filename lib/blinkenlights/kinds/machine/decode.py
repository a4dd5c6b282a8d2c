"""Machines: what Taskcluster tells of its workers, and lines that name a machine and a time.

The exchanges and their messages are those of Taskcluster's queue and worker manager, as in its
reference, https://docs.taskcluster.net/docs/reference/platform/queue/exchanges.
"""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from blinkenlights.kinds.fact import Rejected, Skipped
from blinkenlights.kinds.fields import BODY_BYTES, Invalid, event_time, json_type
from blinkenlights.kinds.machine import taskcluster
from blinkenlights.kinds.machine.fact import MachineEvent

_NAME = re.compile(r"[A-Za-z0-9_-]{1,38}")
"""What Taskcluster allows; so `datacenter:machine` can be taken apart again."""
_POOL = re.compile(r"[A-Za-z0-9_-]{1,38}(/[A-Za-z0-9_-]{1,38})?")
_decode = msgspec.json.Decoder().decode


def parse(
    body: bytes, exchange: str = "", *, receipt: float | None = None
) -> MachineEvent | Skipped | Rejected:
    """Return what one message tells of a machine, or why it tells nothing.

    Args:
        body: A JSON object. With `status` it is about a task, with `workerPoolId` about a worker,
            both as Taskcluster writes them. Else it has `datacenter` and `machine`, may have
            `pool`, and a `timestamp` or `lastseen`.
        exchange: Tells what happened to a worker: messages of the worker manager do not.
        receipt: The time of a line that has none; None where it may have waited.
    """
    if len(body) > BODY_BYTES:
        return Rejected("too large", f"more than {BODY_BYTES} bytes")
    try:
        message = _decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        return Rejected("not JSON", str(error))
    if not isinstance(message, dict):
        return Rejected("not an object", f"a JSON {json_type(message)}, wanted an object")
    try:
        if "status" in message:
            told = taskcluster.about_task(message)
        elif "workerPoolId" in message:
            told = taskcluster.about_worker(message, exchange)
        else:
            return _line(message, receipt)
        if isinstance(told, Skipped):
            return told
        return MachineEvent(
            told.event,
            machine_name(told.group, told.worker),
            _pool(told.pool),
            told.is_alive,
            told.what,
            told.reason,
            told.task,
            told.started,
            told.is_undated,
        )
    except Invalid as invalid:
        return invalid.rejected


def machine_name(datacenter: object, machine: object) -> str:
    """Return `datacenter:machine`; raises Invalid when one of them cannot be a name."""
    for name, key in ((datacenter, "datacenter"), (machine, "machine")):
        if type(name) is not str or not _NAME.fullmatch(name):
            shown = f"{name!r}"[:80] if type(name) is str else f"a JSON {json_type(name)}"
            raise Invalid(
                f"bad {key}", f"{shown}, wanted 1 to 38 letters, digits, dashes or underscores"
            )
    return f"{datacenter}:{machine}"


def _pool(pool: object) -> str:
    if pool is None or pool == "":
        return ""
    if type(pool) is not str or not _POOL.fullmatch(pool):
        shown = f"{pool!r}"[:80] if type(pool) is str else f"a JSON {json_type(pool)}"
        raise Invalid("bad pool", f"{shown}, wanted provisioner/worker-type")
    return pool


def _line(message: Mapping[str, Any], receipt: float | None) -> MachineEvent | Rejected:
    if "datacenter" not in message and "machine" not in message:
        return Rejected("not about a machine", "it has neither status, workerPoolId nor machine")
    time = message.get("timestamp", message.get("lastseen"))
    return MachineEvent(
        event_time(time, receipt),
        machine_name(message.get("datacenter"), message.get("machine")),
        _pool(message.get("pool")),
        is_alive=True,
        what="seen",
    )
