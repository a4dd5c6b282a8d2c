"""Numbers of probes become series: by a collector that runs, from lines as probers write them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from blinkenlights.clock import wall_clock
from blinkenlights.config import LinesConfig
from blinkenlights.kinds.metric import keys
from collector.running import RunningCollector, Stored, config
from collector.test_names import send
from servers.valkey import Valkey
from servers.waiting import wait_until

NAME = "www.example.net/health"


def test_numbers_of_results_and_reports(
    valkey: Valkey, stored: Stored, collect: Callable[..., RunningCollector], tmp_path: Path
) -> None:
    """Phases, days of the certificate, captured values and success, as series of the endpoint."""
    source = LinesConfig(listen=f"unix://{tmp_path}/lines")
    collect(config(valkey.url, lines=[source]))
    stored.wait_until_caught_up()
    due = wall_clock() - 2
    result: dict[str, Any] = {
        "kind": "endpoint",
        "endpoint": NAME,
        "due": due,
        "ended": due + 0.5,
        "next": due + 60,
        "result": "failed",
        "time": {"total": 0.49, "dns": 0.01},
        "certificate": {"days": -1.5},
        "values": {"queue": 3, "version": "1.2"},
    }
    report = {
        "kind": "probe",
        "prober": "berlin",
        "timestamp": due,
        "started": due,
        "window": {"seconds": 60, "lag_95": 0.25},
    }

    send(source, *(json.dumps(each).encode() + b"\n" for each in (result, report)))
    wait_until(lambda: stored.count("stored:probe") == 1, "the report")

    packed: Any = valkey.client(decode_responses=False).hgetall(keys.FACTS)
    series = {name.decode(): keys.parse_facts(each) for name, each in packed.items()}
    values = {name: each.value for name, each in series.items()}
    assert values == {
        f"probe.success{{endpoint={NAME}}}": 0.0,
        f"probe.total{{endpoint={NAME}}}": 0.49,
        f"probe.dns{{endpoint={NAME}}}": 0.01,
        f"probe.cert.days{{endpoint={NAME}}}": -1.5,
        f"probe.value.queue{{endpoint={NAME}}}": 3.0,
        "prober.lag{prober=berlin}": 0.25,
        "prober.missed{prober=berlin}": 0.0,
        "prober.run{prober=berlin}": 0.0,
        "prober.used{prober=berlin}": 0.0,
        "prober.files.bad{prober=berlin}": 0.0,
    }
    assert stored.count("stored:endpoint") == 1
