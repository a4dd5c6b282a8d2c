"""That nothing can be judged is said once, whatever the reason says itself."""

import pytest

from blinkenlights.alert.seeing import judged_blind

STAYS = "alerts stay as they were"


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("no collector runs", f"nothing can be judged: no collector runs; {STAYS}"),
        (
            "collector mon1 was stopped 9s ago: nothing can be judged",
            f"collector mon1 was stopped 9s ago: nothing can be judged; {STAYS}",
        ),
    ],
)
def test_blindness_reads(why: str, said: str) -> None:
    assert judged_blind(why).why == said
