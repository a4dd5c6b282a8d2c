"""Measures speed and size, and prints them as one table with ratios from this very run.

    python bench/run.py            everything, some five minutes
    python bench/run.py check      only what is named; --help lists the names

Ends with 0 when all could be measured, whether or not the targets are reached; else with 1.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

# The servers of the tests serve the bench as well.
sys.path.append(str(Path(__file__).parents[1] / "tests"))

import pytest

import alert_kills
import alert_storm
import check_scale
import check_time
import collector_memory
import collector_rate
import conditions
import curve_readers
import delay
import endpoint_files
import endpoint_scale
import expected_learning
import machine_scale
import metric_rate
import metric_scale
import posting_cost
import probe_transport
import prober_rate
import route_rate
import rules_rate
import rules_windows
import scheduler_rate
import speedo_scale
import store_size
import transfer_rate
import transfer_size
import web_readers
import workers_rate
from progress import say
from table import Line, print_table
from workplace import Workplace

Measurement = Callable[[Workplace], Iterator[Line]]

MEASUREMENTS: dict[str, Measurement] = {
    "check": check_time.measure,
    "scale": check_scale.measure,
    "rate": collector_rate.measure,
    "memory": collector_memory.measure,
    "route": route_rate.measure,
    "probes": probe_transport.measure,
    "prober": prober_rate.measure,
    "posting": posting_cost.measure,
    "scheduler": scheduler_rate.measure,
    "workers": workers_rate.measure,
    "delay": delay.measure,
    "size": store_size.measure,
    "transfers": transfer_rate.measure,
    "speedo": speedo_scale.measure,
    "history": transfer_size.measure,
    "machines": machine_scale.measure,
    "metrics": metric_rate.measure,
    "series": metric_scale.measure,
    "curves": curve_readers.measure,
    "conditions": conditions.measure,
    "rules": rules_rate.measure,
    "windows": rules_windows.measure,
    "endpoints": endpoint_files.measure,
    "endpoint-scale": endpoint_scale.measure,
    "expected": expected_learning.measure,
    "web": web_readers.measure,
    "alert-kills": alert_kills.measure,
    "alert-storm": alert_storm.measure,
}


def main() -> int:
    """Measure what the command line names; return the exit code."""
    lines: list[Line] = []
    failures: list[str] = []
    with Workplace() as workplace:
        for name in chosen():
            try:
                lines += MEASUREMENTS[name](workplace)
            # The last two are how the tests' servers say that one is not installed.
            except (Exception, pytest.skip.Exception, pytest.fail.Exception) as error:  # noqa: BLE001 - the others can still be measured
                failures.append(f"{name} could not be measured: {error}")
                say(failures[-1])
    print_table(lines)
    for failure in failures:
        print(failure)
    return 1 if failures else 0


def chosen() -> list[str]:
    """Return the names of the measurements that the command line asks for."""
    names = ", ".join(MEASUREMENTS)
    parser = argparse.ArgumentParser(description="Measure speed and size.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{names} (default: all)")
    given: list[str] = parser.parse_args().names
    for name in given:
        if name not in MEASUREMENTS:
            parser.error(f"{name!r} is not one of {names}")
    return given or list(MEASUREMENTS)


if __name__ == "__main__":
    sys.exit(main())
