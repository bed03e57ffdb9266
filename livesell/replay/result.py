"""What came of a replay, and whether everything was counted exactly. Pure.

Five ways of counting stand side by side: what the plan expects, what the viewers sent, what was
acknowledged to them, what the service counts, and what its ledger and records add up to.
"""

from itertools import pairwise

from msgspec import Struct

from livesell.domain.figures import Figures
from livesell.domain.money import format_minor
from livesell.domain.recount import Recount
from livesell.replay.histogram import Histogram, Summary
from livesell.replay.plan import Expected
from livesell.replay.talk import Counts, Result
from livesell.replay.usage import Use


class Row(Struct, frozen=True, kw_only=True):
    """One thing in its five counts; None where a way of counting does not see it."""

    what: str
    planned: int | None = None
    sent: int | None = None
    acknowledged: int | None = None
    counted: int | None = None
    recounted: int | None = None
    is_money: bool = False

    @property
    def counts(self) -> list[tuple[str, int]]:
        """The counts that there are, in order, by their name."""
        names = ("planned", "sent", "acknowledged", "counted", "recounted")
        pairs = ((name, getattr(self, name)) for name in names)
        return [(name, number) for name, number in pairs if number is not None]


class Played(Struct, frozen=True, kw_only=True):
    """What the audience and the host did, before anything is compared.

    Attributes:
        witnesses: How many viewers folded every patch to the end.
        troubles: What went wrong on the way, in sentences; each makes the replay inexact.
        likes_shown: The likes that the witnesses' last document shows.
        waited_ms: Answers to the host's moves.
    """

    session: str
    expected: Expected
    results: list[Result]
    witnesses: int
    troubles: list[str]
    likes_shown: int | None
    moves: int
    uses: list[Use]


class ReplayResult(Struct, frozen=True, kw_only=True):
    """A finished replay. Latencies in ms: patches from when they were built, orders from when
    they were first sent; those whose connection dropped meanwhile are left out of the latter.
    """

    scenario: str
    session: str
    speed: float
    seconds: float
    is_exact: bool
    differences: list[str]
    rows: list[Row]
    delivery: Summary
    acknowledgement: Summary
    processes: list[Use]
    witnesses: int
    moves: int
    traffic: Counts
    figures: Figures
    recount_checks: int


def compared(
    played: Played, figures: Figures, recounted: Recount, *, scenario: str, speed: float,
    seconds: float,
) -> ReplayResult:  # fmt: skip
    """Puts all counts side by side and names every difference in a sentence."""
    traffic, delivery, acknowledgement = _merged(played.results)
    rows = _rows(played, traffic, figures, recounted)
    differences = [
        *(sentence for row in rows for sentence in _unequal(row, figures.currency)),
        *_card_differences(played.expected, figures),
        *_answer_differences(played, traffic),
        *(
            f"Recount: {one.what} is counted as {one.counted:,}, but its {one.source} "
            f"{'give' if one.source.endswith('s') else 'gives'} {one.recounted:,}."
            for one in recounted.differences
        ),
        *played.troubles,
    ]
    return ReplayResult(
        scenario=scenario,
        session=played.session,
        speed=speed,
        seconds=seconds,
        is_exact=not differences,
        differences=differences,
        rows=rows,
        delivery=delivery.summary(),
        acknowledgement=acknowledgement.summary(),
        processes=played.uses,
        witnesses=played.witnesses,
        moves=played.moves,
        traffic=traffic,
        figures=figures,
        recount_checks=recounted.checks,
    )


def _merged(results: list[Result]) -> tuple[Counts, Histogram, Histogram]:
    traffic, delivery, acknowledgement = Counts(), Histogram(), Histogram()
    for one in results:
        traffic.add(one.counts)
        delivery.merge(one.delivery, one.delivery_max_ms)
        acknowledgement.merge(one.acknowledged, one.acknowledged_max_ms)
    return traffic, delivery, acknowledgement


def _rows(played: Played, traffic: Counts, figures: Figures, recounted: Recount) -> list[Row]:
    expected, totals = played.expected, recounted.totals
    return [
        Row(
            what="viewers", planned=expected.viewers, sent=traffic.joined,
            acknowledged=traffic.greeted, counted=figures.viewers, recounted=totals["viewers"],
        ),
        Row(
            what="likes", planned=expected.likes, sent=traffic.told,
            acknowledged=played.likes_shown, counted=figures.likes, recounted=totals["likes"],
        ),
        Row(
            what="order attempts", planned=expected.attempts, sent=traffic.placed,
            acknowledged=traffic.answered,
        ),
        Row(
            what="orders", planned=expected.orders, acknowledged=traffic.orders,
            counted=figures.orders, recounted=totals["orders"],
        ),
        Row(
            what="units", planned=expected.units, acknowledged=traffic.units,
            counted=figures.units, recounted=totals["units"],
        ),
        Row(
            what="gross", planned=expected.gross, acknowledged=traffic.gross,
            counted=figures.ordered, recounted=totals["ordered"], is_money=True,
        ),
        Row(
            what="donated", planned=expected.donated, counted=figures.donated,
            recounted=totals["donated"], is_money=True,
        ),
        *(
            Row(
                what=f"refused: {code}", planned=expected.refused.get(code, 0),
                acknowledged=traffic.refused.get(code, 0),
            )
            for code in sorted({*expected.refused, *traffic.refused})
        ),
    ]  # fmt: skip


def _unequal(row: Row, currency: str) -> list[str]:
    """A sentence for each two neighbours that differ."""

    def shown(number: int) -> str:
        return format_minor(number, currency) if row.is_money else f"{number:,}"

    return [
        f"{row.what.capitalize()}: {shown(left)} {left_name}, but {shown(right)} {right_name}."
        for (left_name, left), (right_name, right) in pairwise(row.counts)
        if left != right
    ]


def _card_differences(expected: Expected, figures: Figures) -> list[str]:
    sentences = []
    for card in figures.cards:
        planned = expected.cards.get(card.card)
        units, gross = (planned.units, planned.gross) if planned else (0, 0)
        if (card.sold, card.gross) != (units, gross):
            sentences.append(
                f"Card {card.card}: {units:,} units for {format_minor(gross, figures.currency)} "
                f"planned, but {card.sold:,} for {format_minor(card.gross, figures.currency)} "
                "counted."
            )
    return sentences


def _answer_differences(played: Played, traffic: Counts) -> list[str]:
    sentences = []
    unanswered = sum(one.unanswered for one in played.results)
    if unanswered:
        sentences.append(f"{unanswered:,} orders never got an answer.")
    if traffic.contradicted:
        sentences.append(
            f"{traffic.contradicted:,} orders got two answers that cannot both be true."
        )
    sentences += [
        f"{count:,} connections were closed for good with {code}."
        for code, count in sorted(traffic.turned_away.items())
    ]
    sentences += [
        f"{count:,} messages were answered with the error {code}."
        for code, count in sorted(traffic.errors.items())
    ]
    return sentences
