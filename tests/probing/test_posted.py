"""The prober as a process posts what its files say, and nobody waits for an output that hangs."""

import json
from typing import Any

from posting.stage import Taker
from probing.conftest import MakeSite
from servers.heard import served_in_thread
from servers.waiting import wait_until

FILE = """\
127.0.0.1:PORT/good:
  every: 1s
  capture: [status]
  post_endpoint: WHERE/in
  post_json_info: {said: "{status}"}
"""


def test_results_and_the_prober_itself_are_posted(make_site: MakeSite) -> None:
    """Each second a result, each minute the prober."""
    with served_in_thread(taker := Taker()):
        site = make_site()
        file = FILE + "self: {post_endpoint: 'WHERE/self'}\n"
        site.write(file.replace("WHERE", taker.url))
        site.prober.start()

        def both() -> bool:
            return {each.path for each in taker.requests} == {"/in", "/self"}

        wait_until(both, "both to be posted")
        wait_until(lambda: site.report().get("outputs", {}).get("sent"), "the report to say so")
        site.prober.stop()

    found = [json.loads(each.body) for each in taker.requests]
    assert {"said": "ok"} in found
    own = next(each for each in found if "prober" in each)
    assert (own["prober"], own["endpoints"]) == ("p1", 1)
    report: dict[str, Any] = site.report()
    assert report["outputs"]["outputs"] == 2


def test_an_output_that_hangs_delays_no_probe(make_site: MakeSite) -> None:
    """Probes keep their schedule, what waits is counted, and check_probe says what is wrong."""
    site = make_site()
    with served_in_thread(taker := Taker()):
        taker.hangs()
        names = "".join(FILE.replace("/good", f"/good{number}") for number in range(20))
        site.write(names.replace("WHERE", taker.url))
        site.prober.start()
        said = site.wait_for("cannot be posted", "--unposted-warning 1", "probe")
        report = site.report()
        site.prober.stop()

    assert said.code == 1
    assert "did not answer within 8 seconds" in said.text
    assert report.get("missed", 0) == 0
    assert report["window"]["lag_95"] < 0.25
