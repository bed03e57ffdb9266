"""Every figure that a screen, an export or a poster shows is computed here, and nowhere else.

Source: the project's glossary of terms and figures. A ratio with a zero denominator is None.
"""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from livesell.domain.card import Units, window_ms
from livesell.domain.session import live_ms
from livesell.domain.truth import Bucket, Tally, Truth

# "paid" is what was captured, refunds still in it; "ordered" the orders that stand.
GrossKind = Literal["ordered", "paid"]

_MINUTE_MS = 60_000


class CardFigures(Struct, frozen=True, kw_only=True):
    """One card's part of the session.

    `window_*` was ordered while the card was being explained, `window_gross` too. Stock (allocated
    to `written_off`) is in pieces, and stands on the card that keeps it.
    """

    card: str
    slot: int
    title: str
    price: int
    allocated: int
    free: int
    held: int
    sold: int
    written_off: int
    orders: int
    units: int
    gross: int
    ordered: int
    paid: int
    refunded: int
    windows: int
    window_s: int
    window_orders: int
    window_units: int
    window_gross: int


class Figures(Struct, frozen=True, kw_only=True):
    """The figures of a session at `as_of` (epoch ms); money in minor units of `currency`.

    `ordered`, `orders`, `units` and `buyers` are of the orders that stand; `held_*` of those that
    are not paid yet. `net` is paid less refunded. `offline_*` are in none of the others. The
    averages and ratios of money are of `gross`, hence of paid orders when gross is what was paid.
    """

    as_of: int
    currency: str
    live_s: int
    gross_kind: GrossKind
    gross: int
    ordered: int
    paid: int
    refunded: int
    net: int
    orders: int
    paid_orders: int
    held_orders: int
    held_amount: int
    cancelled_orders: int
    expired_orders: int
    offline_orders: int
    offline_units: int
    offline_amount: int
    units: int
    buyers: int
    average_order: int | None
    per_buyer: int | None
    viewers: int
    views: int
    concurrent: int
    peak: int
    average_concurrent: float | None
    watch_s: int
    average_watch_s: float | None
    likes: int
    likers: int
    conversion: float | None
    uv_value: float | None
    gross_per_thousand_views: float | None
    donated: int
    cards: tuple[CardFigures, ...]


def figures(
    truth: Truth,
    timeline: dict[int, Bucket],
    gross_kind: GrossKind,
    watch_ms: int | None = None,
) -> Figures:
    """The session's figures.

    Args:
        timeline: Buckets by their start, epoch ms.
        gross_kind: Which sum the configuration calls gross.
        watch_ms: The watch time with each viewer capped at the live length; the store computes
            it over all viewers. Without it the uncapped running total is used.
    """
    tally = truth.tally
    watched_ms = tally.watch_ms if watch_ms is None else watch_ms
    gross = gross_of(tally, gross_kind)
    counted = tally.paid_orders if gross_kind == "paid" else tally.orders
    return Figures(
        as_of=truth.as_of_ms,
        currency=truth.session.currency,
        live_s=live_ms(truth.session, truth.as_of_ms) // 1000,
        gross_kind=gross_kind,
        gross=gross,
        ordered=tally.ordered,
        paid=tally.paid,
        refunded=tally.refunded,
        net=tally.paid - tally.refunded,
        orders=tally.orders,
        paid_orders=tally.paid_orders,
        held_orders=tally.held_orders,
        held_amount=tally.held_amount,
        cancelled_orders=tally.cancelled_orders,
        expired_orders=tally.expired_orders,
        offline_orders=tally.offline_orders,
        offline_units=tally.offline_units,
        offline_amount=tally.offline_amount,
        units=tally.units,
        buyers=tally.buyers,
        average_order=_whole(gross, counted),
        per_buyer=_whole(gross, tally.buyers),
        viewers=tally.viewers,
        views=tally.views,
        concurrent=truth.concurrent,
        peak=tally.peak,
        average_concurrent=average_concurrent(timeline),
        watch_s=watched_ms // 1000,
        average_watch_s=_ratio(watched_ms / 1000, tally.viewers, 1),
        likes=tally.likes,
        likers=tally.likers,
        conversion=_ratio(tally.buyers, tally.viewers, 4),
        uv_value=_ratio(gross, tally.viewers, 1),
        gross_per_thousand_views=_ratio(gross * 1000, tally.views, 1),
        donated=tally.donated,
        cards=tuple(_card_figures(truth, gross_kind)),
    )


class Sums(Struct, frozen=True, kw_only=True):
    """What several sessions of one currency made together; names as in `Figures`."""

    currency: str
    gross_kind: GrossKind
    sessions: int
    gross: int
    ordered: int
    paid: int
    refunded: int
    net: int
    orders: int
    paid_orders: int
    units: int
    offline_orders: int
    offline_amount: int
    donated: int


class EventFigures(Struct, frozen=True, kw_only=True):
    """The figures of several sessions as one event, at `as_of` (epoch ms).

    `viewers` and `buyers` are distinct over all sessions, `views` and `likes` are summed. `peak` is
    the largest of one session. Money stands apart for each currency.
    """

    as_of: int
    sessions: int
    live_s: int
    viewers: int
    buyers: int
    views: int
    likes: int
    peak: int
    sums: tuple[Sums, ...]


def event_figures(
    parts: Sequence[Figures], *, viewers: int, buyers: int, as_of_ms: int
) -> EventFigures:
    """The figures of sessions that belong together.

    Args:
        viewers: Distinct ids over all of them; the store counts them.
        buyers: The same of those with an order that stands.
    """
    currencies = sorted({one.currency for one in parts})
    return EventFigures(
        as_of=as_of_ms,
        sessions=len(parts),
        live_s=sum(one.live_s for one in parts),
        viewers=viewers,
        buyers=buyers,
        views=sum(one.views for one in parts),
        likes=sum(one.likes for one in parts),
        peak=max((one.peak for one in parts), default=0),
        sums=tuple(_sums([one for one in parts if one.currency == name]) for name in currencies),
    )


_SUMMED = (
    "gross", "ordered", "paid", "refunded", "net", "orders", "paid_orders", "units",
    "offline_orders", "offline_amount", "donated",
)  # fmt: skip


def _sums(parts: Sequence[Figures]) -> Sums:
    """Of sessions in one currency; there is at least one."""
    return Sums(
        currency=parts[0].currency,
        gross_kind=parts[0].gross_kind,
        sessions=len(parts),
        **{name: sum(getattr(one, name) for one in parts) for name in _SUMMED},
    )


def gross_of(counts: Tally | Units | Bucket, kind: GrossKind) -> int:
    """The sum that the configuration calls gross."""
    return counts.paid if kind == "paid" else counts.ordered


def _card_figures(truth: Truth, gross_kind: GrossKind) -> list[CardFigures]:
    rows = []
    for card in sorted(truth.cards.values(), key=lambda card: card.slot):
        units = truth.units[card.id]
        rows.append(
            CardFigures(
                card=card.id,
                slot=card.slot,
                title=card.title,
                price=card.price,
                allocated=units.allocated,
                free=units.free,
                held=units.held,
                sold=units.sold,
                written_off=units.written_off,
                orders=units.orders,
                units=units.units,
                gross=gross_of(units, gross_kind),
                ordered=units.ordered,
                paid=units.paid,
                refunded=units.refunded,
                windows=len(card.windows),
                window_s=window_ms(card, truth.as_of_ms) // 1000,
                window_orders=units.window_orders,
                window_units=units.window_units,
                window_gross=units.window_ordered,
            )
        )
    return rows


def average_concurrent(timeline: dict[int, Bucket]) -> float | None:
    """The mean of each minute's maximum; minutes without a sample are left out."""
    maxima: dict[int, int] = {}
    for start_ms, bucket in timeline.items():
        if bucket.concurrent > 0:
            minute = start_ms // _MINUTE_MS
            maxima[minute] = max(maxima.get(minute, 0), bucket.concurrent)
    return _ratio(sum(maxima.values()), len(maxima), 1)


def _ratio(part: float, whole: int, digits: int) -> float | None:
    return None if whole == 0 else round(part / whole, digits)


def _whole(part: int, whole: int) -> int | None:
    """Money divided, rounded half up to a whole minor unit."""
    return None if whole == 0 else (2 * part + whole) // (2 * whole)
