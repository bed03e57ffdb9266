"""What operators see of the sockets. Counts are plain numbers, read when somebody scrapes; only
durations go through the library as they happen, at most once a tick or batch.
"""

from collections import Counter
from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

# Seconds. Around what the design promises: a tick of 250 ms, an order on disk within 250 ms.
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Metrics(Collector):
    """The numbers of one push server; readers for what others hold are set by the server."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.joins = self.ticks = self.recipients = self.skipped = self.evicted = 0
        self.lag_s = 0.0
        self.refusals: Counter[str] = Counter()
        self.closes: Counter[str] = Counter()
        self.messages: Counter[str] = Counter()
        self.gauges: dict[str, tuple[str, Callable[[], float]]] = {
            "loop_lag_seconds": ("The worst recent delay of the event loop.", lambda: self.lag_s),
        }
        self._registry = registry
        self._histograms: list[Histogram] = []
        self.fan_out = self._histogram("fan_out_seconds", "Time to write one frame to everyone.")
        self.order_latency = self._histogram(
            "order_latency_seconds", "From an order's arrival to its answer."
        )
        self.store_pull = self._histogram("pull_seconds", "Time of one pull from the store.")
        registry.register(self)

    def _histogram(self, name: str, says: str) -> Histogram:
        made = Histogram(f"livesell_push_{name}", says, buckets=_BUCKETS, registry=self._registry)
        self._histograms.append(made)
        return made

    def fanned_out(self, recipients: int, skipped: int, seconds: float) -> None:
        self.recipients += recipients
        self.skipped += skipped
        self.fan_out.observe(seconds)

    def collect(self) -> Iterator[Metric]:
        """Called by the library for every scrape."""
        for name, says, value in (
            ("joins", "Connections that were upgraded.", self.joins),
            ("ticks", "Pulls whose outcome was delivered.", self.ticks),
            ("recipients", "Patches written to a connection.", self.recipients),
            ("skipped", "Patches kept back because a connection was not drained.", self.skipped),
            ("evicted", "Connections closed because they could not keep up.", self.evicted),
        ):
            yield CounterMetricFamily(f"livesell_push_{name}", says, value=value)
        for name, says, label, counts in (
            ("refusals", "Upgrades refused.", "reason", self.refusals),
            ("closes", "Connections closed by this side.", "code", self.closes),
            ("messages", "Messages from pages.", "kind", self.messages),
        ):
            family = CounterMetricFamily(f"livesell_push_{name}", says, labels=[label])
            for key, count in counts.items():
                family.add_metric([key], count)
            yield family
        for name, (says, read) in self.gauges.items():
            yield GaugeMetricFamily(f"livesell_push_{name}", says, value=read())

    def unregister(self) -> None:
        """Takes everything out of the registry again, so that a server can be started anew."""
        for collector in (self, *self._histograms):
            self._registry.unregister(collector)
