"""The waitlist over HTTP: viewers queue for what is sold out, leave, look; the crew looks, too."""

from livesell.auth import Pass
from livesell.domain.truth import Truth
from livesell.domain.waitlist import WAIT_REFUSALS, CardQueue, QueueEntry, mask_viewer, units_of
from livesell.errors import Refused, TooMany
from livesell.web.api.route import Call, Reply
from livesell.web.api.times import moment, moment_or_none
from livesell.web.api.waitlist_shapes import (
    OfferRow,
    QueueEntryAnswer,
    QueueEntryRow,
    QueueRow,
    WaitingRow,
    WaitlistAnswer,
    WaitlistBody,
)


async def join_waitlist(call: Call[WaitlistBody]) -> Reply:
    """201 with a new place at the end of the queue; 200 with the one that the viewer has.

    Refused with `in_stock` while there is something to buy, and with `waited_before` once it was
    offered to this viewer. An offer comes over the socket, and is used by ordering.
    """
    token = call.caller.viewer(call.session)
    _check_pace(call, token)
    try:
        entry = await call.services.waiters.join(
            call.session, token.viewer, _card(call), call.body.units
        )
    except Refused as refused:
        if refused.code == "not_live":
            # A session that is not there is not live either; say which of the two it is.
            await call.services.truth(call.session, is_crew=False)
        raise
    return Reply(QueueEntryAnswer(entry=_row(entry)), 201 if entry.is_new else 200)


async def leave_waitlist(call: Call[None]) -> Reply:
    """Leaves the queue, or declines the offer, which then goes to the next at once."""
    token = call.caller.viewer(call.session)
    _check_pace(call, token)
    await call.services.truth(call.session, is_crew=False)
    entry = await call.services.waiters.leave(call.session, token.viewer, _card(call))
    return Reply(QueueEntryAnswer(entry=_row(entry)))


async def get_waitlist_entry(call: Call[None]) -> Reply:
    """Where this viewer stands in the queue for a card, or what became of it."""
    token = call.caller.viewer(call.session)
    truth = await call.services.truth(call.session, is_crew=False)
    entry = await call.services.waiters.entry(truth, token.viewer, _card(call))
    return Reply(QueueEntryAnswer(entry=_row(entry, truth)))


async def get_waitlist(call: Call[None]) -> Reply:
    """A viewer: its own entries. The crew: every queue with its first and its live offers."""
    truth = await call.services.truth(call.session, is_crew=call.caller.is_crew)
    if call.caller.is_crew:
        queues = await call.services.waiters.queues(truth)
        return Reply(WaitlistAnswer(queues=[_queue_row(queue, truth) for queue in queues]))
    token = call.caller.viewer(call.session)
    entries = await call.services.waiters.entries(truth, token.viewer)
    return Reply(WaitlistAnswer(entries=[_row(entry, truth) for entry in entries]))


def _card(call: Call[WaitlistBody] | Call[None]) -> str:
    return call.request.match_info["card"]


def _check_pace(call: Call[WaitlistBody] | Call[None], token: Pass) -> None:
    wait_s = call.services.throttles.waits.take(token.viewer)
    if wait_s:
        raise TooMany("rate", WAIT_REFUSALS["rate"], data={"retry_s": wait_s})


def _row(entry: QueueEntry, truth: Truth | None = None) -> QueueEntryRow:
    is_offered = truth is not None and entry.state == "offered"
    return QueueEntryRow(
        card=entry.card,
        state=entry.state,
        units=entry.units,
        place=entry.place,
        until=moment_or_none(entry.until_ms),
        price=truth.cards[entry.card].price if truth is not None and is_offered else None,
    )


def _queue_row(queue: CardQueue, truth: Truth) -> QueueRow:
    card = truth.cards[queue.card]
    return QueueRow(
        card=queue.card,
        length=queue.length,
        units=queue.units,
        offers=[
            OfferRow(
                viewer=mask_viewer(offer.viewer), units=offer.units, until=moment(offer.until_ms)
            )
            for offer in queue.offers
        ],
        first=[
            WaitingRow(
                viewer=mask_viewer(one.viewer), units=units_of(card, one.pieces), place=one.place
            )
            for one in queue.first
        ],
    )
