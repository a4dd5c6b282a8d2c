"""What the log says of jobs that nobody answered."""

import pytest

from blinkenlights.probing.scheduling.lost_jobs import LOST_SECONDS, LostJobs

WHILE = " while not too late"
BEFORE = "location riga: no worker said what became of"


@pytest.mark.parametrize(
    ("given_up", "said"),
    [
        ([False, False], "2 jobs; given out again" + WHILE),
        ([True], "1 job; after 3 tries that counts as missed"),
        (
            [True, False, False],
            "3 jobs; 1 of them count as missed after 3 tries, the others are given out again"
            + WHILE,
        ),
    ],
)
def test_what_follows_is_said(
    given_up: list[bool], said: str, caplog: pytest.LogCaptureFixture
) -> None:
    lost = LostJobs()
    for each in given_up:
        lost.add("riga", is_given_up=each)

    lost.say(100.0)

    assert caplog.messages == [f"{BEFORE} {said}"]


def test_those_of_one_worker_are_said_together(caplog: pytest.LogCaptureFixture) -> None:
    lost = LostJobs()
    for second in range(30):
        lost.add("riga", is_given_up=False)
        lost.say(100.0 + second)

    assert len(caplog.messages) == 30 / LOST_SECONDS
