"""Secrets are known again in whatever form somebody says them."""

import html
import json
from base64 import b64encode
from urllib.parse import quote

import pytest

from blinkenlights.conditions.hiding import beginning, without
from blinkenlights.conditions.showing import shown

SECRET = "t0p/9+Z&\"x ~é'q"


@pytest.mark.parametrize(
    "said",
    [
        SECRET,
        SECRET.upper(),
        SECRET.lower(),
        quote(SECRET, safe=""),
        quote(SECRET, safe="").lower(),
        quote(SECRET, safe="/&"),
        quote(SECRET, safe="").replace("%20", "+"),
        json.dumps(SECRET)[1:-1],
        json.dumps(SECRET).replace("/", r"\/")[1:-1],
        html.escape(SECRET),
        b64encode(SECRET.encode()).decode(),
    ],
)
def test_a_secret_is_masked_in_each_form(said: str) -> None:
    """Servers, proxies and error pages escape it as they like."""
    assert without(f"<{said}>", (SECRET,)) == "<***>"
    assert without(said, (SECRET,)) == "***"


def test_a_text_that_is_too_short_to_hold_a_secret_costs_no_pattern(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """To make one takes milliseconds, and each endpoint may have a secret of its own."""
    monkeypatch.setattr("blinkenlights.conditions.hiding._pattern", None)

    assert without("ok", (SECRET, "")) == "ok"
    assert without("", ("", "")) == ""


@pytest.mark.parametrize("before", range(85))
def test_no_half_of_a_secret_is_shown_at_a_cut(before: int) -> None:
    """Also where the secret stands there many times, which makes the text shorter."""
    secret = "0123456789abcdef"
    for text in ("x" * before + secret + "tail", "x" * before + secret * 30 + "tail"):
        for said in (shown(text, (secret,)), beginning(text, 40, (secret,))):
            assert "01" not in said


def test_a_number_may_be_a_secret() -> None:
    """A PIN comes back without quotes."""
    assert shown(12345678, ("12345678",)) == "***"


def test_a_very_long_secret_is_masked_as_it_is() -> None:
    """A private key, or what stands in a file of 64 KB."""
    secret = "k" * 65_536
    assert without(f"<{secret}>", (secret,)) == "<***>"
