"""How a receiver becomes a channel, and where its secrets come from."""

from pathlib import Path

import pytest

from alert.channels.messages import first
from alert.conftest import Run
from blinkenlights.alert.channels.opening import HAVE_KEYS, MAKERS, open_channel
from blinkenlights.outbox.cannot_say import CannotSayError
from blinkenlights.rules.files.channel_forms import CHANNELS
from blinkenlights.rules.receiver import Receiver
from servers.heard import served
from servers.simulated_slack import TOKEN, Slack


def test_each_channel_that_a_file_may_have_can_be_opened() -> None:
    """None is forgotten."""
    assert MAKERS.keys() == CHANNELS.keys()


@pytest.mark.parametrize("name", CHANNELS)
def test_whether_it_has_a_key_is_known_before_it_speaks(name: str) -> None:
    """And without its secrets."""
    assert open_channel(Receiver("r", name, {}, "d1"), {}).has_key is (name in HAVE_KEYS)


def test_no_channel_of_that_name() -> None:
    """What another version has kept is given up."""
    with pytest.raises(CannotSayError, match="there is no channel fax") as raised:
        open_channel(Receiver("r", "fax", {}, "d1"), {})

    assert raised.value.is_final


def test_a_secret_that_is_renewed_is_used_from_then_on(run: Run, tmp_path: Path) -> None:
    """It is looked up for each message: neither a restart nor a new file of rules is needed."""
    file = tmp_path / "token"

    async def scenario() -> list[CannotSayError]:
        said = []
        async with served(slack := Slack()):
            settings = {"token": f"${{file:{file}}}", "channel": "#ops", "url": slack.api}
            channel = open_channel(Receiver("chat", "slack", settings, "d1"), {})
            for token in (None, "xoxb-old-secret", TOKEN):
                if token:
                    file.write_text(f"{token}\n")
                try:
                    await channel.say(first())
                except CannotSayError as error:
                    said.append(error)
            assert len(slack.roots) == 1
            await channel.close()
        return said

    away, old = run(scenario())

    assert str(away) == f"of chat: {file} cannot be read: No such file or directory"
    assert str(old).endswith("refuses it: invalid_auth (the token is not valid)")
    assert not away.is_final
    assert not old.is_final


def test_a_secret_that_is_none_is_not_shown(run: Run) -> None:
    """A key of another form is said to be none."""
    receiver = Receiver("pager", "pagerduty", {"routing_key": "${KEY}"}, "d1")
    channel = open_channel(receiver, {"KEY": "not a quite-secret key"})

    with pytest.raises(CannotSayError, match="pagerduty: routing_key: is none") as raised:
        run(channel.say(first()))

    assert "secret" not in str(raised.value)


def test_a_secret_in_the_host_of_a_receiver_is_in_no_error(run: Run) -> None:
    """Errors name the host, and are kept and shown."""
    settings = {"url": "http://${TOKEN}.invalid/hook", "secret": "${KEY}"}
    given = {"TOKEN": "Quite-Secret-Host", "KEY": "another quite secret"}
    channel = open_channel(Receiver("hook", "webhook", settings, "d1"), given)

    with pytest.raises(CannotSayError) as raised:
        run(channel.say(first()))

    assert str(raised.value).startswith("the webhook at ***.invalid cannot be reached: ")
    run(channel.close())


def test_settings_of_another_version_are_given_up(run: Run) -> None:
    """Nobody will ever know what to do with them."""
    channel = open_channel(Receiver("r", "webhook", {"uri": "x"}, "d1"), {})

    with pytest.raises(CannotSayError, match="webhook: ") as raised:
        run(channel.say(first()))

    assert raised.value.is_final
