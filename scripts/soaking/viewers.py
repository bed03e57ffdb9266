"""A hundred thousand viewers on one machine, a patch a second, everyone with the right document."""

import asyncio
from pathlib import Path

from soaking.looking import check_documents, kernel_kib
from soaking.service import service
from soaking.troupe import troupe
from soaking.verdict import Verdict

VIEWERS_A_WORKER = 14_300
VIEWERS_A_LOAD = 17_000
JOINS_A_SECOND = 2000
SECONDS = 30

# A tick that does not outrun two cores: one patch costs each side half a second of a core.
TICK_MS = 1000


async def run(verdict: Verdict, *, is_quick: bool) -> None:
    pages, seconds = (700, 3) if is_quick else (100_000, SECONDS)
    workers = 2 if is_quick else -(-pages // VIEWERS_A_WORKER)
    loads = max(1, -(-pages // VIEWERS_A_LOAD))
    async with service(workers=workers, push__tick_ms=TICK_MS) as one, troupe(one, loads) as crowd:
        resident, kernel, began = one.resident_kib(), _slab_kib(), _now()
        await crowd.join(pages, per_second=JOINS_A_SECOND)
        seen = await crowd.until_open(pages, within_s=120)
        joined_s = _now() - began
        verdict.expect(f"{seen.open} of {pages} came in.", holds=seen.open == pages)
        await asyncio.sleep(2)
        await crowd.mark()
        before, cpu_s, began = await one.metrics(), one.cpu_s(), _now()
        async with one.news(1):
            await asyncio.sleep(seconds)
        await asyncio.sleep(2)
        after, spent = await one.metrics(), one.cpu_s() - cpu_s
        seen = await check_documents(verdict, one, crowd)
        frames = after.read("recipients_total") - before.read("recipients_total")
        verdict.note(
            viewers=seen.open, workers=workers, joined_s=joined_s, frames=int(frames),
            p50_ms=seen.delivered.p50, p99_ms=seen.delivered.p99, max_ms=seen.delivered.max,
            kib_a_viewer=(one.resident_kib() - resident) / pages,
            all_kib_a_viewer=one.resident_kib() / pages,
            kernel_kib_a_viewer=(_slab_kib() - kernel) / pages,
            kernel_buffers_kib=kernel_kib(),
            us_a_frame=1e6 * spent / max(1, frames), gaps=seen.counts.get("gaps", 0),
        )  # fmt: skip
        closed = {k: n for k, n in seen.counts.items() if k.startswith("closed_")}
        verdict.expect(f"Sockets were closed: {closed}.", holds=not closed)
        verdict.expect("Some pages saw gaps.", holds=not seen.counts.get("gaps"))
        verdict.expect(
            f"{len(seen.versions)} workers have viewers.", holds=len(seen.versions) == workers
        )


def _slab_kib() -> int:
    """What the kernel's own objects take, sockets of both ends among them."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("SUnreclaim:"))


def _now() -> float:
    return asyncio.get_running_loop().time()
