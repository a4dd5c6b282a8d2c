"""What a file says of receivers, and how their secrets are kept out of everything."""

from pathlib import Path

import pytest

from blinkenlights.rules.files.channel_settings import SlackSettings
from blinkenlights.rules.files.read import RuleFile, read_rules
from blinkenlights.rules.files.receivers import settings_of
from blinkenlights.rules.receiver import Receiver
from blinkenlights.yaml_files.mistakes import BadFile
from blinkenlights.yaml_files.secrets import NoSecret, Secrets
from blinkenlights.yaml_files.unfit import Unfit

NOW = 1_764_331_200.0
ENVIRONMENT = {
    "SLACK_TOKEN": "xoxb-quite-secret",
    "SLACK_HOOK": "https://hooks.example.net/services/quite/secret",
    "PD_KEY": "0123456789abcdef0123456789abcdef",
    "PASSWORD": "quite-secret",
    "NTFY_URL": "ntfy://quite-secret/topic",
    "BROKEN": "quite secret",
}


def read(lines: str, environment: dict[str, str] | None = None) -> RuleFile:
    """Return what a file says of the one receiver that has these lines."""
    text = "receivers:\n  chat:\n" + "".join(f"    {each}\n" for each in lines.splitlines())
    given = ENVIRONMENT if environment is None else environment
    return read_rules(text.encode(), "a.yml", given, NOW)


def one(lines: str) -> Receiver:
    """Return the receiver."""
    (found,) = read(lines).receivers
    return found


def mistake(lines: str) -> str:
    """Return the one thing that is wrong with a file."""
    with pytest.raises(BadFile) as bad:
        read(lines)
    (found,) = bad.value.mistakes
    return str(found)


@pytest.mark.parametrize(
    "lines",
    [
        'slack: {token: "${SLACK_TOKEN}", channel: "#ops"}',
        'slack: {webhook: "${SLACK_HOOK}"}',
        'pagerduty: {routing_key: "${PD_KEY}"}',
        'pagerduty: {routing_key: "${PD_KEY}", url: https://events.eu.pagerduty.com}',
        "webhook: {url: https://example.net/hook}",
        (
            'webhook: {url: https://example.net/hook, secret: "${PASSWORD}", body: "{}", '
            'headers: {Authorization: "Bearer ${PASSWORD}", X-From: us}}'
        ),
        "webhook: {url: 'https://example.net/x?token=${PASSWORD}&a=b'}",
        "email: {to: ops@example.net, from: us@example.net, server: smtp://localhost}",
        (
            "email: {to: [a@example.net, b@example.net], from: us@example.net, server: "
            '"smtps://m:465",'
            ' username: us, password: "${PASSWORD}"}'
        ),
        'apprise: {url: "${NTFY_URL}"}',
    ],
)
def test_each_channel_can_be_told(lines: str) -> None:
    """Its secrets are looked for, and kept as the places that they are."""
    found = one(lines)

    assert (found.name, found.file, found.line) == ("chat", "a.yml", 2)
    assert found.channel == lines.partition(":")[0]
    assert "quite" not in repr(found)
    assert read(lines).doubts == ()


def test_a_receiver_of_other_settings_is_another_one() -> None:
    """With the same ones it is the same, in whichever order they stand, and wherever."""
    first = one('slack: {token: "${SLACK_TOKEN}", channel: "#ops"}')
    again = one('slack: {channel: "#ops", token: "${SLACK_TOKEN}"}')
    other = one('slack: {token: "${SLACK_TOKEN}", channel: "#dev"}')

    assert first.address == again.address
    assert first.address.startswith("chat@")
    assert first.digest != other.digest


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (
            "slack: {token: xoxb-1, channel: x}",
            (
                "line 3: receiver chat: token: holds a secret, and what is said of receivers is "
                "kept in "
                'the store; write "${CHAT_TOKEN}" and set that variable, or "${file:/path}"'
            ),
        ),
        (
            "slack:\n  webhook: https://hooks.example.net/x",
            (
                "line 4: receiver chat: webhook: holds a secret, and what is said of receivers is "
                "kept in "
                'the store; write "${CHAT_WEBHOOK}" and set that variable, or "${file:/path}"'
            ),
        ),
        (
            "webhook:\n  url: https://example.net\n  headers:\n    X-Api-Key: abc",
            (
                "line 6: receiver chat: headers.X-Api-Key: holds a secret, and what is said of "
                "receivers "
                'is kept in the store; write "${CHAT_X_API_KEY}" and set that variable, or '
                '"${file:/path}"'
            ),
        ),
        (
            "webhook: {url: 'https://example.net/x?a=b&token=abc'}",
            (
                "line 3: receiver chat: url: holds a secret, and what is said of receivers is kept "
                'in the store; write "${CHAT_URL}" and set that variable, or "${file:/path}"'
            ),
        ),
        (
            "apprise: {url: 'ntfy://$${x}/topic'}",
            (
                "line 3: receiver chat: url: holds a secret, and what is said of receivers is kept "
                "in the "
                'store; write "${CHAT_URL}" and set that variable, or "${file:/path}"'
            ),
        ),
    ],
)
def test_a_secret_that_is_written_out_is_refused(lines: str, sentence: str) -> None:
    """With what to write in its place."""
    assert mistake(lines) == sentence


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (
            "slak: {webhook: x}",
            ("line 2: receiver chat: there is no channel slak; did you mean slack?"),
        ),
        (
            "fax: {}",
            (
                "line 2: receiver chat: there is no channel fax; there are slack, pagerduty, "
                "webhook, email, apprise"
            ),
        ),
        (
            "slack: {}\nwebhook: {}",
            (
                "line 2: receiver chat: wants one channel below it: slack, "
                "pagerduty, webhook, email, apprise"
            ),
        ),
        ("slack: '#ops'", "line 2: receiver chat: slack wants keys and values below it"),
        (
            "slack: {tokn: x}",
            ("line 3: receiver chat: tokn: there is no such key; did you mean token?"),
        ),
        (
            "slack: {channel: x}",
            ("line 3: receiver chat: token: is missing; write token and channel, or webhook"),
        ),
        ("pagerduty: {}", "line 3: receiver chat: routing_key is missing; write it"),
        (
            "webhook: {url: example.net}",
            ("line 3: receiver chat: url: is no URL; write https://host/path"),
        ),
        (
            "webhook: {url: 'https://me:pw@example.net'}",
            ("line 3: receiver chat: url: holds a login; write it as a header"),
        ),
        (
            "webhook: {url: 'https://example.net', headers: {'a b': c}}",
            ("line 3: receiver chat: headers: 'a b' cannot be a header"),
        ),
        (
            "email: {to: ops, from: a@b, server: 'smtp://m'}",
            ("line 3: receiver chat: to: holds what is no address; write ops@example.net"),
        ),
        (
            "email: {to: [], from: a@b, server: 'smtp://m'}",
            ("line 3: receiver chat: to: wants 1 to 50 addresses"),
        ),
        (
            "email: {to: a@b, from: b, server: 'smtp://m'}",
            ("line 3: receiver chat: from: is no address; write alerts@example.net"),
        ),
        (
            "email: {to: a@b, from: a@b, server: 'https://m'}",
            ("line 3: receiver chat: server: is no URL; write smtp://host:25"),
        ),
        (
            "email: {to: a@b, from: a@b, server: 'smtp://m', username: us}",
            ("line 3: receiver chat: username: and password go together; write both, or none"),
        ),
    ],
)
def test_what_is_wrong_with_a_receiver_is_said(lines: str, sentence: str) -> None:
    """And with what to write."""
    assert mistake(lines) == sentence


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (
            "slack:\n  token: ${NONE}\n  channel: x",
            (
                "line 4: receiver chat: the variable NONE is "
                "not set; set it where this program is started"
            ),
        ),
        (
            "pagerduty:\n  routing_key: ${BROKEN}",
            (
                "line 4: receiver chat: routing_key: is none; it "
                "is the integration key, 32 letters and digits"
            ),
        ),
        (
            "slack:\n  webhook: ${BROKEN}",
            ("line 4: receiver chat: webhook: is no URL; write https://host/path"),
        ),
        (
            "apprise:\n  url: ${BROKEN}",
            (
                "line 4: receiver chat: url: is no URL of apprise; it "
                "begins with a service: ntfy://, tgram://"
            ),
        ),
        (
            "slack:\n  webhook: ${SLACK_HOOK}\n  channel: x",
            (
                "line 4: receiver chat: webhook: has "
                "its own channel; write either it, or token and channel"
            ),
        ),
    ],
)
def test_a_secret_that_cannot_be_costs_no_rule(lines: str, sentence: str) -> None:
    """Rules of the same file are judged, and others are told. No secret is said."""
    found = read(lines)

    assert [str(each) for each in found.doubts] == [sentence]
    assert [each.name for each in found.receivers] == ["chat"]


def test_a_body_with_a_secret_that_has_braces_says_nothing_of_it() -> None:
    """It looks like a place, and a place that is none would be quoted."""
    lines = 'webhook: {url: "https://h.example.net", body: "{a.${PASSWORD}} ${BRACES}"}'
    text = f"receivers:\n  hook:\n    {lines}\n"
    found = read_rules(text.encode(), "a.yml", ENVIRONMENT | {"BRACES": "x{quite_secret}"}, 0.0)

    said = " ".join(map(str, found.doubts))
    assert "what looks like a place in braces stands for nothing" in said
    assert "secret" not in said


def test_a_secret_may_be_in_a_file(tmp_path: Path) -> None:
    """Of which the first line counts."""
    (tmp_path / "key").write_text("0123456789abcdef0123456789abcdef\n")

    found = read(f"pagerduty: {{routing_key: '${{file:{tmp_path}/key}}'}}")

    assert (len(found.receivers), found.doubts) == (1, ())


def test_whoever_sends_is_told_with_secrets() -> None:
    """What is kept in the store for months is looked at again."""
    secrets = Secrets(ENVIRONMENT)
    found = one('slack: {token: "${SLACK_TOKEN}", channel: "#ops"}')

    told = settings_of(found.channel, found.settings, secrets)

    assert told == SlackSettings(token="xoxb-quite-secret", channel="#ops")
    assert "xoxb-quite-secret" in secrets.known
    with pytest.raises(NoSecret, match="the variable SLACK_TOKEN is not set"):
        settings_of(found.channel, found.settings, Secrets({}))
    for channel, settings in (("fax", {}), ("slack", {"tokn": "x"}), ("slack", {})):
        with pytest.raises(Unfit):
            settings_of(channel, settings, secrets)


@pytest.mark.parametrize("name", ["on call", "a@b", "*", "", "-x"])
def test_a_receiver_has_a_plain_name(name: str) -> None:
    """It is part of keys of the store."""
    with pytest.raises(BadFile, match="has a name of letters"):
        read_rules(f"receivers: {{{name!r}: {{}}}}".encode(), "a.yml", {}, NOW)


def test_receivers_are_a_mapping() -> None:
    """Of names."""
    with pytest.raises(BadFile, match="receivers: wants names below it"):
        read_rules(b"receivers: [chat]", "a.yml", {}, NOW)
