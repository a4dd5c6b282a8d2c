"""Secrets that others send are masked in what is shown, and nothing else is."""

import json
import time

import pytest
from pika.spec import Basic

from blinkenlights.collector.batch import Refused, samples
from blinkenlights.kinds.fact import Rejected
from blinkenlights.kinds.fields import path_for_people, printable_name, text_for_people
from blinkenlights.kinds.heartbeat.sent import sent_facts
from blinkenlights.masking import masked, masked_value
from blinkenlights.store.report import Sample

SECRET = "hunter2"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("sftp://bob:hunter2@h/", "sftp://bob:***@h/"),
        ("postgres://app:hunter2@db", "postgres://app:***@db"),
        ("see amqps://u:hunter2@a:5671/v, amqp://v:hunter2@b", "see amqps://u:***@a:5671/v, amqp://v:***@b"),
        ("redis://:hunter2@h/0", "redis://:***@h/0"),
        ("sftp://bob:hun@ter2@h/", "sftp://bob:***@h/"),
        ("sftp://bob:hun/ter2@h/", "sftp://bob:***@h/"),
        ("sftp://bob:hun#ter2?@h/", "sftp://bob:***@h/"),
        (r'{"to": "sftp:\/\/bob:hunter2@h\/"}', r'{"to": "sftp:\/\/bob:***@h\/"}'),
        ("https://ghp_16C7e42F292c6912E7710c838347Ae178B4a@github.com/x", "https://***@github.com/x"),
        ('{"password": "hunter2", "n": 1}', '{"password": "***", "n": 1}'),
        ('{"db_passwd":"hun\\"ter2","n":1}', '{"db_passwd":"***","n":1}'),
        ('{"api_key": "hunter2', '{"api_key": "***"'),
        ("{'clientSecret': 'hunter2'}", "{'clientSecret': '***'}"),
        ("x-api-key: hunter2", "x-api-key: ***"),
        ("PGPASSWORD=hunter2 psql", "PGPASSWORD=*** psql"),
        ("?access_token=hunter2&x=1", "?access_token=***&x=1"),
        ("Authorization: Basic aHVudGVyMg==", "Authorization: ***"),
        ("curl -H 'X: Bearer hunter2hunter2'", "curl -H 'X: Bearer ***'"),
        ('{"tokens": ["hunter2", "hunter2"]}', '{"tokens": ***}'),
        ('"{\\"token\\": \\"hunter2\\"}"', '"{\\"token\\": \\"***\\"}"'),
        ("-----BEGIN RSA PRIVATE KEY-----\nhunter2", "-----BEGIN RSA PRIVATE KEY-----***"),
    ],
)  # fmt: skip
def test_secrets_in_texts(text: str, shown: str) -> None:
    """In URLs, under telling keys in JSON and elsewhere, also where the text was cut; once only."""
    assert masked(text) == shown
    assert masked(shown) == shown


@pytest.mark.parametrize(
    "text",
    [
        "http://h:80/x@y",
        "http://[::1]:80/x@y",
        "mail bob@h at 12:30",
        "sftp://bob@h/out",
        "the key is in the door",
        "compass: north, keyboard: on, monkey=1",
        '{"author": "bob", "passed": 3, "pass": true}',
        "no password",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    """A port is no password, and a word is no key."""
    assert masked(text) == text


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        ("password", SECRET, "***"),
        ("password", 1234, "***"),
        ("DB_PASSWORD", SECRET, "***"),
        ("apiKey", SECRET, "***"),
        ("auth", SECRET, "***"),
        ("secrets", {"a": SECRET}, "***"),
        ("tokens", 17, 17),
        ("tokens_used", 17.5, 17.5),
        ("has_password", True, True),
        ("password", None, None),
        ("db", f"postgres://app:{SECRET}@db", "postgres://app:***@db"),
        ("env", {"PATH": "/bin", "TOKEN": SECRET}, {"PATH": "/bin", "TOKEN": "***"}),
        ("args", ["-p", f"password={SECRET}"], ["-p", "password=***"]),
        ("author", "bob", "bob"),
        ("queue_length", 7, 7),
    ],
)
def test_secrets_in_values(key: str, value: object, shown: object) -> None:
    """A telling key hides its value at any depth; a count of tokens is none."""
    assert masked_value(key, value) == shown


def test_further_keys_of_a_heartbeat_are_masked() -> None:
    """The page and the API have them from here."""
    extras = json.dumps({"db": f"postgres://app:{SECRET}@db", "api_key": SECRET, "depth": 7})

    facts = sent_facts({}, extras)

    assert facts == {"db": "postgres://app:***@db", "api_key": "***", "depth": 7}


@pytest.mark.parametrize("before", [0, 470, 490, 505])
def test_a_sample_holds_no_secret(before: int) -> None:
    """Also where the cut of the sample falls into one."""
    url = f"sftp://bob:{SECRET * 20}@h/"
    body = json.dumps({"x": "x" * before, "to": url, "token": SECRET}).encode()
    why = Rejected("bad", f"{url!r} is not a name")

    [sample] = samples([Refused((body, Basic.Deliver(routing_key=""), None), why)], "here", 1.0)

    assert "hunter" not in sample.body
    assert "hunter" not in sample.detail


def test_a_sample_of_an_earlier_version_is_masked_when_it_is_shown() -> None:
    """The store still has them after an update."""
    old = Sample(
        time=1.0,
        source="x",
        reason="bad",
        detail=f"password={SECRET}",
        body=f'{{"token": "{SECRET}"}}',
    )

    assert SECRET not in f"{old.masked()}"


@pytest.mark.parametrize("name", ["tokens:mailer", "session-key:\u00e9", "api@key:x", "a=b:token"])
def test_names_that_sound_like_secrets_stay(name: str) -> None:
    """Two names must never become one."""
    assert printable_name(name, "name") == name
    assert path_for_people(name) == name


def test_a_password_in_a_name_is_masked() -> None:
    """Names are shown everywhere."""
    assert printable_name(f"sftp://bob:{SECRET}@h/", "source") == "sftp://bob:***@h/"
    assert path_for_people(f"sftp://bob:{SECRET}@h/") == "sftp://bob:***@h/"
    assert text_for_people(f"login failed, password: {SECRET}") == "login failed, password: ***"


@pytest.mark.parametrize(
    "text",
    [
        "a" * 60_000,
        "password" * 8_000,
        "://" * 20_000,
        "://a:" * 12_000,
        "token=" * 10_000,
        'token="' * 10_000,
        "bearer " * 9_000,
        "-----BEGIN " * 6_000,
        "://" + "a" * 60_000,
        "token" + " " * 60_000,
    ],
    ids=lambda text: text[:12],
)
def test_a_hostile_text_is_masked_in_no_time(text: str) -> None:
    """None makes the search take longer than its length explains."""
    began = time.process_time()

    masked(text)

    assert time.process_time() - began < 2
