"""The prober when it, its folder or its files are interfered with."""

import os
import signal
import threading

import pytest

from blinkenlights.clock import wall_clock
from probing.conftest import MakeSite
from servers.waiting import wait_until

SHOP = "shop:\n  url: http://127.0.0.1:PORT/health\n  every: 1s\n  json: {status: ok}\n"


def test_a_prober_that_stood_still_missed_nothing_and_alarms_nobody(make_site: MakeSite) -> None:
    """Meanwhile its endpoint is UNKNOWN; the probe that it was stopped in is made once more."""
    site = make_site()
    site.write(SHOP)
    site.prober.start()
    site.wait_for("shop good", "shop")
    site.server.hold = threading.Event()
    wait_until(lambda: site.server.held, "a probe that waits for its answer")

    site.prober.pause()
    try:
        meanwhile = site.wait_for("UNKNOWN", "shop")
    finally:
        site.server.hold.set()
        site.prober.resume()
    site.wait_for("shop good", "shop")
    report = wait_until(
        lambda: found if (found := site.report()).get("excused") else {}, "the next report"
    )

    assert meanwhile.code == 3
    assert report.get("missed", 0) == 0
    assert report["due"] == report["run"] + report.get("waiting", 0)
    facts = site.facts("shop")
    assert facts is not None
    assert set(facts.recent) == {0}


def test_a_file_that_is_written_again_changes_no_streak(make_site: MakeSite) -> None:
    """What is failing is failing since then, also when other things are said of it."""
    site = make_site()
    site.server.body = {"status": "down"}
    site.write(SHOP)
    site.prober.start()
    site.wait_for("shop failing", "shop")
    before = site.facts("shop")
    assert before is not None

    site.write(SHOP + "  labels: {team: core}\n")
    wait_until(lambda: site.check("--label team=core").number("endpoints") == 1, "the label")
    wait_until(
        lambda: (found := site.facts("shop")) and found.streak > before.streak, "the next result"
    )

    after = site.facts("shop")
    assert after is not None
    assert (after.since, after.failing.bad_since) == (before.since, before.failing.bad_since)


def test_an_endpoint_in_two_files_is_probed_once(make_site: MakeSite) -> None:
    """As the first file has it; check_probe names the other one with its line."""
    site = make_site()
    site.write(SHOP, "a.yml")
    site.write(SHOP.replace("every: 1s", "every: 2s"), "b.yml")
    site.prober.start()

    said = site.wait_for("b.yml line 1", name="probe")

    assert said.code == 1
    assert "shop is in a.yml line 1 already, that one is probed" in said.summary
    assert "cannot be used" not in said.text
    assert site.wait_for("shop good", "shop").code == 0
    assert site.report()["endpoints"] == 1


def test_while_the_folder_is_away_all_that_it_said_is_in_force(make_site: MakeSite) -> None:
    """check_probe says so; when it is back all is well, and nobody was removed meanwhile."""
    site = make_site()
    site.write(SHOP)
    site.prober.start()
    site.wait_for("shop good", "shop")

    away = site.endpoints.rename(site.folder / "away")
    said = site.wait_for("the folder cannot be read", name="probe")
    runs = site.report().get("run", 0)
    wait_until(lambda: site.report().get("run", 0) > runs, "it to go on")
    of_shop = site.check("shop")
    away.rename(site.endpoints)
    again = site.wait_for("OK: prober p1 probes 1 endpoint", name="probe")

    assert said.code == 1
    assert of_shop.code == 0
    assert again.code == 0


def test_a_folder_that_was_never_there_is_said(make_site: MakeSite) -> None:
    """The prober waits for it, and takes it when it comes."""
    site = make_site()
    site.endpoints.rmdir()
    site.prober.start()

    said = site.wait_for("the folder cannot be read", name="probe")
    site.endpoints.mkdir()
    site.write(SHOP)
    good = site.wait_for("shop good", "shop")

    assert said.code in {1, 3}
    assert str(site.endpoints) in said.text
    assert good.code == 0


@pytest.mark.parametrize("is_there", [True, False], ids=["empty", "away"])
def test_a_folder_without_files_at_a_restart_removes_nobody(
    make_site: MakeSite, *, is_there: bool
) -> None:
    """A mount that comes late says nothing of the endpoints that were probed before."""
    site = make_site()
    site.write(SHOP)
    site.prober.start()
    site.wait_for("shop good", "shop")
    site.prober.stop()
    away = site.endpoints.rename(site.folder / "away")
    if is_there:
        site.endpoints.mkdir()

    site.prober.start()
    wait_until(lambda: not site.report().get("endpoints"), "a report of the prober without files")
    said = site.check("shop")
    if is_there:
        site.endpoints.rmdir()
    away.rename(site.endpoints)

    assert "removed" not in said.text
    site.wait_for("shop good", "shop")


def test_a_hangup_ends_nothing(make_site: MakeSite) -> None:
    """It probes on with what it counted before, and says that another [probe] takes a restart."""
    site = make_site()
    site.write(SHOP)
    site.prober.start()
    site.wait_for("prober p1 probes 1 endpoint", name="probe")
    before = site.report()
    runs = before.get("run", 0)

    os.kill(site.prober.pid, signal.SIGHUP)
    wait_until(lambda: "configuration read again" in site.prober.log.read_text(), "it to notice")
    assert "takes a restart" not in site.prober.log.read_text()
    with (site.folder / "blinkenlights.toml").open("a") as config:
        config.write("at_once = 7\n")
    os.kill(site.prober.pid, signal.SIGHUP)
    wait_until(lambda: "[probe] takes a restart" in site.prober.log.read_text(), "its warning")
    after = wait_until(
        lambda: found if (found := site.report()).get("run", 0) > runs + 2 else {}, "more runs"
    )

    assert after["started"] == before["started"]
    assert after.get("missed", 0) == 0
    assert wall_clock() - after["timestamp"] < 60
    assert site.check().code == 0
