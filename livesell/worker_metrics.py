"""The workers' metrics in the main process's `/metrics`, each with the label `worker`.

A worker writes what it counts to its parent once a second, on the pipe on which it said that it
listens. Nothing is kept on disk, and a worker that died is gone from the next scrape.
"""

import asyncio
import os
from collections.abc import Iterator

import msgspec
from msgspec import Struct
from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

REPORT_EVERY_S = 1.0

# A report is some 10 KB; many sessions do not make it longer.
MAX_REPORT_BYTES = 2**20

# The main process has metrics of its own process under the same names.
_OURS, _PROCESS, _PROCESS_HERE = "livesell_", "process_", "livesell_worker_"


class Sample(Struct, frozen=True, array_like=True):
    name: str
    labels: dict[str, str]
    value: float


class Family(Struct, frozen=True, array_like=True):
    """One metric with everything that it counts."""

    name: str
    says: str
    kind: str
    samples: list[Sample]


_decoder = msgspec.json.Decoder(list[Family])


# --- in the worker ---------------------------------------------------------------------------


async def report(registry: CollectorRegistry) -> None:
    """Reports to the parent until cancelled; a parent that does not read misses some."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_write_pipe(
        asyncio.BaseProtocol, os.fdopen(os.dup(1), "wb", buffering=0)
    )
    try:
        while not transport.is_closing():
            if not transport.get_write_buffer_size():
                transport.write(msgspec.json.encode(families(registry)) + b"\n")
            await asyncio.sleep(REPORT_EVERY_S)
    finally:
        transport.abort()


def families(registry: CollectorRegistry) -> list[Family]:
    """What this process counts, under the names that the parent shows."""
    return [
        Family(
            name=_renamed(metric.name),
            says=metric.documentation,
            kind=metric.type,
            samples=[Sample(_renamed(one.name), one.labels, one.value) for one in metric.samples],
        )
        for metric in registry.collect()
        if metric.name.startswith((_OURS, _PROCESS))
    ]


def _renamed(name: str) -> str:
    return _PROCESS_HERE + name.removeprefix(_PROCESS) if name.startswith(_PROCESS) else name


# --- in the parent ---------------------------------------------------------------------------


class WorkerMetrics(Collector):
    """The latest report of each worker that lives."""

    def __init__(self) -> None:
        self._reports: dict[str, list[Family]] = {}

    def take(self, worker: str, line: bytes) -> None:
        self._reports[worker] = _decoder.decode(line)

    def forget(self, worker: str) -> None:
        self._reports.pop(worker, None)

    def collect(self) -> Iterator[Metric]:
        """Called by the library for every scrape."""
        merged: dict[str, Metric] = {}
        for worker, reported in sorted(self._reports.items()):
            for family in reported:
                metric = merged.get(family.name)
                if metric is None:
                    metric = merged[family.name] = Metric(family.name, family.says, family.kind)
                for one in family.samples:
                    metric.add_sample(one.name, {**one.labels, "worker": worker}, one.value)
        yield from merged.values()
