"""Whether it is the endpoint that cannot be reached, or everything."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from blinkenlights.clock import Clock
from blinkenlights.probe.agenda import Job
from blinkenlights.probe.asking.asker import Asker
from blinkenlights.probe.endpoint import Endpoint, Request
from blinkenlights.probe.observation import Observation, Phases, Trouble
from blinkenlights.probe.result import Probed
from blinkenlights.probe.schedule import Every
from blinkenlights.probing.witnesses import Witnesses, network_of, reached_somebody

AWAY = Observation(Phases(5.0), "timeout", "no answer within 5s")
THERE = Observation(Phases(0.1), status=200, address="198.51.100.1:80")


def endpoint(host: str, *, is_reference: bool = False) -> Endpoint:
    url = f"http://{host}/"
    request = Request("http", url, url, host=host)
    return Endpoint(host, "a.yml", 1, request, Every(60.0), is_reference=is_reference)


class Answers(Asker):
    """Answers without a network, by host; whoever is not named is away."""

    def __init__(self, seen: Mapping[str, Observation]) -> None:
        super().__init__()
        self.seen = seen
        self.asked: list[str] = []

    async def ask(self, request: Request, now: Clock) -> Observation:
        """Return what this host answers."""
        del now
        self.asked.append(request.host)
        await asyncio.sleep(0)
        return self.seen.get(request.host, AWAY)


def why_blind(
    hosts: Sequence[str | Endpoint], seen: Mapping[str, Observation], failed: str, times: int = 1
) -> tuple[str, list[str]]:
    """Return what is said when a probe of one host reached nobody, and who was asked."""
    endpoints = [endpoint(host) if isinstance(host, str) else host for host in hosts]
    by_name = {each.name: each for each in endpoints}
    asker = Answers(seen)

    async def ask() -> str:
        witnesses = Witnesses(asker, lambda: 100.0)
        witnesses.follow(by_name)
        probed = Probed(Job(by_name[failed], 90.0, 150.0), 90.0, 95.0, AWAY)
        said = await asyncio.gather(*(witnesses.why_blind(probed) for _ in range(times)))
        return said[0]

    return asyncio.run(ask()), asker.asked


def test_three_hosts_in_two_networks_that_fail_together_mean_that_we_are_blind() -> None:
    """The sentence names who else could not be reached, and how."""
    said, _ = why_blind(["192.0.2.1", "198.51.100.1", "203.0.113.1"], {}, "192.0.2.1")

    assert said == "nobody can be reached: 198.51.100.1 (timeout), 203.0.113.1 (timeout)"


@pytest.mark.parametrize(
    "hosts",
    [
        pytest.param(["192.0.2.1"], id="the only one"),
        pytest.param(["192.0.2.1", "198.51.100.1"], id="two"),
        pytest.param(["192.0.2.1", "192.0.2.2", "192.0.2.3"], id="three in one network"),
    ],
)
def test_few_hosts_prove_nothing_of_us(hosts: Sequence[str]) -> None:
    """They are down, and nobody else is asked."""
    assert why_blind(hosts, {}, "192.0.2.1") == ("", [])


def test_the_first_witness_that_is_reached_is_enough() -> None:
    """Nobody waits for those that do not answer: the scheduler takes late answers for lost ones."""
    endpoints = {host: endpoint(host) for host in ("192.0.2.1", "198.51.100.1", "203.0.113.1")}

    class Slow(Answers):
        """Waits for those who are away."""

        async def ask(self, request: Request, now: Clock) -> Observation:
            if request.host not in self.seen:
                await asyncio.Event().wait()
            return await super().ask(request, now)

    async def ask() -> str:
        witnesses = Witnesses(Slow({"203.0.113.1": THERE}), lambda: 100.0)
        witnesses.follow(endpoints)
        probed = Probed(Job(endpoints["192.0.2.1"], 90.0, 150.0), 90.0, 95.0, AWAY)
        async with asyncio.timeout(10):
            return await witnesses.why_blind(probed)

    assert asyncio.run(ask()) == ""


def test_names_whose_addresses_are_not_known_are_one_network() -> None:
    """Three names of one domain fail together when its name server dies: nothing is blind."""
    names = [f"{name}.example.net" for name in ("shop", "cart", "till")]

    assert why_blind(names, {}, names[0]) == ("", [])


def test_names_of_several_domains_are_several_networks() -> None:
    """No single name server that dies takes them all along."""
    names = ["shop.example.net", "cart.example.org", "till.example.com"]

    assert why_blind(names, {}, names[0])[0].startswith("nobody can be reached: ")


def test_such_names_and_an_address_are_two_networks() -> None:
    """The address does not depend on any name server."""
    hosts = ["shop.example.net", "cart.example.net", "192.0.2.1"]

    assert why_blind(hosts, {}, hosts[0])[0].startswith("nobody can be reached: ")


def test_names_count_by_the_network_in_which_they_were_met() -> None:
    """A prober that is cut off after it has reached them is blind, whatever their domain."""
    names = ["shop.example.net", "cart.example.net", "till.example.net"]
    by_name = {name: endpoint(name) for name in names}

    async def ask() -> str:
        witnesses = Witnesses(Answers({}), lambda: 100.0)
        witnesses.follow(by_name)
        for number, name in enumerate(names):
            seen = THERE._replace(address=f"198.51.{number}.1:80")
            witnesses.note(Probed(Job(by_name[name], 30.0, 90.0), 30.0, 31.0, seen))
        failed = Probed(Job(by_name[names[0]], 90.0, 150.0), 90.0, 95.0, AWAY)
        return await witnesses.why_blind(failed)

    assert asyncio.run(ask()).startswith("nobody can be reached: ")


def test_whoever_is_started_while_it_is_cut_off_is_blind_by_where_it_met_them_before() -> None:
    """The store has the address of each last result; without that a start would be a storm."""
    names = ["shop.example.net", "cart.example.net", "till.example.net"]
    by_name = {name: endpoint(name) for name in names}

    async def ask(met: dict[str, str]) -> str:
        witnesses = Witnesses(Answers({}), lambda: 100.0)
        witnesses.follow(by_name)
        witnesses.learn(met)
        failed = Probed(Job(by_name[names[0]], 90.0, 150.0), 90.0, 95.0, AWAY)
        return await witnesses.why_blind(failed)

    met = {name: f"198.51.{number}.1:80" for number, name in enumerate(names)}
    assert asyncio.run(ask(met | {"gone": "192.0.2.1:80"})).startswith("nobody can be reached: ")
    assert asyncio.run(ask(dict.fromkeys(names, ""))) == ""


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(THERE, id="an answer"),
        pytest.param(THERE._replace(status=500), id="a bad answer"),
        pytest.param(Observation(Phases(0.1), "refused", "refused"), id="a refusal"),
        pytest.param(
            Observation(Phases(5.0), "timeout", "late", address="198.51.100.1:80"),
            id="a connection",
        ),
    ],
)
def test_whoever_is_reached_proves_that_we_see(seen: Observation) -> None:
    """What answers, refuses or connects is there; then the other one is down."""
    hosts = ["192.0.2.1", "198.51.100.1", "203.0.113.1"]

    assert why_blind(hosts, {"198.51.100.1": seen}, "192.0.2.1")[0] == ""


def test_references_decide_where_there_are_some() -> None:
    """Only they are asked: one endpoint and one reference suffice."""
    reference = endpoint("198.51.100.9", is_reference=True)
    hosts: list[str | Endpoint] = ["192.0.2.1", "203.0.113.1", reference]

    blind, asked = why_blind(hosts, {"203.0.113.1": THERE}, "192.0.2.1")
    sees, _ = why_blind(hosts, {"198.51.100.9": THERE}, "192.0.2.1")

    assert (blind, asked) == (
        "the reference endpoints fail: 198.51.100.9 (timeout)",
        ["198.51.100.9"],
    )
    assert sees == ""


def test_the_only_reference_and_another_endpoint_prove_the_same_whichever_fails_first() -> None:
    """Else the reference would be called bad while the endpoint is excused."""
    reference = endpoint("198.51.100.9", is_reference=True)
    hosts: list[str | Endpoint] = ["192.0.2.1", reference]

    blind, _ = why_blind(hosts, {}, "198.51.100.9")
    sees, _ = why_blind(hosts, {"192.0.2.1": THERE}, "198.51.100.9")
    alone, _ = why_blind([reference], {}, "198.51.100.9")

    assert (blind, sees, alone) == ("nobody can be reached: 192.0.2.1 (timeout)", "", "")


@pytest.mark.parametrize(
    ("hosts", "references"),
    [
        pytest.param(["192.0.2.1"], ["198.51.100.9"], id="one reference"),
        pytest.param(["192.0.2.1"], ["198.51.100.9", "203.0.113.9"], id="two references"),
        pytest.param(["192.0.2.1", "198.51.100.1", "203.0.113.1"], [], id="three hosts"),
    ],
)
def test_whoever_is_blind_stays_so_until_something_is_reached(
    hosts: Sequence[str], references: Sequence[str]
) -> None:
    """Asked again while all is away it is still blind; when one is back it is not."""
    endpoints = [*map(endpoint, hosts), *(endpoint(each, is_reference=True) for each in references)]

    async def asked() -> tuple[str, str]:
        asker = Answers({})
        witnesses = Witnesses(asker, lambda: 100.0)
        witnesses.follow({each.name: each for each in endpoints})
        away = await witnesses.still_blind()
        asker.seen = dict.fromkeys(hosts, THERE) | dict.fromkeys(references, THERE)
        return away, await witnesses.still_blind()

    away, back = asyncio.run(asked())

    assert away
    assert back == ""


def test_those_that_fail_at_once_share_one_round_of_questions() -> None:
    """A thousand endpoints that fail together do not ask a thousand times."""
    hosts = ["192.0.2.1", "198.51.100.1", "203.0.113.1"]

    said, asked = why_blind(hosts, {}, "192.0.2.1", times=50)

    assert said
    assert sorted(asked) == ["198.51.100.1", "203.0.113.1"]


@pytest.mark.parametrize("trouble", ["dns", "unreachable", "timeout", "proxy"])
def test_what_reaches_nobody(trouble: Trouble) -> None:
    """Without an address that we were connected to."""
    assert not reached_somebody(Observation(Phases(1.0), trouble, "x"))


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77:443", "192.0.2.0/24"),
        ("[2001:db8:1:2::3]:443", "2001:db8:1::/48"),
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("shop.example.net", "example.net"),
        ("Shop.Example.NET.", "example.net"),
        ("localhost", "localhost"),
    ],
)
def test_a_network_is_a_24_or_a_48(address: str, network: str) -> None:
    """Of a name of which no address is known it is the domain."""
    assert network_of(address) == network
