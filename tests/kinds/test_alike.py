"""Names that nobody could tell apart are one name, in every kind; what cannot be seen is shown."""

import json
from unicodedata import normalize

import pytest

from blinkenlights.commands.terminal import say_table
from blinkenlights.globs import matcher
from blinkenlights.kinds.declaring import printable_names
from blinkenlights.kinds.fact import Rejected
from blinkenlights.kinds.fields import Invalid, optional_name, printable_name
from blinkenlights.kinds.heartbeat.decode import parse
from blinkenlights.kinds.heartbeat.fact import Heartbeat
from blinkenlights.kinds.transfer.decode import parse as parse_transfer
from blinkenlights.kinds.transfer.decode_speedo import parse as parse_speedo
from blinkenlights.kinds.transfer.fact import Speedo, Transfer
from blinkenlights.plugin.words import clean
from blinkenlights.transferlog.wording import in_one_line
from blinkenlights.web.page_words import visible

UNSEEN = ["\u034f", "\u115f", "\u1160", "\u2800", "\u3164", "\ufe0f", "\uffa0", "\U000e0100"]

alike = pytest.mark.parametrize(
    "name",
    [
        pytest.param("caf\u00e9 ", id="blank-behind"),
        pytest.param("  caf\u00e9", id="blanks-before"),
        pytest.param(normalize("NFD", "caf\u00e9"), id="decomposed"),
        *(pytest.param(f"caf\u00e9{each}", id=f"U+{ord(each):04X}") for each in UNSEEN),
        *(pytest.param(f"ca{each}f\u00e9", id=f"in-between-{ord(each):04X}") for each in UNSEEN),
    ],
)


@alike
def test_a_component_has_one_name(name: str) -> None:
    """Its system, too, and its instance."""
    body = {"name": name, "system": name, "uuid": name, "timestamp": 1}

    found = parse(json.dumps(body).encode())

    assert isinstance(found, Heartbeat)
    assert (found.component, found.instance) == ("caf\u00e9:caf\u00e9", "caf\u00e9")


@alike
def test_client_source_and_node_have_one_name(name: str) -> None:
    """Also in speedos."""
    body = {"client": name, "source": name, "node": name, "code": 200, "timestamp": 1}

    found = parse_transfer(json.dumps(body).encode())
    speedo = parse_speedo(
        b"20261121000000 1 0 5 0 5 1 60", "v01.speedo.client.x", headers={"client": name}
    )

    assert isinstance(found, Transfer)
    assert isinstance(speedo, Speedo)
    assert {found.client, found.source, found.node, speedo.name} == {"caf\u00e9"}


@alike
def test_whoever_types_a_name_means_the_one_that_is_kept(name: str) -> None:
    """`expect` and `forget` make the same of it."""
    assert printable_names([name, "caf\u00e9"], "component") == ["caf\u00e9"]


def test_a_glob_that_is_decomposed_matches() -> None:
    """Names in the store are composed."""
    matches = matcher([normalize("NFD", "\u00e9*"), normalize("NFD", "caf\u00e9")])

    assert matches("\u00e9t\u00e9")
    assert matches("caf\u00e9")


@pytest.mark.parametrize("name", [*UNSEEN, "\u3164\u3164", " \u2800 ", "   "])
def test_what_nobody_sees_is_no_name(name: str) -> None:
    """It is rejected as a blank one is."""
    found = parse(json.dumps({"name": name, "timestamp": 1}).encode())

    assert isinstance(found, Rejected)
    assert found.reason == "no name"
    assert optional_name(name) == ""


def test_a_name_that_grows_too_long_is_refused() -> None:
    """Composed it has to fit, however it came."""
    with pytest.raises(Invalid):
        printable_name("\u0958" * 85, "name")


@pytest.mark.parametrize("each", UNSEEN)
def test_what_cannot_be_seen_is_shown(each: str) -> None:
    """In names of an earlier version, and in texts from outside."""
    assert clean(f"a{each}b") == "a?b"
    assert visible(f"a{each}b") == f"a{each.encode('unicode_escape').decode()}b"


@pytest.mark.parametrize("name", ["db ", " db", " "])
def test_blanks_at_an_end_are_shown(name: str) -> None:
    """The page puts such a name in quotes."""
    assert visible(name) == f"'{name}'"


@pytest.mark.parametrize(
    ("name", "in_checks", "on_pages"),
    [
        ("a b", "a b", "a b"),
        ("a  b", "a ?b", r"a \x20b"),
        ("a   b", "a ? b", r"a \x20 b"),
        ("a    b", "a ? ?b", r"a \x20 \x20b"),
    ],
)
def test_blanks_in_a_row_are_seen(
    name: str, in_checks: str, on_pages: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """HTML shows any number of them as one, and in tables two of them end a column."""
    fact = Transfer(0.0, "s", name, 226, 1, 1.0, "file", "", "")

    say_table(("n", "seen"), [(name, "now")])

    assert clean(name) == in_checks
    assert visible(name) == on_pages
    assert capsys.readouterr().out.splitlines()[1].split("  ") == [on_pages, "now"]
    assert f"s > {on_pages}  " in in_one_line(fact, None, colour=False)
