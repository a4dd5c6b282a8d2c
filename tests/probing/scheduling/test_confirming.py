"""What a bad result comes to when others were asked."""

import pytest

from blinkenlights.kinds.endpoint.message import ResultMessage, Word
from blinkenlights.probe.endpoint import Confirm
from blinkenlights.probing.scheduling.confirming import verdict

DUE = 1_764_000_000.0


def result(worker: str, word: Word = "failed") -> ResultMessage:
    """Return what a worker found."""
    reasons = [] if word == "ok" else [f"{worker} saw 503"]
    return ResultMessage("shop", DUE, word, worker=worker, reasons=reasons, next=DUE + 60)


@pytest.mark.parametrize(
    ("others", "word", "said"),
    [
        (["failed", "failed"], "failed", "confirmed by 3 of 3 workers"),
        (["failed", "ok"], "failed", "confirmed by 2 of 3 workers"),
        (["ok", "ok"], "ok", ""),
        (["degraded", "ok"], "degraded", ""),
        (["failed"], "failed", "confirmed by 2 of 2 workers, 2 of 3 wanted"),
        (["ok"], "ok", ""),
        ([], "failed", "confirmed by 1 of 1 worker, 2 of 3 wanted"),
    ],
)
def test_two_of_three(others: list[Word], word: str, said: str) -> None:
    """Where fewer answered than are wanted, all of them have to say so."""
    found = {f"w{place}": result(f"w{place}", each) for place, each in enumerate(others, 2)}

    decided = verdict(Confirm(2, 3), result("w1"), found, {})

    assert decided.result == word
    assert [each.worker for each in decided.asked] == ["w1", *found]
    assert [each.result for each in decided.asked] == ["failed", *others]
    assert (decided.due, decided.next) == (DUE, DUE + 60)
    if said:
        assert decided.reasons == ["w1 saw 503", said]


@pytest.mark.parametrize(
    ("silent", "said"),
    [
        ({"w3": "worker w3 reaches nothing"}, "confirmed by 2 of 2 workers, 2 of 3 wanted"),
        ({"w2": "late", "w3": "late"}, "confirmed by 1 of 1 worker, 2 of 3 wanted"),
    ],
)
def test_who_gives_no_answer_is_shown_with_the_reason(silent: dict[str, str], said: str) -> None:
    """Whoever reads that it is bad has to see how many did not say so."""
    found = {each: result(each) for each in ("w2", "w3") if each not in silent}

    decided = verdict(Confirm(2, 3), result("w1"), found, silent)

    assert decided.reasons[-1] == f"{said}, no answer from {', '.join(silent)}"
    assert {each.worker: each.reason for each in decided.asked if each.result == "unanswered"} == (
        silent
    )
