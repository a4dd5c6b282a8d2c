"""Values in texts of rules: as they are in words, percent-encoded in URLs."""

import pytest

from blinkenlights.rules.template import Template

VALUES = {
    "name": "mail queue/../../logout?x#y",
    "tags": {"host": "web 1"},
    "labels": {"team": "web/search"},
    "value": 3.0,
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "https://wiki.example.net/{name}",
            "https://wiki.example.net/mail%20queue%2F..%2F..%2Flogout%3Fx%23y",
        ),
        ("https://wiki.example.net/?host={tags.host}", "https://wiki.example.net/?host=web%201"),
        ("https://wiki.example.net/{labels.team}/{value}", "https://wiki.example.net/web/search/3"),
    ],
)
def test_no_sender_chooses_where_a_link_of_a_rule_leads(text: str, expected: str) -> None:
    """A blank in a name would make it no link at all, and nobody would see it."""
    assert Template(text).filled(VALUES) == expected


@pytest.mark.parametrize("text", ["{tags.host} is bad", "see https://wiki for {tags.host}"])
def test_words_hold_values_as_they_are(text: str) -> None:
    assert "web 1" in Template(text).filled(VALUES)
