"""All that each user of the store does with it: what its rights have to suffice for."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence

from msgspec import Struct

from alert.changes import begins, ends
from alert.records import NOON, a_record
from alert.speaking import EVALUATION
from blinkenlights.alert.alert_outbox import AlertOutbox
from blinkenlights.alert.evaluation_store import EvaluationStore
from blinkenlights.alert.incidents import tell
from blinkenlights.alert.responses import Responses
from blinkenlights.alert.told import Letter
from blinkenlights.clock import wall_clock
from blinkenlights.collector.store_clock import time_of
from blinkenlights.config import Config
from blinkenlights.errors import StoreRefused
from blinkenlights.kinds.alert.keys import Evaluated
from blinkenlights.kinds.duty import Turn
from blinkenlights.kinds.endpoint.declare import EndpointStore
from blinkenlights.kinds.endpoint.keys import PREFIX as ENDPOINTS
from blinkenlights.kinds.endpoint.prober.declaring import ProberDeclaring
from blinkenlights.kinds.expected.learning import Learner
from blinkenlights.kinds.expected.settings import ExpectedConfig
from blinkenlights.kinds.forgetting import Forgetting
from blinkenlights.kinds.heartbeat import keys as heartbeat_keys
from blinkenlights.kinds.learnable import Learnable, Pieces, Rows
from blinkenlights.kinds.machine.declare import MachineStore
from blinkenlights.kinds.machine.fact import MachineEvent
from blinkenlights.kinds.machine.handover import set_pool_limits
from blinkenlights.kinds.machine.inventory import InventoryKeeper
from blinkenlights.kinds.metric.declare import SeriesStore
from blinkenlights.kinds.metric.derived_settings import DerivedConfig
from blinkenlights.kinds.metric.signal import METRICS
from blinkenlights.kinds.registry import KINDS
from blinkenlights.kinds.signal import Signal
from blinkenlights.kinds.transfer.declare import FlowStore
from blinkenlights.kinds.transfer.fact import Speedo, Started, Transfer
from blinkenlights.kinds.transfer.handover import set_limits
from blinkenlights.kinds.transfer.signal import TRANSFERS
from blinkenlights.kinds.transfer.speedos import SpeedoStore
from blinkenlights.kinds.transfer.sums import Delivery
from blinkenlights.outbox.taken import Taken, Tries
from blinkenlights.plugin.horizon import COMMANDS, read_horizon
from blinkenlights.posting.entry import Entry, Nothing
from blinkenlights.posting.keys import outbox_of
from blinkenlights.posting.posting_outbox import PostingOutbox
from blinkenlights.posting.queueing import Queueing, queued
from blinkenlights.posting.standing import standing
from blinkenlights.rules.receiver import Receiver
from blinkenlights.store import layout
from blinkenlights.store.address import parse_address
from blinkenlights.store.annotations import Annotation, annotate, written_after
from blinkenlights.store.client import StoreClient
from blinkenlights.store.lease import lease, leave
from blinkenlights.store.names import ask as asked
from blinkenlights.store.names import sizes_of
from blinkenlights.store.reader import StoreReader
from blinkenlights.store.report import Sample
from servers.batches import MachineRow, batch_of, transfer_rows
from servers.simulated_endpoints import SimulatedEndpoints
from servers.simulated_metrics import SimulatedMetrics
from servers.simulation import Said, Simulation

SAMPLE = Sample(time=0, source="s", reason="not JSON", detail="d", body="b")


ASKED: dict[str, dict[str, tuple[str, ...]]] = {
    "heartbeat": {
        "heartbeat": (
            "",
            "-vv --json",
            "--name x",
            "--name 'x*' --exclude y -w 1m -c 2m",
            "--name x --min 2",
            "--uuid host:1",
            "--value depth -w 5",
            "--system s",
        ),
    },
    "transfer": {
        "delivery": ("", "--client alice -w 1m", "--client 'b*'"),
        "speedo": ("", "--client bob", "--source '*'", "--published"),
        "inflight": ("-vv",),
    },
    "machine": {"machine": ("", "-vv", "--machine 'mdc1:*' --failing 1", "--machine mdc1:lives")},
    "metric": {"metric": ("", "'l*' --of avg", "'*ves'", "lives --tag a=b")},
    "expected": {"expected_rate": ("", "--client alice", "--client 'b*'", "--metric 'l*'")},
    "endpoint": {"endpoint": ("", "shop/fails", "'shop/*' --json"), "probe": ("",)},
    "alert": {"rule": ("", "silent"), "alert": ("",)},
    "collector": {"collector": ("-vv",)},
}
"""Kind -> check -> options that together use every command."""


def ask(simulation: Simulation, kind: str) -> list[Said]:
    """Return what the checks of one kind answer."""
    return [
        simulation.ask(check, each) for check, options in ASKED[kind].items() for each in options
    ]


def ask_everything(simulation: Simulation) -> list[Said]:
    """Return what all checks answer."""
    return [said for kind in ASKED for said in ask(simulation, kind)]


async def unreadable(store: StoreClient) -> None:
    await store.redis.hset(heartbeat_keys.FACTS, "unreadable", "of another version")


def use_everything(simulation: Simulation) -> None:
    """Do everything that the collector and the commands do."""
    use_metrics(simulation)
    use_expected(simulation)
    use_endpoints(simulation)
    use_collectors(simulation)
    use_names(simulation)
    use_heartbeats(simulation)
    use_transfers(simulation)
    use_machines(simulation)


async def all_of(found: AsyncIterator[object]) -> list[object]:
    """Return all that is yielded."""
    return [each async for each in found]


def use_names(simulation: Simulation) -> None:
    """Do what the collector does to bound names."""
    for kind in KINDS:
        kept = [names.kept for names in kind.names]
        simulation.run(sizes_of(simulation.client, kept))
        for each in kept:
            simulation.run(asked(simulation.client, each, ["x"]))


def use_collectors(simulation: Simulation) -> None:
    """Do what the collector and the commands do about collectors and rejected messages."""
    simulation.old()
    heard = [
        simulation.source(f"queue of {each}", kind=each) for each in USED if each != "collector"
    ]
    simulation.collector(sources=heard)
    simulation.gap(400, 300)
    simulation.run(simulation.writer.store(batch_of([], Counter(stored=1), [SAMPLE])))
    simulation.run(simulation.records.reports())
    simulation.run(simulation.records.forget_collector("nobody"))
    simulation.run(annotate(simulation.client, Annotation(time=1.0, text="deployed")))
    assert simulation.run(written_after(simulation.client, ""))[0]
    # As `blinkenlights rejected` does.
    with StoreReader(parse_address(simulation.url), 5) as store:
        store.ask(("HGETALL", layout.COUNTERS), ("LRANGE", layout.SAMPLES, 0, -1))


def do_duties(simulation: Simulation, signal: Signal, *tables: Struct) -> None:
    """Do what the collector does from time to time, and note that it is done."""
    assert signal.duties is not None
    with StoreReader(parse_address(simulation.url), 5) as store:
        horizon = read_horizon(store.ask(*COMMANDS), simulation.now, None)
        for duty in signal.duties(Config(of_kinds=tables), True):
            duty.work(Turn(store, horizon, simulation.now // 60 * 60, 100))
            redis = simulation.client.redis
            simulation.run(simulation.client.ask(redis.set(duty.key, "1")))
            simulation.run(simulation.client.ask(redis.get(duty.key)))


def use_heartbeats(simulation: Simulation) -> None:
    """Do what the collector and the commands do about components."""
    simulation.beat("x", age=100, instance="host:1", extras='{"depth": 7}')
    simulation.beat("x", age=10, instance="host:1", interval=10, extras='{"depth": 7}')
    simulation.beat("s:y", age=-600, received=0)
    simulation.beat("s:y", age=-1, received=-1, interval=10)
    simulation.beat("z", interval=0, status="down")
    simulation.run(unreadable(simulation.client))
    simulation.beat("unreadable")
    simulation.expect("x", 2)
    simulation.expect("never")
    simulation.run(simulation.declarations.expected())
    simulation.retire("gone")
    simulation.beat("gone")
    simulation.run(simulation.declarations.retired())
    simulation.run(all_of(simulation.declarations.facts()))
    simulation.run(simulation.declarations.forget(["gone"]))


def use_transfers(simulation: Simulation) -> None:
    """Do what the collector and the commands do about transfers and speedos."""
    now = wall_clock()
    fact = Transfer(now, "metpx", "alice", 201, 1, 0.1, "file", "", "", "node", "id")
    again = [Delivery(fact, name, again=True) for name in "ab"]
    started = [
        Started(now - 60, "metpx", "alice", "x", "1", "file"),
        Started(now - 30, "metpx", "alice", "node", "id", "file"),
    ]
    counting = transfer_rows("session", 1, now, again, started=started)
    speedo = Speedo(now, "client", "alice", 1, 0, 1, 0, 1.0, 1.0, 60.0)
    batch = batch_of(transfers=counting, speedos=[speedo])
    simulation.run(simulation.writer.store(batch))
    do_duties(simulation, TRANSFERS)
    simulation.run(set_limits(simulation.client, []))
    flows = FlowStore(StoreClient(simulation.url))
    try:
        simulation.run(flows.expect("client", "bob", now))
        simulation.run(flows.expected())
        simulation.run(flows.known("client"))
        simulation.run(flows.clients_of("metpx"))
        simulation.run(flows.forget("client", ["alice"]))
        simulation.run(flows.forget_node("pump1"))
    finally:
        simulation.run(flows.close())


def use_inventory(simulation: Simulation) -> None:
    """Do what the collector does about pools and the machines that are expected."""
    simulation.run(set_pool_limits(simulation.client, []))
    for machines in (["mdc1:a", "mdc1:b"], ["mdc1:b"]):
        simulation.run(InventoryKeeper(simulation.client).replace_inventory(machines, 1000.0))


def use_machines(simulation: Simulation) -> None:
    """Do what the collector and the commands do about machines."""
    now = wall_clock()
    names = [f"mdc1:{name}" for name in ("lives", "failed", "lost", "left", "stays", "gone")]
    ends = ["completed", "failed", "exception", "worker removed", "worker removed", "completed"]
    store = MachineStore(StoreClient(simulation.url))
    try:
        for name in ("mdc1:lives", "mdc1:stays", "mdc1:never"):
            simulation.run(store.expect(name, now))
        for name, what in zip(names, ends, strict=True):
            reason = "claim-expired" if what == "exception" else ""
            for pool in ("p/before", "p/after"):
                event = MachineEvent(now, name, pool, not reason, what, reason, "t/0", now - 9)
                row = MachineRow(event, now, "s")
                simulation.run(simulation.writer.store(batch_of(machines=[row])))
        simulation.run(store.import_seen([("mdc1:imported", now)]))
        simulation.run(store.retire("mdc1:gone", now))
        simulation.run(store.expect("mdc1:gone", now))
        simulation.run(store.quarantine("mdc1:lost", now, None, "disk"))
        simulation.run(store.lift_quarantine("mdc1:lives"))
        simulation.run(store.forget(["mdc1:left"]))
        simulation.run(all_of(store.facts()))
        for ask in (store.known, store.expected, store.retired, store.quarantined, store.last_seen):
            simulation.run(ask())
    finally:
        simulation.run(store.close())
    use_inventory(simulation)


def use_metrics(simulation: Simulation) -> None:
    """Do what the collector and the commands do about series."""
    metrics = SimulatedMetrics(simulation)
    for name in ("lives", "old.heartbeat"):
        metrics.series(name, range(20), every=10, status="critical")
    metrics.send(metrics.event("old.shutdown", 1, ends="old.heartbeat"))
    metrics.expect("never")
    metrics.expect("lives")
    metrics.retire("old.shutdown")
    metrics.send(metrics.event("forgotten", 1, age=40 * 86400), live=False, age=0)
    metrics.send(metrics.event("old.shutdown", 1))
    do_duties(simulation, METRICS, DerivedConfig(name="d", of="*", figure="sum"))
    for ask in (SeriesStore.known, SeriesStore.expected, SeriesStore.retired):
        metrics.declare(ask)
    metrics.declare(lambda store: all_of(store.facts()))
    metrics.declare(lambda store: store.forget(["old.heartbeat"]))


async def post_by(client: StoreClient) -> None:
    """Do what a prober does about results that are posted; the first waits for too long."""
    outbox = PostingOutbox(client, outbox_of("p"), Entry, Nothing, most_entries=1, bound=1)
    queueing = Queueing(client, "p", 1, wall_clock)
    long_ago = Entry(at=1.0, result="failed")
    for at in (long_ago.at, 2.0, wall_clock()):
        entry = Entry(at=at, result="failed")
        await queueing.store([queued("d#1", "http", "shop/fails", entry, (1, 1, 1))])
    await queueing.store([queued("d#1", "http", "shop/fails", Entry(at=9e9, result="ok"))])
    [taken] = await outbox.take(wall_clock(), 60, 10)
    tries = Tries(times=1, since=NOON, at=NOON, error="away")
    await outbox.failed(taken, tries, NOON, None, rest=0.001)
    await standing(client, "p", 1, lambda _endpoint, _name: None, forget=True)
    [taken] = await wait_for_queue(outbox)
    await outbox.done(taken, NOON, None, [])


async def wait_for_queue(outbox: PostingOutbox) -> list[Taken[Entry, Nothing]]:
    """Return what is taken once the pause after a failure is over."""
    while not (taken := await outbox.take(wall_clock(), 60, 10)):  # noqa: ASYNC110 - the store's
        await asyncio.sleep(0.01)
    return taken


def use_endpoints(simulation: Simulation) -> None:
    """Do what the collector and the commands do about endpoints and probers."""
    endpoints = SimulatedEndpoints(simulation)
    for number, name in enumerate(("shop/fails", "shop/removed", "shop/retired")):
        endpoints.probed(name, "gf", age=10 + number)
    endpoints.removed("shop/removed")
    endpoints.expect("shop/never")
    endpoints.retire("shop/retired")
    endpoints.expect("shop/retired")
    endpoints.report()
    for ask in (EndpointStore.known, EndpointStore.expected, EndpointStore.retired):
        endpoints.declare(ask)
    endpoints.declare(lambda store: all_of(store.facts()))
    endpoints.forget("shop/retired")
    simulation.run(post_by(simulation.client))
    client = simulation.client
    simulation.run(ProberDeclaring().forget(client, ["r*"], Forgetting()))
    simulation.run(lease(client, f"{ENDPOINTS}schedule:s:", "one", 1.2, rises=True))
    simulation.run(leave(client, f"{ENDPOINTS}schedule:s:", "one", 1.0))


def use_expected(simulation: Simulation) -> None:
    """Do what the collector does about what is usual; its series are those of other kinds."""

    def rows(_store: object, _horizon: object, names: Sequence[str], pieces: Pieces) -> Rows:
        return {name: [(pieces.first, 1.0)] for name in names}

    learnable = Learnable("client", None, True, 60, lambda _store, _globs: ["alice", "bob"], rows)
    simulation.old()
    simulation.collector()
    simulation.run(time_of(simulation.client))
    midnight = simulation.now // 86400 * 86400
    with StoreReader(parse_address(simulation.url), 5) as store:
        horizon = read_horizon(store.ask(*COMMANDS), simulation.now, None)
        for most in (2, 1):
            turn = Turn(store, horizon, midnight, 100)
            Learner(ExpectedConfig(most=most), learnable).learn(turn)


def publish_speedos(simulation: Simulation) -> None:
    """Do what `blinkenlights speedo` does."""
    store = SpeedoStore(StoreClient(simulation.url))
    try:
        simulation.run(store.heard())
        for moment in (1000.0, 2000.0):
            due = simulation.run(store.lease("client", 60, moment, 0.0))
            simulation.run(store.commit("client", 60, moment, due))
    finally:
        simulation.run(store.close())


async def evaluate_and_tell_by(client: StoreClient) -> None:
    """Let one evaluator and one sender do all that they do."""
    store, outbox = EvaluationStore(client), AlertOutbox(client)
    epoch = await store.lease("a", 60)
    await store.remember([Receiver("ops", "webhook", {}, "d1")])
    began = begins()
    assert began.after
    evaluated = {"silent": Evaluated(NOON, 15, "x", 1, 0, 0, [], 0, "", "f", 1, "page", {}, "")}
    changes = (began, begins(a_record("web2")), ends(began.after))
    for change in changes:
        assert await store.commit(epoch, [change], evaluated, EVALUATION) == []
    await store.passed("judged", NOON)
    for ask in (store.records, store.acknowledged, store.silences):
        await ask()
    await outbox.receiver("ops@d1")
    [taken] = await outbox.take(NOON + 60, 60, 10)
    _, incident = tell(taken.queue, None, taken.entries, NOON)
    tries = Tries(times=1, since=NOON, at=NOON, error="away")
    letter = Letter(at=NOON, receiver="ops", title="x", error="away")
    assert await outbox.failed(taken, tries, NOON, incident, rest=0.001, letter=letter)
    await store.leave("a")


def evaluate_and_tell(simulation: Simulation) -> None:
    """Do what `blinkenlights alert` does; it reads what all checks read."""
    simulation.run(evaluate_and_tell_by(simulation.client))
    refused = [said for said in ask_everything(simulation) if "permission" in said.text]
    if refused:
        raise StoreRefused(refused[0].text)


async def respond_by(client: StoreClient) -> None:
    """Do what people do about alerts."""
    responses = Responses(client)
    await responses.acknowledge("e", "silent: web1", "ann", NOON)
    await responses.silence({"thing": "over"}, "ann", NOON - 60, NOON - 1)
    made = await responses.silence({"thing": "web*"}, "ann", NOON, NOON + 60)
    assert await responses.unsilence(made.id, "ann", NOON) == made


USED = {
    "heartbeat": use_heartbeats,
    "transfer": use_transfers,
    "machine": use_machines,
    "metric": use_metrics,
    "expected": use_expected,
    "endpoint": use_endpoints,
    "collector": use_collectors,
}
"""Kind -> what its writers do."""
