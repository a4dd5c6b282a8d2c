"""What is queued is told, to each receiver at its own pace, once where that can be known."""

import asyncio
import logging
from dataclasses import replace

import pytest

from alert.changes import begins, ends
from alert.conftest import Run
from alert.noted import Noted
from alert.records import NOON, a_record
from alert.speaking import Speaker, Stage, eventually
from blinkenlights.alert import open_channels
from blinkenlights.kinds.alert import keys
from blinkenlights.outbox.cannot_say import CannotSayError


def test_what_is_queued_is_told_and_its_history_kept(
    stage: Stage, noted: Noted, run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    """And it stands in the log, where people look first."""

    async def play() -> None:
        [ops] = await stage.hear("ops")
        await stage.queue(begins(), begins(a_record("db1")))
        await stage.until(noted.history)

        [message] = ops.messages
        assert message.title.startswith("CRITICAL: silent: web1, db1; first web1: age was 120")
        assert not message.may_be_repeated

    with caplog.at_level(logging.INFO, "blinkenlights.alert"):
        run(play())
    [row] = noted.history()
    assert caplog.messages == [f"ops was told: {row.title}"]
    assert (row.receiver, row.channel, row.how, row.number) == ("ops", "webhook", "told", 2)
    assert row.alerts == ["silent: db1", "silent: web1"]
    assert noted.counters() == {"queued": 2, "sent:ops": 1}
    assert not noted.has_any(keys.DUE, keys.TAKEN, keys.TRIES)


def test_the_end_is_told_of_the_same_incident_with_the_channels_reference(
    stage: Stage, noted: Noted, run: Run
) -> None:
    async def play() -> None:
        change = begins()
        assert change.after
        stage.speakers["ops"] = ops = Speaker({"ts": "1.2"})
        await stage.hear("ops")
        await stage.queue(change)
        await stage.until(lambda: len(noted.history()) == 1)
        await stage.queue(ends(change.after))
        await stage.until(lambda: len(noted.history()) == 2)

        first, last = ops.messages
        assert first.incident == last.incident
        assert last.state == "over"
        assert last.reference == {"ts": "1.2"}
        assert not noted.has_any(keys.INCIDENTS)

    run(play())


def test_twelve_that_hang_delay_a_good_one_by_less_than_a_second(stage: Stage, run: Run) -> None:
    async def play() -> float:
        hanging = [f"hanging{number}" for number in range(12)]
        for name in hanging:
            stage.speakers[name] = Speaker(hangs=True)
        stage.speakers["good"] = good = Speaker()
        await stage.hear(*hanging, "good")
        for name in hanging:
            await stage.queue(begins(a_record(name), to=name))
        loop = asyncio.get_running_loop()
        senders = stage.senders()
        running = asyncio.create_task(senders.run())
        await eventually(lambda: all(stage.speakers[name].messages for name in hanging))
        began = loop.time()
        await stage.queue(begins(to="good"))
        await eventually(lambda: good.messages)
        seconds = loop.time() - began
        for name in hanging:
            stage.speakers[name].may_answer.set()
        senders.stop()
        await running
        return seconds

    assert run(play()) < 1.0


def test_nothing_is_sent_before_the_receiver_wants_to_hear_whatever_clocks_say(
    stage: Stage, noted: Noted, run: Run
) -> None:
    """429 with Retry-After 30: not this group, not another, and by no other instance either."""

    async def play() -> None:
        busy = CannotSayError("429 Too Many Requests", retry_after=30)
        stage.speakers["ops"] = ops = Speaker(busy)
        stage.speakers["other"] = other = Speaker()
        await stage.hear("ops", "other")
        await stage.queue(begins())
        await stage.until(lambda: noted.has_any(keys.PAUSED))
        await stage.queue(begins(a_record("db1", "other rule")))

        # Another instance, whose clock is far ahead, has told another receiver meanwhile.
        stage.now += 3600
        await stage.queue(begins(a_record("last"), to="other"))
        await stage.until(lambda: other.messages)
        assert len(ops.messages) == 1

        left, seconds = noted.rest("ops@d1")
        assert seconds == 30
        noted.pass_time(left - 1)
        await stage.queue(begins(a_record("later"), to="other"))
        await stage.until(lambda: len(other.messages) == 2)
        assert len(ops.messages) == 1

        noted.pass_time(1)
        await stage.until(lambda: len(ops.messages) == 3)

    run(play())


def test_what_fails_is_tried_again_and_kept_until_it_is_told(
    stage: Stage, noted: Noted, run: Run
) -> None:
    async def play() -> None:
        stage.speakers["ops"] = ops = Speaker(CannotSayError("503"), CannotSayError("503"))
        await stage.hear("ops")
        await stage.queue(begins())
        for times in (1, 2):
            await stage.until(lambda: noted.tries() == times)  # noqa: B023
            stage.now += 10
        await stage.until(lambda: noted.history()[0].how == "told")
        assert [message.may_be_repeated for message in ops.messages] == [False] * 3

    run(play())
    assert [row.how for row in noted.history()] == ["told", "failed"]
    assert noted.tries() == 0
    assert noted.counters()["failed:ops"] == 2


def test_what_happened_while_a_receiver_was_away_for_an_hour_is_told_when_it_is_back(
    stage: Stage, noted: Noted, run: Run
) -> None:
    """It is tried every ten minutes at least. What was over by then is told as well, in one go."""

    async def play() -> int:
        away = [CannotSayError("away") for _ in range(40)]
        stage.speakers["ops"] = ops = Speaker(*away)
        await stage.hear("ops")
        lasting, over = begins(), begins(a_record("db1"))
        assert over.after
        await stage.queue(lasting, over)
        for times in range(1, 41):
            await stage.until(lambda: noted.tries() == times)  # noqa: B023
            if times == 5:
                await stage.queue(ends(over.after))
            stage.now += 600
            if stage.now >= NOON + 3600:
                break
        ops.recovers()
        await stage.until(lambda: noted.history()[0].how == "told")
        tried = len(ops.messages)

        last = ops.messages[-1]
        assert {notice.thing for notice in last.firing} == {"web1"}
        assert [(notice.thing, notice.what) for notice in last.changes] == [
            ("web1", "fired"),
            ("db1", "fired"),
            ("db1", "resolved"),
        ]
        return tried

    assert run(play()) >= 6
    assert noted.tries() == 0


def test_a_failing_channel_is_opened_anew(stage: Stage, noted: Noted, run: Run) -> None:
    """Its connection may be broken, and its secret another one by now."""

    async def play() -> None:
        stage.speakers["ops"] = ops = Speaker(CannotSayError("401"))
        await stage.hear("ops")
        await stage.queue(begins())
        await stage.until(noted.tries)
        assert ops.closed == 1

    run(play())


def test_a_channel_that_does_not_close_stops_nothing(
    stage: Stage, noted: Noted, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_channels, "CLOSE_SECONDS", 0.05)

    async def play() -> None:
        stage.speakers["ops"] = ops = Speaker(CannotSayError("503"))
        ops.may_close.clear()
        await stage.hear("ops")
        await stage.queue(begins())
        await stage.until(noted.tries)
        stage.now += 10
        await stage.until(lambda: len(ops.messages) == 2)

    run(play())


def test_what_is_never_taken_is_a_dead_letter(stage: Stage, noted: Noted, run: Run) -> None:
    async def play() -> None:
        stage.speakers["ops"] = Speaker(CannotSayError("no such channel", is_final=True))
        await stage.hear("ops")
        await stage.queue(begins())
        await stage.until(noted.letters)

    run(play())
    [letter] = noted.letters()
    assert (letter.receiver, letter.error, letter.number) == ("ops", "no such channel", 1)
    assert letter.title.startswith("CRITICAL: silent: web1")
    assert not noted.has_any(keys.DUE, keys.TRIES, keys.INCIDENTS)
    assert [row.how for row in noted.history()] == ["dead"]


def test_what_nobody_takes_for_a_day_is_a_dead_letter_and_its_end_is_told(
    stage: Stage, noted: Noted, run: Run
) -> None:
    async def play() -> None:
        change = begins()
        assert change.after
        stage.speakers["ops"] = ops = Speaker(CannotSayError("503", is_unsure=True))
        await stage.hear("ops")
        await stage.queue(change)
        stage.now = NOON + 86_400
        await stage.until(noted.letters)
        await stage.queue(ends(change.after))
        await stage.until(lambda: len(ops.messages) == 2)
        assert ops.messages[1].state == "over"

    run(play())


def test_the_end_of_what_was_told_is_tried_for_longer_than_a_day(
    stage: Stage, noted: Noted, run: Run
) -> None:
    async def play() -> None:
        change = begins()
        assert change.after
        stage.speakers["ops"] = ops = Speaker({}, CannotSayError("503"))
        await stage.hear("ops")
        await stage.queue(change)
        await stage.until(noted.history)
        await stage.queue(ends(change.after))
        stage.now = NOON + 2 * 86_400
        await stage.until(noted.tries)
        stage.now += 10
        await stage.until(lambda: len(ops.messages) == 3)
        assert ops.messages[2].state == "over"
        assert noted.letters() == []

    run(play())


def test_a_receiver_nobody_knows_any_more_is_said(stage: Stage, noted: Noted, run: Run) -> None:
    async def play() -> None:
        await stage.queue(begins())
        await stage.until(noted.letters)

    run(play())
    assert noted.letters()[0].error == "nobody knows how to reach it any more"


def test_a_channel_that_breaks_stops_no_other_and_tells_no_secret(
    stage: Stage, noted: Noted, run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    async def play() -> None:
        stage.speakers["ops"] = Speaker(ValueError("https://hooks.example.net/secret"))
        [_, staff] = await stage.hear("ops", "staff")
        await stage.queue(begins(), begins(a_record("db1"), to="staff"))
        await stage.until(lambda: staff.messages and noted.tries())

    with caplog.at_level(logging.INFO):
        run(play())
    assert "secret" not in caplog.text
    assert "secret" not in str(noted.client.hgetall(keys.TRIES))
    assert "test_sending" in caplog.text or "speaking.py" in caplog.text


def test_between_two_messages_to_one_receiver_lies_its_pace(
    stage: Stage, noted: Noted, run: Run
) -> None:
    async def play() -> None:
        stage.manner = replace(stage.manner, pace=600)
        [ops] = await stage.hear("ops")
        await stage.queue(begins(), begins(a_record("db1", "other rule")))
        await stage.until(noted.history)
        await stage.hear("staff")
        await stage.queue(begins(a_record("last"), to="staff"))
        await stage.until(lambda: stage.speakers["staff"].messages)
        assert len(ops.messages) == 1
        noted.pass_time(600)
        await stage.until(lambda: len(ops.messages) == 2)

    run(play())
