"""How many orders a process acknowledges as on disk, alone and beside ten thousand viewers."""

import asyncio

from soaking.looking import check_counts, check_documents
from soaking.service import service, within
from soaking.troupe import troupe
from soaking.verdict import Verdict

LEAST_A_SECOND = 5000
MOST_P99_MS = 50

# Enough that two batches of the gateway are always full.
IN_FLIGHT = 1024
BUYERS = 500


async def run(verdict: Verdict, *, is_quick: bool) -> None:
    await _alone(verdict, is_quick=is_quick)
    await _beside_viewers(verdict, is_quick=is_quick)


async def _alone(verdict: Verdict, *, is_quick: bool) -> None:
    seconds = 2 if is_quick else 10
    async with service() as one, troupe(one, 1) as crowd:
        await crowd.join(BUYERS, per_second=1000)
        await crowd.until_open(BUYERS, within_s=20)
        await crowd.sell(in_flight=IN_FLIGHT)
        await asyncio.sleep(1)
        await crowd.mark()
        began = asyncio.get_running_loop().time()
        await asyncio.sleep(seconds)
        seen = await crowd.look()
        rate = seen.answered.count / (asyncio.get_running_loop().time() - began)
        await crowd.sell()
        verdict.note(a_second=rate, flood_p50_ms=seen.answered.p50, flood_p99_ms=seen.answered.p99)
        verdict.expect(
            f"{rate:.0f} orders a second were acknowledged.",
            holds=is_quick or rate >= LEAST_A_SECOND,
        )
        await check_counts(verdict, one, crowd)


async def _beside_viewers(verdict: Verdict, *, is_quick: bool) -> None:
    """Orders change everyone's document, so there is a patch each tick: four a second."""
    pages, orders, seconds = (300, 100, 3) if is_quick else (10_000, 1000, 15)
    async with service() as one, troupe(one, 1) as crowd, troupe(one, 1, first=2) as sale:
        await crowd.join(pages - BUYERS if pages > BUYERS else pages, per_second=1500)
        await sale.join(min(BUYERS, pages), per_second=500)
        await crowd.until_open(pages - BUYERS if pages > BUYERS else pages, within_s=60)
        await sale.sell(orders)
        await asyncio.sleep(2)
        await sale.mark()
        await crowd.mark()
        before, cpu_s = await one.metrics(), one.cpu_s()
        await asyncio.sleep(seconds)
        seen, looked = await sale.look(), await crowd.look()
        metrics = await one.metrics()
        await sale.sell()
        ticks = metrics.read("fan_out_seconds_count") - before.read("fan_out_seconds_count")
        verdict.note(
            beside_a_second=seen.answered.count / seconds, p50_ms=seen.answered.p50,
            p99_ms=seen.answered.p99, max_ms=seen.answered.max, patches_a_second=ticks / seconds,
            in_service_50_ms_percent=within(before, metrics, "order_latency_seconds", 0.05),
            pulls_in_25_ms_percent=within(before, metrics, "pull_seconds", 0.025),
            fan_outs_in_100_ms_percent=within(before, metrics, "fan_out_seconds", 0.1),
            lag_s=metrics.read("loop_lag_seconds"), service_cpu=(one.cpu_s() - cpu_s) / seconds,
            delivery_p50_ms=looked.delivered.p50, delivery_p99_ms=looked.delivered.p99,
        )  # fmt: skip
        p99 = seen.answered.p99 or 0.0
        verdict.expect(f"Orders took {p99} ms at p99.", holds=is_quick or p99 < MOST_P99_MS)
        verdict.expect(
            f"{seen.answered.count / seconds:.0f} orders a second beside viewers.",
            holds=is_quick or seen.answered.count >= 0.95 * orders * seconds,
        )
        await check_documents(verdict, one, crowd)
        await check_counts(verdict, one, sale)
