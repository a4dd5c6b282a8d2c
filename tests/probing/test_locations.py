"""The same endpoint files on several machines: each prober takes those of its location."""

from blinkenlights.kinds.endpoint import keys
from probing.conftest import MakeSite
from servers.waiting import wait_until

FILE = """
here:
  url: http://127.0.0.1:PORT/
  every: 1s
  location: dc-2
elsewhere:
  url: http://127.0.0.1:PORT/
  every: 1s
"""


def test_a_prober_probes_the_endpoints_of_its_location(make_site: MakeSite) -> None:
    """It says how many it leaves to others."""
    site = make_site(settings='location = "dc-2"\n')
    site.write(FILE)
    site.prober.start()

    wait_until(lambda: site.facts("here"), "its endpoint to be probed")
    wait_until(lambda: site.report().get("endpoints") == 1, "it to report one endpoint")
    assert site.facts("elsewhere") is None
    said = "1 endpoint in 1 file, 1 more for other locations"
    assert said in site.prober.log.read_text()


def test_an_endpoint_that_moves_to_another_location_is_not_removed(make_site: MakeSite) -> None:
    """Somebody else probes it from now on; until then it is missed, as one that is not probed."""
    site = make_site()
    site.write(FILE)
    site.prober.start()
    wait_until(lambda: site.facts("elsewhere"), "it to be probed")

    site.write(FILE + "  location: dc-3\n")

    wait_until(lambda: not site.report().get("endpoints"), "it to be left to others")
    assert site.store.client().zscore(keys.REMOVED, "elsewhere") is None
