"""What the log says of files of rules that were read."""

import logging

from blinkenlights.plugin.words import count
from blinkenlights.rules.files.collection import RuleCollection
from blinkenlights.yaml_files.problems import Problem

log = logging.getLogger("blinkenlights.alert")


def say_read(before: RuleCollection, now: RuleCollection) -> None:
    """Say how many rules there are, and what is wrong that was not wrong before."""
    log.info("%s in %s", count(len(now.rules), "rule"), count(now.files, "file"))
    for problem in now.problems:
        if problem not in before.problems:
            log.warning("%s%s", problem, _follows(problem))


def _follows(problem: Problem) -> str:
    """Return what a mistake in a file means for its rules; empty where it costs nothing of them."""
    if problem.is_partial or problem.is_elsewhere:
        return ""
    if problem.is_replaced:
        return "; what it said before is in force"
    return "; nothing of it is in force"
