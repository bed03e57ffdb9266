"""From what the store knows to what a picture says: labels, money and times in words."""

from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from livesell.domain.card import Card
from livesell.domain.figures import CardFigures, Figures
from livesell.domain.money import format_minor
from livesell.domain.session import Session, zone_of
from livesell.domain.shelf import most_units, price_now
from livesell.domain.truth import Truth
from livesell.pictures.lower_third import Availability, LowerThird
from livesell.pictures.poster import MAX_CARDS, PosterData, TopCard
from livesell.pictures.share_card import ShareCard

Language = Literal["zh", "en"]

# Under this many free units the stock line turns urgent.
LOW_STOCK = 10

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "slot": "{n} 号链接",
        "stock": "库存 {n} 件",
        "low": "仅剩 {n} 件",
        "sold_out": "已售罄",
        "closed": "暂未上架",
        "kicker": "直播战报",
        "host": "主播 {name}",
        "gross_ordered": "销售额（下单）",
        "gross_paid": "销售额（支付）",
        "viewers": "观看人数",
        "peak": "最高在线",
        "likes": "点赞",
        "orders": "订单数",
        "units": "件数",
        "buyers": "下单人数",
        "donated": "公益金",
        "cards": "热卖榜",
        "sold": "{n} 件",
        "as_of": "数据截至 {time}",
        "fund": "公益金捐入：{name}",
        "kicker_draft": "未公布",
        "kicker_scheduled": "直播预告",
        "kicker_live": "正在直播",
        "kicker_paused": "正在直播",
        "kicker_ended": "直播已结束",
        "kicker_cancelled": "直播已取消",
        "kicker_missed": "未开播",
    },
    "en": {
        "slot": "No. {n}",
        "stock": "{n} left",
        "low": "Only {n} left",
        "sold_out": "Sold out",
        "closed": "Not open yet",
        "kicker": "Results",
        "host": "Host: {name}",
        "gross_ordered": "Gross sales (ordered)",
        "gross_paid": "Gross sales (paid)",
        "viewers": "Viewers",
        "peak": "Peak concurrent",
        "likes": "Likes",
        "orders": "Orders",
        "units": "Units",
        "buyers": "Buyers",
        "donated": "Donated",
        "cards": "Best sellers",
        "sold": "{n} sold",
        "as_of": "Figures as of {time}",
        "fund": "Donations go to: {name}",
        "kicker_draft": "Not announced",
        "kicker_scheduled": "Coming live",
        "kicker_live": "Live now",
        "kicker_paused": "Live now",
        "kicker_ended": "Broadcast over",
        "kicker_cancelled": "Cancelled",
        "kicker_missed": "Did not start",
    },
}

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def language_of(value: str) -> Language:
    """The language to write in: Chinese for any kind of "zh", else English."""
    return "zh" if value.lower().startswith("zh") else "en"


def scene_of(truth: Truth, language: str) -> LowerThird | None:
    """What the lower third shows now; None when no card is being shown."""
    card = truth.cards.get(truth.session.shown or "")
    if card is None:
        return None
    words, currency = _WORDS[language_of(language)], truth.session.currency
    left, price = most_units(truth, card), price_now(truth, card)
    state = _availability(card, left)
    # In a flash sale the card's own price is the one struck through.
    was = card.was if price == card.price else card.price
    return LowerThird(
        slot=card.slot,
        slot_text=words["slot"].format(n=card.slot),
        title=card.title,
        price_text=format_minor(price, currency),
        was_text=None if was is None else format_minor(was, currency),
        stock_text=words["stock" if state == "open" else state].format(n=f"{left:,}"),
        badges=card.badges,
        state=state,
    )


def _availability(card: Card, left: int) -> Availability:
    """The same rule as the pages' `stock.js`, so that still and browser source agree."""
    if left <= 0:
        return "sold_out"
    if not card.open:
        return "closed"
    return "low" if left <= LOW_STOCK else "open"


def poster_of(
    truth: Truth,
    figures: Figures,
    language: str,
    *,
    with_gross: bool,
    address: str | None = None,
) -> PosterData:
    """What the result poster says.

    Args:
        with_gross: Whether sales may be seen; without them the headline is the orders, and no
            amount of money is on the poster but what was donated.
        address: Put into the QR code.
    """
    in_language = language_of(language)
    words, session = _WORDS[in_language], truth.session
    return PosterData(
        title=session.title,
        host=words["host"].format(name=session.host),
        date_text=_span_text(session, in_language),
        kicker=words["kicker"],
        headline=_headline(figures, words, with_gross=with_gross),
        figures=_grid(session, figures, words, with_gross=with_gross),
        cards_label=words["cards"],
        cards=tuple(_top_card(card, words) for card in _best(figures)),
        footer=_footer(truth, figures, words, in_language),
        qr_text=address,
    )


def share_card_of(truth: Truth, language: str) -> ShareCard:
    """What the picture of a shared link says."""
    in_language = language_of(language)
    words, session = _WORDS[in_language], truth.session
    return ShareCard(
        title=session.title,
        host=words["host"].format(name=session.host),
        date_text=_zoned_span(session, in_language),
        kicker=words[f"kicker_{session.state.value}"],
    )


def _zoned_span(session: Session, language: Language) -> str:
    """The times with their zone, because a link is read anywhere."""
    span = _span_text(session, language)
    return f"{span} ({session.zone})" if span else ""


def _headline(figures: Figures, words: dict[str, str], *, with_gross: bool) -> tuple[str, str]:
    """Gross sales are always labelled with which they are."""
    if not with_gross:
        return words["orders"], f"{figures.orders:,}"
    return words[f"gross_{figures.gross_kind}"], format_minor(figures.gross, figures.currency)


def _grid(
    session: Session, figures: Figures, words: dict[str, str], *, with_gross: bool
) -> tuple[tuple[str, str], ...]:
    names = ["viewers", "peak", "likes", *(["orders"] if with_gross else []), "units", "buyers"]
    grid = [(words[name], f"{getattr(figures, name):,}") for name in names]
    if session.fund:
        donated = (words["donated"], format_minor(figures.donated, figures.currency))
        grid = [*grid[:5], donated]
    return tuple(grid)


def _best(figures: Figures) -> list[CardFigures]:
    """The cards with the most units; of equals, the lower slot number."""
    sold = [card for card in figures.cards if card.sold > 0]
    return sorted(sold, key=lambda card: (-card.sold, card.slot))[:MAX_CARDS]


def _top_card(card: CardFigures, words: dict[str, str]) -> TopCard:
    return TopCard(
        slot=card.slot, title=card.title, units_text=words["sold"].format(n=f"{card.sold:,}")
    )


def _footer(truth: Truth, figures: Figures, words: dict[str, str], language: Language) -> str:
    zone = zone_of(truth.session)
    moment = _at(figures.as_of, zone)
    as_of = words["as_of"].format(time=f"{_date_text(moment, language)} {moment:%H:%M}")
    if not truth.session.fund:
        return as_of
    separator = "。" if language == "zh" else ". "
    return words["fund"].format(name=truth.session.fund) + separator + as_of


def _span_text(session: Session, language: Language) -> str:
    """When it was live, in the session's own zone; the plan where it was not live."""
    zone = zone_of(session)
    start_ms = session.planned_start_ms if session.started_ms is None else session.started_ms
    end_ms = session.planned_end_ms if session.ended_ms is None else session.ended_ms
    if start_ms is None:
        return ""
    start = _at(start_ms, zone)
    text = f"{_date_text(start, language)} {start:%H:%M}"
    if end_ms is None:
        return text
    end = _at(end_ms, zone)
    is_same_day = start.date() == end.date()
    return text + "–" + ("" if is_same_day else f"{_date_text(end, language)} ") + f"{end:%H:%M}"


def _at(at_ms: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(zone)


def _date_text(moment: datetime, language: Language) -> str:
    if language == "zh":
        return f"{moment.year}年{moment.month}月{moment.day}日"
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"
