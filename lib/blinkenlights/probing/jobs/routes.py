"""The names at the broker by which schedulers and workers find each other.

One topic exchange takes everything. Jobs and results wait in durable queues, which any number of
workers and collectors share. What is only worth something now goes to queues that end with their
owner.
"""

JOBS = "blinkenlights.probe.jobs."
"""Followed by the location: the queue of its jobs."""
RESULTS = "blinkenlights.probe.results"
"""The queue of results; every collector that reads it stores them."""
OWN = "blinkenlights.probe.own."
"""Followed by a name: the queue of one worker or one scheduler, which ends with it."""


def queue_of_worker(location: str, worker: str) -> str:
    """Return the name of the queue of one worker."""
    return f"{OWN}worker.{location}.{worker}"


def job_key(location: str) -> str:
    """Return the routing key of jobs for whoever is free."""
    return f"job.{location}"


def sheet_key(location: str) -> str:
    """Return that of sheets."""
    return f"sheet.{location}"


def worker_key(location: str, worker: str) -> str:
    """Return that of jobs and sheets for one worker."""
    return f"worker.{location}.{worker}"


def result_key(location: str) -> str:
    """Return that of results."""
    return f"result.{location}"


def report_key(location: str) -> str:
    """Return that of reports of workers."""
    return f"report.{location}"
