"""A code says whether a transfer went well, and has words for people."""

import re
from pathlib import Path

import pytest

from blinkenlights.kinds.fields import Invalid
from blinkenlights.kinds.transfer.codes import WORDS, in_words, is_good, is_last, read_code


@pytest.mark.parametrize("code", [200, 201, 206, 299, 304, 307, 399])
def test_good(code: int) -> None:
    """All of 2xx and 3xx is good: 304 is the normal answer of a redundant feed."""
    assert is_good(code)


@pytest.mark.parametrize("code", [100, 199, 400, 404, 418, 499, 500, 503, 599])
def test_not_good(code: int) -> None:
    """All of 4xx and 5xx is bad, and 1xx is no outcome."""
    assert not is_good(code)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (201, "downloaded, inserted, published, copied or linked"),
        (304, "not modified"),
        (499, "download failed"),
        (299, "done"),
        (399, "not needed"),
        (418, "refused or failed"),
        (599, "failed"),
        (100, "unknown"),
    ],
)
def test_words(code: int, words: str) -> None:
    """A known code has its own words, an unknown one those of its class."""
    assert in_words(code) == words


def test_every_known_code_can_come() -> None:
    """The table holds nothing that would be refused or never be counted."""
    assert all(read_code(code) == code and code >= 200 for code in WORDS)


def test_a_part_is_not_the_end() -> None:
    """While further parts are to come, a file is in flight."""
    assert not is_last(206)
    assert not is_last(307)
    assert is_last(201)
    assert is_last(499)


@pytest.mark.parametrize("code", [100, 201, 599])
def test_a_code_is_read(code: int) -> None:
    """A code is a number, or a text of three digits."""
    assert read_code(code) == code
    assert read_code(str(code)) == code


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "no code"),
        ("", "no code"),
        ("OK", "no code"),
        ("0201", "no code"),
        ("99", "no code"),
        ("+20", "no code"),
        ("20.", "no code"),
        ("²⁰¹", "no code"),
        (True, "no code"),
        (201.0, "no code"),
        ([201], "no code"),
        (0, "bad code"),
        (99, "bad code"),
        ("099", "bad code"),
        (600, "bad code"),
        ("999", "bad code"),
        (-201, "bad code"),
        (10**400, "bad code"),
    ],
)
def test_what_is_no_code(value: object, reason: str) -> None:
    """What is not between 100 and 599 cannot be judged by its class."""
    with pytest.raises(Invalid) as refused:
        read_code(value)

    assert refused.value.rejected.reason == reason


def test_the_page_lists_every_code() -> None:
    """Whoever adds a code adds it to docs/transfers.md, in the same words."""
    page = Path(__file__).parents[3] / "docs" / "transfers.md"
    listed = re.findall(r"^\| (\d{3}) \| (.+) \|$", page.read_text("utf-8"), re.MULTILINE)

    assert {int(code): words for code, words in listed} == WORDS
