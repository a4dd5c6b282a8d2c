"""check_metric: each state, with what line 1 says of it."""

from math import nan

import pytest

from servers.simulated_metrics import SimulatedMetrics
from servers.simulation import QUEUE, SOCKET

COUNTS = ["stale", "silent", "expected", "unheard", "says_critical", "says_warning"]


def figures(metrics: SimulatedMetrics, options: str = "") -> dict[str, float]:
    said = metrics.ask(options)
    return {label: n for label in COUNTS if (n := said.number(label))}


def test_all_is_well(metrics: SimulatedMetrics) -> None:
    """OK says how many series there are."""
    metrics.series("cpu.percent", [1, 2, 3, 4, 5], host="web1")
    metrics.series("www.heartbeat", [1, 1], host="web1", ttl=16.0)

    said = metrics.ask()

    assert said.code == 0
    assert said.text == (
        "METRIC OK: 2 series alive | series=2;;;0 alive=2;;;0 stale=0;;;0 silent=0;;;0 "
        "expected=0;;;0 unheard=0;;;0 says_critical=0;;;0 says_warning=0;;;0"
    )


def test_numbers_of_other_signals_are_judged_by_the_queue_of_those(
    metrics: SimulatedMetrics,
) -> None:
    """No source for metrics is needed; when that queue is away its series are not alive."""
    metrics.send(metrics.event("billing.queue", 3, age=10), source=QUEUE)
    metrics.send(metrics.event("billing.queue", 4), source=QUEUE)
    metrics.simulation.collector(sources=[metrics.simulation.source(kind="heartbeat")])
    well = metrics.ask("billing.queue")
    away = metrics.simulation.source(kind="heartbeat", connected=False, behind=90)
    other = metrics.simulation.source(SOCKET, kind="machine")
    metrics.simulation.collector(sources=[away, other])

    assert (well.code, well.summary) == (0, "billing.queue 4 0s ago")
    assert metrics.ask("billing.queue").code == 3


def test_a_number_is_within_its_limits(metrics: SimulatedMetrics) -> None:
    """Its figure has the ranges, and a label that follows from its series."""
    metrics.series("cpu.percent", [1, 42.5], host="web1")

    said = metrics.ask("cpu.percent --host web1 -w 80 -c 95")

    assert said.summary == "cpu.percent@web1 42.5 0s ago"
    assert said.perfdata["cpu_percent__web1"] == "42.5;80;95"
    assert metrics.ask("--name cpu.percent --host web1 -w 80 -c 95").text == said.text


def test_a_number_is_beyond_its_limit(metrics: SimulatedMetrics) -> None:
    """Which series, how much, since when, against which limit; the worst limit counts."""
    metrics.series("cpu.percent", [5] * 10 + [90, 91, 92], host="web1")
    metrics.series("cpu.percent", [99] * 13, host="web2")

    warned = metrics.ask("cpu.percent --host web1 -w 80 -c 95")
    both = metrics.ask("cpu.percent -w 80 -c 95 -v")

    assert (warned.code, both.code) == (1, 2)
    assert warned.summary == "cpu.percent@web1 92 0s ago, for 20s, limit 80"
    assert both.summary == (
        "cpu.percent@web2 99 0s ago, for 2m, limit 95; "
        "cpu.percent@web1 92 0s ago, for 20s, limit 80"
    )
    assert both.details[0] == "CRITICAL: cpu.percent@web2 99 0s ago, for 2m, limit 95"


def test_labels_stay_when_another_series_appears(metrics: SimulatedMetrics) -> None:
    """Two names that fold to one are told apart before there are two of them."""
    metrics.send(metrics.event("cpu_percent", 1, host="web-1"))
    before = metrics.ask("'cpu*'").perfdata
    metrics.send(metrics.event("cpu.percent", 2, host="web_1"))
    after = metrics.ask("'cpu*'").perfdata

    assert len(after) == len(before) + 1
    assert [label for label in before if label in after] == list(before)


@pytest.mark.parametrize(
    ("options", "value"),
    [
        ("--of avg", 3),
        ("--of min", 1),
        ("--of max", 5),
        ("--of last", 5),
        ("--of rate", 0.1),
        ("--of avg --over 25s", 4),
        ("--of max --over 2h", 5),
        ("--of max --over 2d", 5),
    ],
)
def test_what_is_made_of_points(metrics: SimulatedMetrics, options: str, value: float) -> None:
    """Of the points of some time, five minutes unless it is said."""
    metrics.series("x", [1] * 30, every=10, age=400)
    metrics.series("x", [1, 2, 3, 4, 5], every=10)

    assert metrics.ask(
        f"x {options} --over 60s" if "over" not in options else f"x {options}"
    ).number("x") == pytest.approx(value)


def test_a_counter_that_was_reset(metrics: SimulatedMetrics) -> None:
    """What it has since is what it grew by; it never falls."""
    metrics.series("x", [*range(800, 1030, 10), 5, 15, 25], every=10)

    said = metrics.ask("x --of rate --over 50s -c 0.5")

    assert said.code == 2
    assert said.number("x") == pytest.approx(45 / 50)
    assert said.summary == "x rate 0.9 over 50s, limit 0.5"


def test_a_gap_is_never_zero(metrics: SimulatedMetrics) -> None:
    """An average is of the points there are."""
    metrics.series("x", [10] * 10, every=10, age=200)
    metrics.series("x", [20] * 10, every=10)

    assert metrics.ask("x --of avg --over 5m").number("x") == pytest.approx(15)
    assert metrics.ask("x --of min --over 5m").number("x") == 10


def test_no_point_in_the_time_that_is_asked_for(metrics: SimulatedMetrics) -> None:
    """UNKNOWN says so, and how often they come; `--missing` changes it."""
    metrics.series("x", [1] * 10, every=600)
    metrics.later(500)

    said = metrics.ask("x --of max --over 5m")

    assert said.code == 3
    assert said.summary == "no point in 5m: x, they mostly come every 10m"
    assert metrics.ask("x --of max --over 5m --missing warning").code == 1


def test_only_signs_of_life(metrics: SimulatedMetrics) -> None:
    """A series without any number is UNKNOWN where its number is to be judged."""
    metrics.send(metrics.event("x", nan))

    assert metrics.ask("x").code == 0
    assert metrics.ask("x -c 5").summary == "1 of 1 series without a number: x"


def test_a_heartbeat_is_silent_while_it_is_dead(metrics: SimulatedMetrics) -> None:
    """CRITICAL after its ttl, and as long as nothing comes; weeks later, too."""
    metrics.series("www.heartbeat", [1] * 5, host="web1", ttl=16.0)
    metrics.later(60)
    soon = metrics.ask()
    metrics.later(40 * 86400)
    metrics.send(metrics.event("x", 1))
    later = metrics.ask("www.heartbeat")

    assert soon.summary == "1 of 1 series silent: www.heartbeat@web1 (1m), limit 16s"
    assert later.code == 2
    assert later.summary == "1 of 1 series silent: www.heartbeat@web1 (40d 1m), limit 16s"
    assert figures(metrics) == {"silent": 1}


def test_a_node_that_was_shut_down(metrics: SimulatedMetrics) -> None:
    """It is not missed, and is back with its next heartbeat."""
    metrics.series("www.heartbeat", [1] * 5, host="web1", ttl=16.0)
    metrics.send(metrics.event("www.shutdown", 1, host="web1", ends="www.heartbeat@web1"))
    metrics.later(600)
    gone = metrics.ask()
    named = metrics.ask("www.heartbeat")
    metrics.send(metrics.event("www.heartbeat", 1, host="web1", ttl=16.0))
    metrics.later(60)

    assert gone.code == 0
    assert named.summary == "0 series alive; stopped: www.heartbeat@web1"
    assert metrics.ask().code == 2


@pytest.mark.parametrize(
    ("status", "code"), [("warning", 1), ("critical", 2), ("unknown", 3), ("ok", 0)]
)
def test_an_event_says_how_it_is(metrics: SimulatedMetrics, status: str, code: int) -> None:
    """With its description and since when, until a later one says ok; stale or not."""
    extras = '{"description":"97% full"}'
    metrics.send(metrics.event("disk", 1, status="ok", ttl=86400.0))
    metrics.later(10)
    metrics.send(metrics.event("disk", 1, status=status, extras=extras, ttl=86400.0))
    metrics.later(300)
    said = metrics.ask()
    metrics.send(metrics.event("disk", 1, status="ok"))

    assert said.code == code
    if code:
        assert said.summary == f"1 of 1 series says {status}: disk (5m): 97% full"
    assert metrics.ask().code == 0


def test_a_status_outlives_its_ttl(metrics: SimulatedMetrics) -> None:
    """What said that it is critical is critical until somebody says ok."""
    metrics.send(metrics.event("disk", 1, status="critical", ttl=60.0))
    metrics.later(3600)

    said = metrics.ask()

    assert said.code == 2
    assert said.summary == (
        "1 of 1 series says critical: disk (1h); 1 of 1 series stale: disk (1h), limit 1m"
    )


def test_a_declared_series_never_came(metrics: SimulatedMetrics) -> None:
    """CRITICAL five minutes after it was declared; until then it is said."""
    metrics.expect("x@web1")
    before = metrics.ask("x@web1")
    metrics.later(400)

    said = metrics.ask()

    assert before.summary == "1 series alive; 1 expected and not seen yet"
    assert said.code == 2
    assert said.summary == "1 expected series never seen since declared: x@web1 (6m 40s), limit 5m"
    assert metrics.ask("x").code == 2


def test_a_declared_series_is_relied_on(metrics: SimulatedMetrics) -> None:
    """It is silent and not stale, even before its period is known."""
    metrics.send(metrics.event("x", 1))
    metrics.expect("x")
    metrics.later(400)

    assert metrics.ask().summary == "1 of 1 series silent: x (6m 40s), limit 5m"


def test_a_retired_series(metrics: SimulatedMetrics) -> None:
    """It alarms nobody, whatever it says, until it is expected again."""
    metrics.series("x", [1] * 5, status="critical")
    metrics.retire("x")
    metrics.send(metrics.event("x", 1, status="critical"))
    metrics.later(600)
    retired = metrics.ask()
    named = metrics.ask("x")
    metrics.expect("x")

    assert retired.code == 3
    assert retired.summary.startswith("no series known")
    assert named.summary == "0 series alive; retired: x"
    assert metrics.ask().summary == (
        "1 of 1 series silent: x (10m), limit 30s; 1 of 1 series says critical: x (10m 40s)"
    )


def test_nothing_of_that_name(metrics: SimulatedMetrics) -> None:
    """UNKNOWN names what was asked for."""
    metrics.series("x", [1])

    assert metrics.ask("y x").summary == (
        "not known: y, neither heard nor declared since this store began 1h ago"
    )
    assert metrics.ask("'y*'").summary == (
        "no series matches what was asked for since this store began 1h ago"
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("-w 5", "name a metric"),
        ("--of max", "name a metric"),
        ("x --over 0", "not between 0 and 30d"),
        ("x --over 31d", "not between 0 and 30d"),
        ("x --tag a", "write KEY=VALUE"),
        ("x --of median", "invalid choice"),
        ("x -w 10 -c 5", "exchange the two"),
    ],
)
def test_a_mistake(metrics: SimulatedMetrics, options: str, said: str) -> None:
    """UNKNOWN says what is wrong with the command line."""
    answer = metrics.ask(options)

    assert answer.code == 3
    assert said in answer.line


def test_which_series(metrics: SimulatedMetrics) -> None:
    """By name, glob, host, tags, or as a whole."""
    for host in ("web1", "web2"):
        for core in ("0", "1"):
            metrics.send(metrics.event("cpu", 1, host=host, tags={"core": core}))
    metrics.send(metrics.event("cpu.steal", 1, host="web1"))
    metrics.send(metrics.event("cpu", 1))

    numbers = {
        options: metrics.ask(options).number("series")
        for options in (
            "cpu",
            "'cpu*'",
            "'*.steal'",
            "cpu --host web1",
            "--host 'web*'",
            "--tag core=1",
            "cpu --tag 'core=*' --host web2",
            "'cpu@web1{core=0}'",
            "'cpu@web1*'",
            "cpu cpu.steal",
        )
    }

    assert list(numbers.values()) == [5, 6, 1, 2, 5, 2, 2, 1, 2, 6]


def test_the_cost_follows_what_is_wrong(metrics: SimulatedMetrics) -> None:
    """Of a thousand series that go on the check reads none."""
    metrics.send(*(metrics.event(f"x.{number}", 1, ttl=3600.0) for number in range(1000)))
    metrics.series("www.heartbeat", [1, 1], ttl=10.0)
    metrics.later(60)
    metrics.run(lambda redis: redis.config_resetstat())
    said = metrics.ask()
    stats = metrics.run(lambda redis: redis.info("commandstats"))

    assert said.summary == "1 of 1001 series silent: www.heartbeat (1m), limit 10s"
    assert stats["cmdstat_hmget"]["calls"] == 2
    assert "cmdstat_zscan" not in stats


def test_everything_for_programs(metrics: SimulatedMetrics) -> None:
    """--json has what is known of each series."""
    metrics.series("x", [1, 2, 3, 4, 5], extras='{"unit":"ms"}')

    [one] = metrics.ask("x --json").json["series"]

    assert (one["series"], one["state"], one["value"]) == ("x", "alive", 5)
    assert (one["limit"], one["period"], one["shown"]) == (30, 10, {"unit": "ms"})


def test_what_is_gone_and_no_trouble_is_not_said_to_be_alive(metrics: SimulatedMetrics) -> None:
    """OK was asked for; who is dead is named all the same."""
    metrics.series("www.heartbeat", [1, 1], host="web1", ttl=16.0)
    metrics.later(60)

    said = metrics.ask("www.heartbeat --missing ok")

    assert said.code == 0
    assert said.summary.startswith("0 of 1 series alive; 1 of 1 series silent: www.heartbeat@web1")


def test_a_long_number_is_short_in_words(metrics: SimulatedMetrics) -> None:
    """Performance data has all of its digits, because no parser takes an exponent."""
    metrics.series("big", [3.4e38] * 5)
    metrics.series("tiny", [4e-7] * 5)

    big, tiny = metrics.ask("big -w 1:5"), metrics.ask("tiny -c 0")

    assert big.summary.startswith("big 3.4e+38 0s ago, for ")
    assert big.perfdata["big"] == f"{3.4e38:.0f};1:5"
    assert tiny.summary.startswith("tiny 0.0000004 0s ago, for ")
    assert tiny.perfdata["tiny"] == "0.0000004;;0"
