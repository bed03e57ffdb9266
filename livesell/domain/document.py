"""The two documents of a session: `viewer` for everyone, `crew` for those who run it.

A document never holds null: a field that has no value is absent, because a merge patch uses
null to take a field away (Source: RFC 7396, section 1). Values are absolute, never increments.
"""

from typing import Any

from msgspec import to_builtins

from livesell.domain.card import Card, Units
from livesell.domain.figures import GrossKind, gross_of
from livesell.domain.flash import Flash
from livesell.domain.session import Session
from livesell.domain.shelf import claiming_flash, flash_left, most_units
from livesell.domain.truth import Truth

Document = dict[str, Any]


def viewer_document(truth: Truth, gross_kind: GrossKind = "ordered", hold_ms: int = 0) -> Document:
    """What every viewer may see.

    Args:
        hold_ms: How long an order waits for its payment; 0 when it is paid on delivery.
    """
    session = truth.session
    gross_kind = _kind(session, gross_kind)
    document: Document = {
        "session": _session(session) | _terms(0 if session.rehearsal_of else hold_ms),
        "cards": {card.id: _card(truth, card) for card in truth.cards.values()},
        "tally": _tally(truth, gross_kind),
        "ticker": [to_builtins(entry) for entry in truth.ticker],
    }
    if session.shown is not None:
        document["shown"] = session.shown
    if session.notice:
        document["notice"] = session.notice
    return document


def crew_document(truth: Truth, gross_kind: GrossKind, hold_ms: int = 0) -> Document:
    """The viewer's document and what only the crew may see."""
    session, document = truth.session, viewer_document(truth, gross_kind, hold_ms)
    gross_kind = _kind(session, gross_kind)
    document["version"] = truth.version
    document["rundown"] = list(session.rundown)
    document["session"]["owner"] = session.owner
    if session.campaign:
        document["session"]["campaign"] = session.campaign
    document["session"]["grace_s"] = session.grace_s
    document["session"]["public_gross"] = session.public_gross
    for card in truth.cards.values():
        document["cards"][card.id].update(_card_for_crew(card, truth.units[card.id], gross_kind))
    document["flashes"] = {flash.id: _flash_for_crew(truth, flash) for flash in session.flashes}
    document["doings"] = [to_builtins(doing) for doing in reversed(session.doings)]
    if session.undo is not None:
        last = session.doings[-1]
        document["undo"] = {"version": last.version, "until": session.undo.until_ms}
    tally = truth.tally
    document["figures"] = {
        "gross": gross_of(tally, gross_kind),
        "gross_kind": gross_kind,
        "ordered": tally.ordered,
        "paid": tally.paid,
        "refunded": tally.refunded,
        "held_orders": tally.held_orders,
        "held_amount": tally.held_amount,
        "paid_orders": tally.paid_orders,
        "cancelled_orders": tally.cancelled_orders,
        "expired_orders": tally.expired_orders,
        "offline_orders": tally.offline_orders,
        "offline_amount": tally.offline_amount,
        "units": tally.units,
        "buyers": tally.buyers,
        "likers": tally.likers,
        "views": tally.views,
        "peak": tally.peak,
        "donated": tally.donated,
    }
    document["nodes"] = {
        name: {"viewers": node.viewers, "crew": node.crew, "lag_ms": round(node.lag_ms)}
        for name, node in truth.nodes.items()
    }
    return document


def _session(session: Session) -> Document:
    return _present(
        id=session.id,
        title=session.title,
        host=session.host,
        state=str(session.state),
        planned_start=session.planned_start_ms,
        planned_end=session.planned_end_ms,
        started=session.started_ms,
        ended=session.ended_ms,
        zone=session.zone,
        currency=session.currency,
        video=session.video or None,
        cover=session.cover or None,
        replay=session.replay or None,
        fund=session.fund or None,
        shown_since=session.shown_since_ms,
        rehearsal_of=session.rehearsal_of or None,
    )


def _kind(session: Session, gross_kind: GrossKind) -> GrossKind:
    """Nobody pays in a rehearsal, so there it is what was ordered."""
    return "ordered" if session.rehearsal_of else gross_kind


def _terms(hold_ms: int) -> Document:
    """How it is paid; said only when that is in advance, so that buyers know before they order."""
    return {"payment": "prepaid", "hold_minutes": hold_ms // 60_000} if hold_ms else {}


def _card(truth: Truth, card: Card) -> Document:
    flash = claiming_flash(truth.session, card, truth.as_of_ms)
    return _present(
        slot=card.slot,
        title=card.title,
        price=card.price,
        was=card.was,
        stock=most_units(truth, card),
        sold=truth.units[card.id].units,
        limit=card.limit,
        per_order=card.per_order,
        open=card.open,
        sold_out=card.sold_out or None,
        pack=card.pack if card.pack > 1 else None,
        gifts=[to_builtins(gift) for gift in card.gifts] or None,
        flash=None if flash is None else _flash(truth, card, flash),
        badges=list(card.badges),
        image=card.image or None,
        story=card.story or None,
    )


def _flash(truth: Truth, card: Card, flash: Flash) -> Document:
    return _present(
        id=flash.id,
        price=flash.price,
        left=flash_left(card, truth.units[card.stock_card]),
        limit=flash.limit,
        starts=flash.starts_ms,
        ends=flash.ends_ms,
    )


def _card_for_crew(card: Card, units: Units, gross_kind: GrossKind) -> Document:
    finished = [window for window in card.windows if window[1] is not None]
    return _present(
        of=card.of or None,
        product=card.product or None,
        allocated=units.allocated,
        free=units.free,
        held=units.held,
        safety=card.safety,
        floor=card.floor,
        offered=units.offered,
        waiting=units.waiting,
        orders=units.orders,
        gross=gross_of(units, gross_kind),
        donation=card.donation,
        window_orders=units.window_orders,
        script=card.script or None,
        plan_s=card.plan_s or None,
        windows=len(card.windows),
        window_ms=sum(end - start for start, end in finished if end is not None),
    )


def _flash_for_crew(truth: Truth, flash: Flash) -> Document:
    """A flash sale from its preparation to its end; `left` is told while it has a claim."""
    card, now_ms = truth.cards[flash.card], truth.as_of_ms
    has_claim = flash.has_claim(now_ms)
    return _present(
        card=flash.card,
        price=flash.price,
        units=flash.units,
        limit=flash.limit,
        countdown_s=flash.countdown_s,
        lasts_s=flash.lasts_s,
        state=flash.state(now_ms),
        left=flash_left(card, truth.units[card.stock_card]) if has_claim else None,
        starts=flash.starts_ms,
        ends=flash.ends_ms,
        ended=flash.ended_ms,
    )


def _tally(truth: Truth, gross_kind: GrossKind) -> Document:
    tally = truth.tally
    counts: Document = {
        "viewers": tally.viewers,
        "concurrent": truth.concurrent,
        "likes": tally.likes,
        "orders": tally.orders,
    }
    if truth.session.public_gross:
        counts["gross"] = gross_of(tally, gross_kind)
    if truth.session.fund:
        counts["donated"] = tally.donated
    return counts


def _present(**values: Any) -> Document:
    return {name: value for name, value in values.items() if value is not None}
