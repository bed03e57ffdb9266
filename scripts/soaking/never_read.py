"""One viewer in ten never reads: what it costs is bounded, and nobody else notices.

The same run is made without them first. The kernel's socket memory counts, too; what the stuck
pages' own receive buffers take is a viewer's memory, so they are made small.
"""

import asyncio

from soaking.looking import check_documents, kernel_kib
from soaking.service import Service, service
from soaking.troupe import Seen, troupe
from soaking.verdict import Verdict

BEHIND_S = 10

# Long notices, so that the buffers of who does not read are full within seconds.
NEWS_A_SECOND = 4
NEWS_CHARS = 180
FILLED_WITHIN_S = 20

# Source: DESIGN.md, section 4: 31 KiB of kernel memory a client that never reads, and what may
# wait in the process, the hard limit of 64 KiB, never reached thanks to conflation.
MOST_KERNEL_KIB = 40
MOST_RESIDENT_KIB = 24

# Half a millisecond is what the clock of the frames can tell.
SLACK_MS = 1.0


async def run(verdict: Verdict, *, is_quick: bool) -> None:
    pages = 500 if is_quick else 10_000
    stuck = pages // 10
    alone, _ = await _measured(verdict, pages, 0, is_quick=is_quick)
    beside, evicted = await _measured(verdict, pages, stuck, is_quick=is_quick)
    p99, p99_beside = alone.delivered.p99 or 0.0, beside.delivered.p99 or 0.0
    verdict.note(
        p50_ms=alone.delivered.p50, p50_beside_ms=beside.delivered.p50, p99_ms=p99,
        p99_beside_ms=p99_beside, max_ms=alone.delivered.max, max_beside_ms=beside.delivered.max,
        stuck=stuck, evicted=evicted,
    )  # fmt: skip
    verdict.expect(
        f"The others' p99 went from {p99} to {p99_beside} ms.",
        holds=is_quick or p99_beside <= 1.2 * p99 + SLACK_MS,
    )
    verdict.expect(f"{evicted} of {stuck} stuck pages were closed.", holds=evicted == stuck)


async def _measured(
    verdict: Verdict, pages: int, stuck: int, *, is_quick: bool
) -> tuple[Seen, int]:
    """What the pages that read saw, and how many were closed with 4008."""
    behind_s = 2 if is_quick else BEHIND_S
    async with service(push__behind_s=behind_s) as one, troupe(one, 1) as crowd:
        await crowd.join(pages, per_second=1500, stuck=stuck)
        await crowd.until_open(pages, within_s=60)
        resident, kernel = one.resident_kib(), kernel_kib()
        await crowd.mark()
        async with one.news(NEWS_A_SECOND * (3 if is_quick else 1), NEWS_CHARS):
            most = await _watch(one, behind_s + FILLED_WITHIN_S / (3 if is_quick else 1), stuck)
        seen = await check_documents(verdict, one, crowd)
        metrics = await one.metrics()
        verdict.expect("Pages that read were closed.", holds=seen.open == pages - stuck)
        verdict.expect("Pages that read saw gaps.", holds=not seen.counts.get("gaps"))
        if stuck:
            a_stuck = (most[1] - kernel) / stuck, (most[0] - resident) / stuck
            verdict.note(
                kernel_kib_a_stuck=a_stuck[0], resident_kib_a_stuck=a_stuck[1],
                buffered_kib_at_most=most[2] / 1024, skipped=metrics.read("skipped_total"),
            )  # fmt: skip
            verdict.expect(
                f"A stuck page cost {a_stuck[0]:.0f} KiB of the kernel and {a_stuck[1]:.0f} KiB "
                "of the process.",
                holds=is_quick
                or (a_stuck[0] <= MOST_KERNEL_KIB and a_stuck[1] <= MOST_RESIDENT_KIB),
            )
        return seen, int(metrics.read("closes_total", code="4008"))


async def _watch(one: Service, seconds: float, stuck: int) -> tuple[int, int, float]:
    """Lets time pass; the most memory seen: the process's, the kernel's, the write buffers'."""
    resident = kernel = 0
    buffered = 0.0
    until = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < until:
        await asyncio.sleep(0.5)
        resident, kernel = max(resident, one.resident_kib()), max(kernel, kernel_kib())
        if stuck:
            buffered = max(buffered, (await one.metrics()).read("buffered_bytes"))
    return resident, kernel, buffered
