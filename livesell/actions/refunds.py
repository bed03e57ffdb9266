"""Money on its way back: asked of the providers until they have taken it, once for each refund."""

import asyncio
import logging
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from livesell.actions.takings import Takings
from livesell.clock import Clock
from livesell.domain.order import Order
from livesell.domain.settlement import Refund
from livesell.errors import BadInput, Conflict, LivesellError, NotFound
from livesell.payments import Payments, PaymentTrouble
from livesell.store import Store

logger = logging.getLogger(__name__)

# The first pause after a provider was asked in vain; it doubles up to an hour.
PAUSE_MS, LONGEST_PAUSE_MS = 15_000, 3_600_000

# A provider that took a refund tells what came of it; when it does not, it is asked.
SENT_AGAIN_MS = 3_600_000

# Pages closed side by side when many holds expire at once.
ABANDONED_AT_ONCE = 8


class Refunds:
    def __init__(
        self, store: Store, clock: Clock, payments: Mapping[str, Payments], takings: Takings
    ) -> None:
        self._store = store
        self._clock = clock
        self._payments = payments
        self._takings = takings

    async def work(self, session_id: str) -> int | None:
        """Asks the providers for all that is due.

        Returns:
            When to ask again, epoch ms.
        """
        now_ms = self._clock()
        open_ = [one for one in await self._all(session_id) if one.state in ("due", "sent")]
        due = [one for one in open_ if one.retry_ms <= now_ms]
        if due:
            currency = (await self._store.sessions.pull(session_id, now_ms)).session.currency
            for one in due:
                await self._ask(session_id, one, currency, now_ms)
            open_ = [one for one in await self._all(session_id) if one.state in ("due", "sent")]
        return min((max(one.retry_ms, now_ms + 1) for one in open_), default=None)

    async def find(self, session_id: str, refund_id: str) -> Refund:
        """Raises `NotFound`: `no_such_refund`."""
        found = await self._store.settling.refund(session_id, refund_id)
        if found is None:
            raise NotFound("no_such_refund", "There is no such refund. Look at the list again.")
        return found

    async def by_hand(self, session_id: str, refund_id: str, by: str) -> None:
        """Staff gave the money themselves, because no provider does.

        Raises:
            Conflict: `wrong_refund_state`: the provider may still pay it out.
        """
        before = await self.find(session_id, refund_id)
        if before.state == "done":
            return
        if before.state == "sent" or (before.state == "due" and before.provider in self._payments):
            raise Conflict(
                "wrong_refund_state",
                "The provider is paying this refund out. Give it by hand only if that fails.",
                data={"state": before.state},
            )
        if not await self._takings.note_refund(session_id, before, is_done=True, by=by):
            raise Conflict(
                "refund_changed", "This refund has just changed. Look at it again, then repeat."
            )

    async def again(self, session_id: str, refund_id: str, by: str) -> None:
        """Makes a refund that failed due again."""
        before = await self.find(session_id, refund_id)
        if before.state == "due":
            return
        if before.state != "failed":
            raise Conflict(
                "wrong_refund_state",
                "Only a refund that failed can be asked for again.",
                data={"state": before.state},
            )
        after = replace(before, state="due", tries=0, retry_ms=0)
        await self._put(session_id, before, after, by)

    async def is_known(
        self, session_id: str, order_id: str, refund_id: str, amount: int | None, units: int | None
    ) -> bool:
        """Whether this very refund was made already; `Conflict` when the id was another's."""
        known = await self._store.settling.refund(session_id, refund_id)
        if known is None:
            return False
        is_same = known.order == order_id and amount in (None, known.amount)
        if is_same and units in (None, known.units):
            return True
        raise Conflict(
            "refund_known",
            "This refund id was used for another refund. Make a new id for a new one.",
        )

    async def abandon(self, session_id: str, orders: Sequence[Order]) -> None:
        """Closes the pages on which these orders could have been paid; late money goes back."""
        waiting = [order for order in orders if order.payment]
        for first in range(0, len(waiting), ABANDONED_AT_ONCE):
            some = waiting[first : first + ABANDONED_AT_ONCE]
            await asyncio.gather(*(self._abandon(session_id, order) for order in some))

    async def _abandon(self, session_id: str, order: Order) -> None:
        try:
            payment = await self._store.settling.payment(session_id, order.payment)
            port = self._payments.get(payment.provider) if payment else None
            if port is not None:
                await port.abandon(order.payment)
        except LivesellError as error:
            logger.warning("A page to pay on could not be closed: %s", error.message)

    async def _ask(self, session_id: str, one: Refund, currency: str, now_ms: int) -> None:
        port = self._payments.get(one.provider)
        if port is None:
            await self._alarm(session_id, "no_provider", one)
            await self._later(session_id, one, now_ms)
            return
        try:
            outcome = await port.refund(one, currency)
        except (PaymentTrouble, BadInput) as trouble:
            if isinstance(trouble, PaymentTrouble) and trouble.retry:
                logger.info("A refund will be asked for again: %s", trouble.message)
                await self._later(session_id, one, now_ms)
                return
            logger.warning("A refund failed: %s", trouble.message)
            await self._takings.note_refund(session_id, one, is_done=False)
            await self._alarm(session_id, "refund_failed", one)
            return
        if outcome == "done":
            await self._takings.note_refund(session_id, one, is_done=True)
        else:
            after = replace(one, state="sent", retry_ms=now_ms + SENT_AGAIN_MS)
            await self._put(session_id, one, after, one.provider)

    async def _later(self, session_id: str, one: Refund, now_ms: int) -> None:
        pause_ms = min(LONGEST_PAUSE_MS, PAUSE_MS << min(one.tries, 20))
        after = replace(one, tries=one.tries + 1, retry_ms=now_ms + pause_ms)
        await self._put(session_id, one, after, one.provider)

    async def _alarm(self, session_id: str, code: str, one: Refund) -> None:
        await self._takings.alarm(
            session_id, code, provider=one.provider, order=one.order, ref=one.payment,
            event=f"{code}:{one.id}",
        )  # fmt: skip

    async def _all(self, session_id: str) -> list[Refund]:
        return await self._store.settling.refunds(session_id)

    async def _put(self, session_id: str, before: Refund, after: Refund, by: str) -> None:
        await self._store.settling.put_refund(
            session_id, before, after, None, by=by, now_ms=self._clock()
        )
