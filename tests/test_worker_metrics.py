"""What workers count, in the main process's registry."""

import msgspec
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from livesell.worker_metrics import WorkerMetrics, families


def a_report(joins: int) -> bytes:
    """As a worker writes it."""
    registry = CollectorRegistry()
    Counter("livesell_push_joins", "Joins.", registry=registry).inc(joins)
    Counter("livesell_push_refusals", "Refused.", ("reason",), registry=registry).labels(
        'a "reason"'
    ).inc(2)
    Histogram("livesell_push_pull_seconds", "Pulls.", registry=registry).observe(0.02)
    Gauge("process_open_fds", "Files.", registry=registry).set(12)
    Gauge("python_info", "Not ours.", registry=registry).set(1)
    return msgspec.json.encode(families(registry))


def test_the_main_process_shows_each_worker() -> None:
    metrics, registry = WorkerMetrics(), CollectorRegistry()
    registry.register(metrics)
    metrics.take("1", a_report(3))
    metrics.take("2", a_report(5))
    metrics.take("2", a_report(7))
    assert registry.get_sample_value("livesell_push_joins_total", {"worker": "1"}) == 3
    assert registry.get_sample_value("livesell_push_joins_total", {"worker": "2"}) == 7
    labels = {"worker": "1", "reason": 'a "reason"'}
    assert registry.get_sample_value("livesell_push_refusals_total", labels) == 2
    assert registry.get_sample_value("livesell_worker_open_fds", {"worker": "1"}) == 12
    text = generate_latest(registry).decode()
    found = {family.name: family for family in text_string_to_metric_families(text)}
    assert found["livesell_push_joins"].type == "counter"
    assert found["livesell_push_pull_seconds"].type == "histogram"
    assert "python_info" not in found
    assert text.count("# TYPE livesell_push_joins_total ") == 1


def test_a_worker_that_ended_is_not_shown() -> None:
    metrics = WorkerMetrics()
    metrics.take("1", a_report(1))
    metrics.forget("1")
    metrics.forget("2")
    assert list(metrics.collect()) == []
