"""What autoscalers follow, for each location: how much is carried there, and how much is needed."""

from blinkenlights.kinds.gauge import Gauge, Gauges

GAUGES = Gauges(
    labels=("prober", "location"),
    each=(
        Gauge(
            "probe_capacity",
            "Probes at a time that the workers of a location carry.",
            lambda facts: facts.get("capacity"),
        ),
        Gauge(
            "probe_needed",
            "Probes at a time that the schedules of its endpoints want.",
            lambda facts: facts.get("needed"),
        ),
        Gauge(
            "probe_waiting",
            "Probes that are due there, and for which no worker has room.",
            lambda facts: facts.get("waiting"),
        ),
        Gauge(
            "probe_workers",
            "Workers that report there.",
            lambda facts: facts.get("workers"),
        ),
        Gauge(
            "probe_scaling_limit",
            "1 while less is carried there than is due, else 0.",
            # Without a new report there are no numbers at all.
            lambda facts: "limited_for" in facts if "capacity" in facts else None,
        ),
    ),
)
