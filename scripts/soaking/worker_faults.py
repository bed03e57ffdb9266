"""A worker is killed under load, then the whole service is asked to end.

After the kill its viewers are back elsewhere with the right documents, orders and likes are exact,
and its presence is gone within the lease. The end is a goodbye that spreads the viewers' return,
and no order is lost in it.
"""

import asyncio
import os
import signal
import time

from livesell.clock import system_clock
from livesell.push.keeper import LEASE_MS
from soaking.looking import check_counts, check_documents
from soaking.service import SESSION, Service, service
from soaking.troupe import Troupe, troupe
from soaking.verdict import Verdict

WORKERS = 3
BACK_WITHIN_S = 30

# Presence is looked at every half second, and a beat may be on its way.
LEASE_SLACK_S = 2.5


async def run(verdict: Verdict, *, is_quick: bool) -> None:
    pages, orders = (300, 100) if is_quick else (6000, 500)
    async with service(workers=WORKERS) as one, troupe(one, 1) as crowd:
        await crowd.join(pages, per_second=1500)
        await crowd.until_open(pages, within_s=30)
        await crowd.sell(orders)
        await crowd.like(orders)
        async with one.news(2):
            await asyncio.sleep(2)
            await _kill(verdict, one, crowd, pages)
            await asyncio.sleep(2)
        await crowd.sell(0)
        await crowd.like(0)
        seen = await check_documents(verdict, one, crowd)
        verdict.expect(f"{seen.open} of {pages} pages are open.", holds=seen.open == pages)
        await check_counts(verdict, one, crowd)
        await _end(verdict, one, crowd, pages, orders)


async def _kill(verdict: Verdict, one: Service, crowd: Troupe, pages: int) -> None:
    nodes = set((await _leases(one)).keys())
    await crowd.mark()
    os.kill(one.workers[0], signal.SIGKILL)
    began = time.monotonic()
    gone_s = back_s = 0.0
    while time.monotonic() - began < BACK_WITHIN_S and not (gone_s and back_s):
        await asyncio.sleep(0.25)
        seen, leases = await crowd.look(), await _leases(one)
        passed = time.monotonic() - began
        if not back_s and seen.open == pages and passed > 1:
            back_s = passed
        # The worker is started again under its name: then its lease counts whom it has.
        if not gone_s and sum(leases.values()) <= pages and (nodes - leases.keys() or back_s):
            gone_s = passed
    seen = await crowd.look()
    verdict.note(
        lost=seen.counts.get("closed_1006", 0), back_s=back_s, presence_right_s=gone_s,
        dup_ok=seen.counts.get("answers_again", 0),
    )  # fmt: skip
    lease_s = LEASE_MS / 1000 + LEASE_SLACK_S
    verdict.expect(f"After {BACK_WITHIN_S} s not all are back.", holds=bool(back_s))
    verdict.expect(
        f"Presence was right after {gone_s or BACK_WITHIN_S:.1f} s.",
        holds=0 < gone_s <= max(lease_s, back_s + LEASE_SLACK_S),
    )
    deadline, shown = time.monotonic() + lease_s, -1
    while time.monotonic() < deadline and shown != pages:
        await asyncio.sleep(0.25)
        shown = sum((await _leases(one)).values())
    verdict.expect(f"{shown} viewers are counted, {pages} are there.", holds=shown == pages)


async def _leases(one: Service) -> dict[str, int]:
    truth = await one.store.sessions.pull(SESSION, system_clock())
    return {name: node.viewers for name, node in truth.nodes.items()}


async def _end(verdict: Verdict, one: Service, crowd: Troupe, pages: int, orders: int) -> None:
    """SIGTERM in the middle of a sale; every order that was acknowledged is there afterwards."""
    await crowd.mark()
    await crowd.sell(orders)
    await asyncio.sleep(1)
    one.process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(BACK_WITHIN_S):
        status = await one.process.wait()
    await crowd.sell(0)
    seen = await crowd.look()
    sold, held = await crowd.sold(), await one.order_ids()
    byes, restarts = seen.counts.get("bye", 0), seen.counts.get("closed_4001", 0)
    lost = set(sold.stand) - held
    wrong = held & {*sold.nothing, *sold.refused}
    unknown = held - set(sold.stand) - set(sold.open)
    verdict.note(goodbyes=byes, closed_4001=restarts, open_orders=len(sold.open))
    verdict.expect(f"The service ended with {status}.", holds=status == 0)
    verdict.expect(f"{byes} of {pages} pages got a goodbye.", holds=byes >= pages)
    verdict.expect(f"{restarts} of {pages} were closed with 4001.", holds=restarts >= pages)
    verdict.expect(f"{len(lost)} acknowledged orders are lost.", holds=not lost)
    verdict.expect(f"{len(wrong)} orders stand that were refused.", holds=not wrong)
    verdict.expect(f"{len(unknown)} orders stand that nobody waits for.", holds=not unknown)
    verdict.expect("The recount finds differences.", holds=await one.is_exact())
