"""The prober as a process, with a real store: what it finds, and what is said of it."""

import os
import signal
from collections.abc import Callable

from probing.conftest import MakeSite
from servers.valkey import Valkey
from servers.waiting import wait_until

SHOP = "shop:\n  url: http://127.0.0.1:PORT/health\n  every: 1s\n  json: {status: ok}\n"
TWICE = SHOP + "  failures: 2 of 3\n  recoveries: 2\n"


def test_an_endpoint_turns_bad_and_good_again(make_site: MakeSite) -> None:
    """It is bad after as many bad results as its file says, and says what it saw."""
    site = make_site()
    site.write(TWICE + "  capture: [queue.depth]\n")
    site.prober.start()
    well = site.wait_for("shop good, probed", "shop")

    site.server.body = {"status": "degraded", "queue": {"depth": 9}}
    bad = site.wait_for("CRITICAL: shop failing", "shop")
    site.server.body = {"status": "ok", "queue": {"depth": 9}}
    again = site.wait_for("OK: shop good", "shop")

    assert well.code == 0
    assert well.number("value_queue_depth") == 7
    assert bad.code == 2
    assert "json.status was 'degraded', want 'ok'" in bad.summary
    assert again.number("value_queue_depth") == 9
    facts = site.facts("shop")
    assert facts is not None
    assert facts.failing.good_run > facts.failing.bad_run > 0


def test_a_streak_goes_on_where_the_prober_is_killed(make_site: MakeSite) -> None:
    """What failed before is failing still, since then; nobody takes a restart for a recovery."""
    site = make_site()
    site.server.body = {"status": "down"}
    site.write(SHOP)
    site.prober.start()
    site.wait_for("shop failing")
    before = site.facts("shop")

    site.prober.kill()
    site.prober.start()
    after = wait_until(
        lambda: found if (found := site.facts("shop")) != before else None, "the next result"
    )

    assert before is not None
    assert after is not None
    assert (after.since, after.failing.bad_since) == (before.since, before.failing.bad_since)
    assert after.streak > before.streak
    assert site.check("shop").code == 2


def test_a_file_that_cannot_be_read_costs_itself_only(make_site: MakeSite) -> None:
    """What it said before is in force; both checks name file and line."""
    site = make_site()
    site.write(SHOP)
    site.write(SHOP.replace("shop", "cart"), "cart.yml")
    site.prober.start()
    site.wait_for("2 endpoints good")

    site.write(SHOP.replace("shop", "cart").replace("every: 1s", "evry: 1s"), "cart.yml")
    told = site.wait_for("cart.yml line 3", name="probe")
    runs = site.report().get("run", 0)
    wait_until(lambda: site.report()["run"] > runs + 2, "it to go on")

    assert told.code == 1
    assert "evry: there is no such key, did you mean every" in told.summary
    assert "what it said before is in force" in told.summary
    of_all = site.check()
    assert of_all.code == 1
    assert "cart.yml line 3" in of_all.text
    assert site.check("shop").code == 0
    assert site.check("cart").code == 1


def test_a_file_that_was_never_good_is_unknown(make_site: MakeSite) -> None:
    """Whoever asks for its endpoint learns why nobody knows it."""
    site = make_site()
    site.write(SHOP)
    site.write("cart:\n  every: soon\n", "cart.yml")
    site.prober.start()
    site.wait_for("cart.yml line 2", name="probe")

    said = site.check("cart -v")

    assert said.code == 3
    assert "not known: cart" in said.text
    assert "none of its endpoints is probed" in said.text


def test_what_no_file_names_any_more_is_removed(make_site: MakeSite) -> None:
    """It is no problem among all, and UNKNOWN for whoever asks for it; it may come back."""
    site = make_site()
    site.write(SHOP)
    site.write(SHOP.replace("shop", "cart"), "cart.yml")
    site.prober.start()
    site.wait_for("2 endpoints good")

    (site.endpoints / "cart.yml").unlink()
    gone = site.wait_for("removed from the endpoint files", "cart")

    assert gone.code == 3
    assert site.check().code == 0
    assert site.check().number("endpoints") == 1
    site.write(SHOP.replace("shop", "cart"), "cart.yml")
    assert site.wait_for("cart good", "cart").code == 0


def test_what_was_removed_while_nobody_probed_is_removed(make_site: MakeSite) -> None:
    """The prober knows its endpoints from the store when it is started again."""
    site = make_site()
    site.write(SHOP)
    site.write(SHOP.replace("shop", "cart"), "cart.yml")
    site.prober.start()
    site.wait_for("2 endpoints good")

    site.prober.stop()
    (site.endpoints / "cart.yml").unlink()
    site.prober.start()

    assert site.wait_for("removed from the endpoint files", "cart").code == 3


def test_a_prober_that_ends_in_good_order_says_so(make_site: MakeSite) -> None:
    """check_probe names it, and nothing that it probed is called good for long."""
    site = make_site()
    site.write(SHOP)
    site.prober.start()
    site.wait_for("prober p1 probes 1 endpoint", name="probe")

    site.prober.stop()

    assert "prober p1 was stopped" in site.check(name="probe").summary


def test_nothing_is_lost_while_the_store_is_away(
    make_site: MakeSite, own_valkey: Callable[..., Valkey]
) -> None:
    """Each run has its result in the store afterwards: due = run + missed + waiting."""
    store = own_valkey()
    site = make_site(store)
    site.write(SHOP)
    site.prober.start()
    site.wait_for("1 endpoint")
    runs = site.report().get("run", 0)

    os.kill(store.process.pid, signal.SIGSTOP)
    try:
        wait_until(lambda: site.prober.log.read_text().count("the store fails"), "it to notice")
    finally:
        os.kill(store.process.pid, signal.SIGCONT)
    site.wait_for("1 endpoint")
    report = wait_until(
        lambda: found if (found := site.report()).get("run", 0) > runs + 3 else None, "more runs"
    )
    assert report is not None
    run = report["run"]
    wait_until(lambda: (facts := site.facts("shop")) and facts.runs >= run, "all results")

    assert report["due"] == report["run"] + report.get("missed", 0) + report.get("waiting", 0)


def test_slow_endpoints_make_it_late_and_it_says_so(make_site: MakeSite) -> None:
    """With one probe at a time, half a second each, four a second cannot be; it adds up."""
    site = make_site(settings="at_once = 1\n")
    site.server.latency = 0.4
    site.write("".join(SHOP.replace("shop", f"shop{n}") for n in range(4)))
    site.prober.start()

    said = site.wait_for("behind schedule", name="probe")

    assert said.code == 1
    report = site.report()
    assert report["missed"] > 0
    assert report["due"] == report["run"] + report["missed"] + report.get("waiting", 0)


AWAY = "".join(
    SHOP.replace("shop", f"away{n}").replace("127.0.0.1:PORT", f"away{n}.invalid") for n in range(3)
)


def test_a_prober_that_reaches_nothing_is_blind(make_site: MakeSite) -> None:
    """It is UNKNOWN in one sentence, and no endpoint is called bad; then it sees again."""
    site = make_site()
    site.write(AWAY)
    site.prober.start()

    blind = site.wait_for("reaches nothing", name="probe")
    of_all = site.check()
    site.write(SHOP, "shop.yml")
    site.wait_for("shop good", "shop")
    sees = site.wait_for("prober p1 probes 4 endpoints", name="probe")

    assert blind.code == 3
    assert "nobody can be reached: away" in blind.summary
    assert "none of its 3 endpoints can be judged" in blind.summary
    assert of_all.code == 3
    assert of_all.number("failing") == 0
    assert sees.code == 0


def test_the_only_endpoint_that_is_down_is_critical(make_site: MakeSite) -> None:
    """That it is the prober's own fault cannot be known, and must not be assumed."""
    site = make_site()
    site.write(SHOP.replace("127.0.0.1:PORT", "away.invalid"))
    site.prober.start()

    said = site.wait_for("shop failing")

    assert said.code == 2
    assert "away.invalid" in said.summary
