"""What a speedo says, under which key, and to whom."""

from datetime import UTC, datetime

import pytest

from blinkenlights.kinds.transfer.decode_speedo import parse
from blinkenlights.kinds.transfer.fact import Speedo
from blinkenlights.kinds.transfer.speedos import Due
from blinkenlights.speedo.message import Exchanges, line, messages

EXCHANGES = Exchanges("log", "log_{source}")
END = datetime(2015, 6, 1, 13, 57, 1, tzinfo=UTC).timestamp()


def due(name: str, seconds: float = 60.012) -> Due:
    return Due(name, f"{END + 0.345 - seconds:.3f}", f"{END + 0.345:.3f}", 12, 3, 4096, 100, 11)


def test_the_line_has_the_eight_fields() -> None:
    """Both counts, both bytes, then all bytes and the files, and the seconds really measured."""
    assert line(due("alice")) == "20150601135701.345 12 3 4096 100 4196 11 60.012"
    assert line(due("alice", 1)) == "20150601135701.345 12 3 4096 100 4196 11 1"


@pytest.mark.parametrize(
    ("scope", "name", "sent"),
    [
        pytest.param("client", "alice", [("log", "v01.speedo.client.alice")], id="client"),
        pytest.param(
            "source",
            "metpx",
            [("log", "v01.speedo.source.metpx"), ("log_metpx", "v01.speedo.source.metpx")],
            id="source",
        ),
        pytest.param("pair", "alice\0metpx", [("log_metpx", "v01.speedo.client.alice")], id="pair"),
        pytest.param(
            "all",
            "all",
            [("log", "v01.speedo.client.all"), ("log", "v01.speedo.sources.all")],
            id="all",
        ),
        pytest.param("client", "all", [("log", "v01.speedo.client.%61ll")], id="called-all"),
    ],
)
def test_who_gets_what(scope: str, name: str, sent: list[tuple[str, str]]) -> None:
    """A source gets what concerns its own products, and nothing of what its clients take else."""
    made = list(messages(scope, due(name), EXCHANGES))

    assert [(each.exchange, each.key) for each in made] == sent


@pytest.mark.parametrize("name", ["all", "d.x", "Montréal été", "é" * 127])
def test_names_are_read_back_as_they_are(name: str) -> None:
    """Also where the key is too short for them or means something else."""
    [message] = messages("client", due(name), EXCHANGES)

    fact = parse(message.body, message.key, headers=message.properties.headers)
    assert isinstance(fact, Speedo)
    assert (fact.scope, fact.name) == ("client", name)
    assert len(message.key.encode()) <= 255


def test_one_that_is_published_again_has_the_same_id() -> None:
    """By which whoever adds speedos up can tell; another one has another."""
    ids = [
        message.properties.message_id
        for each in (due("alice"), due("alice"), due("bob"), due("alice")._replace(end="1.000"))
        for message in messages("client", each, EXCHANGES)
    ]

    assert ids[0] == ids[1]
    assert len(set(ids)) == 3
