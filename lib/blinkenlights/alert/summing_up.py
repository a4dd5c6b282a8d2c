"""What others read of an evaluation: facts and their times, for checks and the page. Pure."""

from blinkenlights.kinds.alert.keys import Evaluated, Evaluation
from blinkenlights.rules.digest import digest_of
from blinkenlights.rules.evaluation import Looked
from blinkenlights.rules.files.collection import RuleCollection

MOST_PROBLEMS = 20


def evaluated(
    collection: RuleCollection, looked: Looked, now: float, every: float
) -> dict[str, Evaluated]:
    """Return what came of each rule."""
    wrong = {problem.file: problem for problem in reversed(collection.problems)}
    found = {}
    for name, rule in collection.rules.items():
        counted = looked.counted[name]
        found[name] = Evaluated(
            at=now,
            every=every,
            subject=rule.selector.subject,
            things=counted.things,
            wait=rule.wait,
            missing=counted.missing,
            missing_names=list(counted.missing_names),
            doubtful=counted.doubtful,
            doubt=counted.doubt,
            file=rule.file,
            line=rule.line,
            severity=rule.severity,
            limits={level: limit.text for level, limit in rule.limits},
            problem=str(wrong[rule.file]) if rule.file in wrong else "",
            digest=digest_of(rule),
        )
    return found


def summary(
    collection: RuleCollection,
    looked: Looked,
    *,
    began: float,
    ended: float,
    every: float,
    by: str,
) -> Evaluation:
    """Return what came of all rules together."""
    return Evaluation(
        at=began,
        every=every,
        by=by,
        rules=len(collection.rules),
        things=looked.things,
        pairs=looked.pairs,
        seconds=round(max(0.0, ended - began), 3),
        problems=[str(problem) for problem in collection.problems][:MOST_PROBLEMS],
        receivers=[each.address for each in collection.receivers.values()],
    )
