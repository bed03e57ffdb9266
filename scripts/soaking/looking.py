"""Looks that several scenarios share: what the kernel holds, whether documents and counts agree."""

import asyncio
from pathlib import Path

from livesell.patch import diff
from soaking.service import Service
from soaking.troupe import Seen, Troupe
from soaking.verdict import Verdict

PAGE_KIB = 4
SETTLE_WITHIN_S = 20


def kernel_kib() -> int:
    """What the kernel's sockets hold in buffers, all of this machine's."""
    for line in Path("/proc/net/sockstat").read_text().splitlines():
        if line.startswith("TCP:"):
            words = line.split()
            return int(words[words.index("mem") + 1]) * PAGE_KIB
    return 0


async def check_documents(verdict: Verdict, service: Service, crowd: Troupe) -> Seen:
    """Every page has its worker's newest version, and the witnesses' documents are right."""
    until = asyncio.get_running_loop().time() + SETTLE_WITHIN_S
    while True:
        seen = await crowd.look()
        wrong = _wrong(seen, await service.document())
        if not wrong or asyncio.get_running_loop().time() > until:
            break
        await asyncio.sleep(0.5)
    verdict.failed += wrong
    return seen


def _wrong(seen: Seen, fresh: dict[str, object]) -> list[str]:
    claims = []
    for epoch, found in seen.versions.items():
        newest = max(found)
        behind = sum(count for v, count in found.items() if v != newest)
        if behind:
            claims.append(f"{behind} pages of epoch {epoch} are behind version {newest}.")
    different = [diff(one, fresh) for _, _, one in seen.witnessed]
    if not seen.witnessed or any(one is not None for one in different):
        wrong = [one for one in different if one is not None]
        claims.append(f"{len(wrong)} of {len(different)} witnesses differ: {str(wrong[:1])[:200]}")
    for epoch, v, _ in seen.witnessed:
        if v != max(seen.versions[epoch]):
            claims.append(f"A witness of epoch {epoch} is at {v}.")
    return claims


async def check_counts(verdict: Verdict, service: Service, crowd: Troupe) -> None:
    """Every answer was true, no order is unanswered, likes are exact, and the recount agrees."""
    until = asyncio.get_running_loop().time() + SETTLE_WITHIN_S
    while True:
        seen, tally = await crowd.look(), (await service.document())["tally"]
        is_done = not seen.unanswered and tally["likes"] == seen.told
        if is_done or asyncio.get_running_loop().time() > until:
            break
        await asyncio.sleep(0.5)
    sold, held = await crowd.sold(), await service.order_ids()
    lost, made_up = set(sold.stand) - held, held & {*sold.nothing, *sold.refused}
    extra = held - set(sold.stand)
    verdict.note(orders=len(sold.stand), likes=seen.told)
    verdict.expect(f"{len(sold.open)} orders have no final answer.", holds=not sold.open)
    verdict.expect(f"{len(lost)} acknowledged orders are not in the store.", holds=not lost)
    verdict.expect(f"{len(made_up)} orders stand that were called not done.", holds=not made_up)
    verdict.expect(f"{len(extra)} orders stand that nobody knows of.", holds=not extra)
    verdict.expect(
        f"The pages told {seen.told} likes, the store counts {tally['likes']}.",
        holds=seen.told == tally["likes"],
    )
    verdict.expect("The recount finds differences.", holds=await service.is_exact())
