"""Ten thousand join within five seconds in the middle of a sale."""

import asyncio

from soaking.looking import check_counts, check_documents
from soaking.service import service
from soaking.troupe import troupe
from soaking.verdict import Verdict

STORM_S = 5
SETTLED_WITHIN_S = 45
MOST_P99_MS = 500


async def run(verdict: Verdict, *, is_quick: bool) -> None:
    """The joiners want twice what the door lets through; the refused come back by themselves."""
    buyers, joiners, orders = (50, 500, 100) if is_quick else (500, 10_000, 500)
    door = joiners // STORM_S * 3 // 4
    async with (
        service(push__joins_per_second=door) as one,
        troupe(one, 1) as sale,
        troupe(one, 1, first=2) as storm,
    ):
        await sale.join(buyers, per_second=min(500, door / 2))
        await sale.until_open(buyers, within_s=20)
        await sale.sell(orders)
        await asyncio.sleep(2)
        await sale.mark()
        await storm.join(joiners, per_second=joiners / STORM_S)
        began = asyncio.get_running_loop().time()
        await asyncio.sleep(STORM_S)
        during = await sale.look()
        seen = await storm.until_open(joiners, within_s=SETTLED_WITHIN_S)
        all_in_s = asyncio.get_running_loop().time() - began
        await sale.sell(0)
        metrics = await one.metrics()
        verdict.note(
            p50_ms=during.answered.p50, p99_ms=during.answered.p99, max_ms=during.answered.max,
            acknowledged=during.answered.count, refused=seen.counts.get("refused_503", 0),
            all_in_s=all_in_s, join_p50_ms=seen.joined.p50, join_p99_ms=seen.joined.p99,
            refusals_metric=metrics.read("refusals_total", reason="joins"),
        )  # fmt: skip
        p99 = during.answered.p99 or 0.0
        verdict.expect(f"Orders took {p99} ms at p99.", holds=is_quick or p99 < MOST_P99_MS)
        verdict.expect(
            f"{during.answered.count} orders were acknowledged in the storm.",
            holds=is_quick or during.answered.count > orders * STORM_S * 0.9,
        )
        verdict.expect(f"{seen.open} of {joiners} came in.", holds=seen.open == joiners)
        await check_documents(verdict, one, storm)
        await check_counts(verdict, one, sale)
