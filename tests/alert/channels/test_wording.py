"""What messages say, whatever shows them."""

from alert.channels.messages import Story, a_notice, first
from alert.records import NOON
from blinkenlights.alert.channels.wording import plain_text


def test_what_is_over_does_not_say_what_it_was_while_it_was_bad() -> None:
    """The text of a rule was filled in while its numbers were bad."""
    story = Story()
    firing = plain_text(story.next(a_notice()))
    over = plain_text(story.next(a_notice("web1.queue", "resolved", at=NOON + 60)))

    assert "web1.queue has 120 waiting" in firing
    assert "120 waiting" not in over


def test_what_is_new_is_not_listed_again_as_what_fires() -> None:
    story = Story()
    story.next(a_notice())
    reminded = plain_text(story.next(a_notice(what="reminder")))
    more = plain_text(story.next(a_notice("web2.queue")))

    assert reminded.count("queue is long: web1.queue") == 1
    assert "since 2025-11-28 11:48:00 UTC" in reminded
    assert "Now firing:" not in reminded
    assert more.split("Now firing:\n")[1].count("queue is long") == 2


def test_the_first_message_lists_what_fires_worst_first() -> None:
    lines = plain_text(first(a_notice("a.queue", level="warning"), a_notice("b.queue"))).split("\n")

    assert lines[0].startswith("CRITICAL queue is long: b.queue")
    assert lines[1].startswith("WARNING queue is long: a.queue")


def test_a_runbook_that_is_no_link_is_said_in_words_as_long_as_it_fires() -> None:
    """Somebody who is woken wants to know what to do."""
    story = Story()
    firing = plain_text(story.next(a_notice(runbook="drain it: shopctl drain web1")))
    over = plain_text(story.next(a_notice(what="resolved", runbook="drain it: shopctl drain web1")))

    assert "Runbook: drain it: shopctl drain web1" in firing
    assert "drain it" not in over


def test_a_runbook_that_is_a_link_is_said_once() -> None:
    assert plain_text(first(a_notice())).count("https://wiki.example.net/queues") == 1
