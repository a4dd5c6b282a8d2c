"""What is told of a machine."""

from typing import NamedTuple


class MachineEvent(NamedTuple):
    """Something that a machine did, or that happened to it, as others tell.

    Times are seconds since the epoch, by the clock of who tells; names are printable.
    """

    event: float
    """When it was."""
    machine: str
    """`datacenter:machine`."""
    pool: str
    """`provisioner/worker type`; empty when it is not told."""
    is_alive: bool
    """Whether the machine itself did it, so that it lived then."""
    what: str
    """`running`, `completed`, `failed` or `exception` for its task; `artifact`; `worker running`,
    `worker stopped` or `worker removed`; `seen` for nothing but life."""
    reason: str = ""
    """Why a task ended as it did, a word of Taskcluster's; else empty."""
    task: str = ""
    """Task and run, `id/run`; empty when it is about none."""
    started: float | None = None
    """When the run of that task began; None when it is not told."""
    is_undated: bool = False
    """Whether it was after `event`, just before the message was sent, which tells no time."""
