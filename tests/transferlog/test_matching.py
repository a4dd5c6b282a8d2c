"""Which transfers match which patterns."""

import pytest

from blinkenlights.kinds.transfer.fact import Started, Transfer
from blinkenlights.transferlog.matching import chosen, matching

GOOD = Transfer(
    event=1459170160.0,
    source="metpx",
    client="boule.example.com",
    code=201,
    size=6451,
    duration=0.25,
    name="observations/swob-ml/CWRM-swob.xml",
    flow="exp13",
    message="Downloaded",
)
BAD = GOOD._replace(code=499, source="4", name="")
BEGUN = Started(1459170160.0, "metpx", "boule", "node", "id", "observations/CWRM-swob.xml")


@pytest.mark.parametrize(
    ("pattern", "fact", "does_match"),
    [
        pytest.param("metpx", GOOD, True, id="source"),
        pytest.param("etp", GOOD, True, id="part-of-source"),
        pytest.param("example", GOOD, True, id="part-of-client"),
        pytest.param("swob-ml", GOOD, True, id="folder"),
        pytest.param("CWRM", GOOD, True, id="part-of-name"),
        pytest.param("cwrm", GOOD, False, id="case"),
        pytest.param("exp13", GOOD, True, id="flow"),
        pytest.param("Downloaded", GOOD, False, id="message"),
        pytest.param("201", GOOD, True, id="code"),
        pytest.param("20", GOOD, False, id="part-of-code"),
        pytest.param("2xx", GOOD, True, id="class"),
        pytest.param("4xx", GOOD, False, id="other-class"),
        pytest.param("4xx", BAD, True, id="class-of-bad"),
        pytest.param("4", BAD._replace(source="x"), False, id="digit-is-no-class"),
        pytest.param("met*", GOOD, True, id="glob-source"),
        pytest.param("etp*", GOOD, False, id="glob-is-whole"),
        pytest.param("*.example.com", GOOD, True, id="glob-client"),
        pytest.param("*.xml", GOOD, True, id="glob-name"),
        pytest.param("CWR?-*.xml", GOOD, True, id="glob-name-without-folders"),
        pytest.param("observations/*", GOOD, True, id="glob-path"),
        pytest.param("[a-c]*.example.com", GOOD, True, id="glob-set"),
        pytest.param("4?9", BAD, True, id="glob-code"),
        pytest.param("4?9", GOOD, False, id="glob-other-code"),
        pytest.param("exp*", GOOD, True, id="glob-flow"),
        pytest.param("*", BAD, True, id="glob-all"),
        pytest.param("metpx", BEGUN, True, id="begun"),
        pytest.param("201", BEGUN, False, id="begun-has-no-code"),
        pytest.param("*swob.xml", BEGUN, True, id="begun-glob"),
        pytest.param("(", GOOD, False, id="no-expression"),
    ],
)
def test_a_pattern(pattern: str, fact: Transfer | Started, does_match: bool) -> None:
    """A plain word is looked for anywhere, a code is whole or a class, a glob is for the whole."""
    assert matching(pattern)(fact) is does_match


@pytest.mark.parametrize(
    ("wanted", "does_match"),
    [
        pytest.param(chosen(), True, id="no-wish"),
        pytest.param(chosen(["metpx", "201"]), True, id="both-patterns"),
        pytest.param(chosen(["metpx", "202"]), False, id="one-pattern"),
        pytest.param(chosen(sources=["x", "metpx"]), True, id="one-of-the-sources"),
        pytest.param(chosen(sources=["met"]), False, id="part-of-a-source"),
        pytest.param(chosen(sources=["m*x"]), True, id="source-glob"),
        pytest.param(chosen(clients=["*.example.com"]), True, id="client-glob"),
        pytest.param(chosen(clients=["metpx"]), False, id="client-is-no-source"),
        pytest.param(chosen(sources=["metpx"], clients=["x"]), False, id="source-and-client"),
        pytest.param(chosen(errors=True), False, id="good-is-no-error"),
    ],
)
def test_all_wishes_have_to_be_met(wanted: object, does_match: bool) -> None:
    """Patterns and options each narrow what is shown; one option's globs are alternatives."""
    assert callable(wanted)
    assert wanted(GOOD) is does_match


def test_errors_are_codes_from_400() -> None:
    """4xx and 5xx are errors; a transfer that has only begun is none."""
    is_error = chosen(errors=True)

    assert is_error(BAD)
    assert is_error(GOOD._replace(code=503))
    assert not is_error(GOOD._replace(code=304))
    assert not is_error(BEGUN)
