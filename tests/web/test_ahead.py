"""What a wrong clock put ahead of ours has a state of its own, in which the filter finds it."""

import pytest

from servers.simulation import Simulation
from web.serving import Serving
from web.transfers import Transfers

AHEAD = 700.0


def listed(web: Serving, plural: str) -> list[tuple[str, str]]:
    items = web.get(f"/api/v1/{plural}?state=ahead").json["items"]
    return [(item["name"], item["status"]) for item in items]


def test_a_component_ahead_is_found(simulation: Simulation, web: Serving) -> None:
    """Nobody knows whether it lives; section, list and page of it agree on that."""
    simulation.beat("wrong", age=-AHEAD, received=-AHEAD)
    simulation.beat("well", age=5)

    [section] = web.get("/api/v1/status?state=ahead").json["sections"]

    assert section["counts"] == {"ahead": 1, "alive": 1}
    assert [row["name"] for row in section["rows"]] == ["wrong"]
    assert listed(web, "components") == [("wrong", "UNKNOWN")]
    assert web.get("/api/v1/components/wrong").json["row"]["state"] == "ahead"


@pytest.mark.parametrize("kind", ["client", "source"])
def test_a_flow_ahead_is_found_among_many(
    simulation: Simulation, transfers: Transfers, web: Serving, kind: str
) -> None:
    """Also where more move than have room on a page, of which it is the last that moved."""
    for number in range(250):
        transfers.count(f"client{number}", f"source{number}", age=10)
    simulation.now += AHEAD  # whoever stored this had that clock
    transfers.count("wrong", "wrong", age=0)
    simulation.now -= AHEAD

    [section] = web.get(f"/api/v1/status?kind={kind}").json["sections"]

    assert section["counts"] == {"ahead": 1, "alive": 250}
    assert section["rows"][0]["name"] == "wrong"
    assert listed(web, f"{kind}s") == [("wrong", "UNKNOWN")]
    assert "1 more ahead" not in web.get(f"/?kind={kind}&state=ahead").text
