"""The performance data of check_probe that is about probers."""

from collections.abc import Sequence

from blinkenlights.kinds.endpoint.prober.states import OF_OLD_REPORTS
from blinkenlights.kinds.endpoint.prober.survey import Prober
from blinkenlights.plugin.answer import Figure
from blinkenlights.plugin.judgement import Judgement


def prober_figures(judgement: Judgement, probers: Sequence[Prober]) -> list[Figure]:
    """Return figures of all probers together; those of what is now leave old reports out."""
    probing = [one for one in probers if one.own_word not in OF_OLD_REPORTS]

    def together(field: str) -> float:
        return sum(float(getattr(one, field)) for one in probers)

    return [
        Figure("probers", len(probers), least="0"),
        judgement.figure("down"),
        judgement.figure("blind"),
        judgement.figure("behind"),
        judgement.figure("lag", unit="s"),
        judgement.figure("missed", "missed_percent", "%", "100"),
        judgement.figure("unposted", unit="s"),
        Figure("outputs", sum(one.outputs.outputs for one in probing), least="0"),
        Figure("posted", sum(one.outputs.sent for one in probers), least="0"),
        Figure(
            "not_posted",
            sum(one.outputs.dropped + one.outputs.dead for one in probers),
            least="0",
        ),
        Figure("endpoints", together("endpoints"), least="0"),
        Figure("due", together("due"), least="0"),
        Figure("run", together("run"), least="0"),
        Figure("missed", together("missed"), least="0"),
        Figure("waiting", sum(one.waiting for one in probing), least="0"),
        Figure(
            "used",
            100 * max((one.window.used for one in probing), default=0.0),
            "%",
            least="0",
            most="100",
        ),
        Figure(
            "broken_files",
            len({each.file for one in probers for each in one.broken}),
            least="0",
        ),
    ]
