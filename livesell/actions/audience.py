"""What a moderator does: look at the audience, mute and ban, take that back.

The list is read from the store in slices when somebody looks, and only what is shown is kept, so
nothing about it slows a show down. It is as of the last beats: some seconds old.
"""

import asyncio

from msgspec import Struct

from livesell.clock import Clock
from livesell.domain.audience import (
    HERE_MS,
    AudiencePage,
    Moderated,
    Place,
    Ranking,
    Shown,
    Sort,
    Spectator,
    Verb,
    bought,
    check_cause,
    matches,
    order_number,
    place_text,
    read_place,
)
from livesell.domain.owning import check_owner
from livesell.domain.person import Actor
from livesell.domain.role import Right, require_right
from livesell.domain.session import ON_AIR
from livesell.domain.text import clean_line
from livesell.domain.truth import Truth
from livesell.errors import BadInput
from livesell.store import Readable, Store
from livesell.store.audience import held_back_of, mark_of, no_such_viewer

# The hash that has everyone of each part of the list, and the one that has its order.
_SOURCES: dict[Shown, str] = {
    "all": "seen", "here": "seen", "muted": "muted", "banned": "banned", "held_back": "held_back",
}  # fmt: skip
_ORDERS: dict[Sort, str] = {"recent": "seen", "likes": "liked", "held_back": "held_back"}
_ABOUT = ("seen", "liked", "held_back", "muted", "banned")


class Wanted(Struct, frozen=True, kw_only=True):
    """Which part of the list; `find` is an order number or a part of an id."""

    shown: Shown = "all"
    sort: Sort = "recent"
    find: str = ""
    after: str = ""
    limit: int = 50


class Moderation:
    """The audience of every session."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        # However many look at once, the store is read through by one of them at a time.
        self._reading = asyncio.Lock()

    async def moderate(
        self, truth: Truth, verb: Verb, viewer: str, cause: str, *, by: Actor
    ) -> Moderated:
        """Mutes or bans a viewer, or takes it back. A banned one also leaves all queues.

        Orders that were placed stay: they are the shop's to cancel.

        Raises:
            NotAllowed: The role may not, or it is another host's session.
            NotFound: `no_such_viewer`.
            BadInput: The cause is empty, too long, or no plain text.
            Conflict: `session_archived`.
        """
        require_right(by.role, Right.MODERATE)
        check_owner(by, truth.session)
        session_id = truth.session.id
        said = check_cause(cause, required=verb in ("mute", "ban"))
        await self._store.archives.check_in_store(session_id)
        try:
            done = await self._store.audience.moderate(
                session_id, verb, viewer, by=by.name, cause=said, now_ms=self._clock()
            )
        except BadInput as error:
            raise no_such_viewer() from error
        if verb == "ban":
            await self._leave_queues(truth, viewer)
        return done

    async def _leave_queues(self, truth: Truth, viewer: str) -> None:
        """Nobody has to wait behind someone who cannot buy."""
        session_id, waitlist = truth.session.id, self._store.waitlist
        for entry in await waitlist.of_viewer(session_id, viewer, truth.cards.values()):
            if entry.state in ("waiting", "offered"):
                await waitlist.leave(session_id, viewer, entry.card, self._clock())

    async def page(self, truth: Truth, wanted: Wanted, *, by: Actor) -> AudiencePage:
        """One part of the list of viewers.

        Raises:
            NotAllowed: The role may not, or it is another host's session.
            BadInput: `find` or `after` cannot be read.
        """
        require_right(by.role, Right.MODERATE)
        check_owner(by, truth.session)
        session_id = truth.session.id
        find = clean_line(wanted.find, "find", max_chars=64)
        ranking = Ranking(wanted.limit, read_place(wanted.after) if wanted.after else None)
        place = await self._store.holding(session_id)
        now_ms = self._clock() if truth.session.state in ON_AIR else None
        async with self._reading:
            await _rank(place, truth, wanted, find, ranking, now_ms)
        viewers = [one.viewer for one in ranking.places]
        names = ("seen", "muted", "banned", "held_back")
        counts = dict(zip(names, await place.audience.counts(session_id, names), strict=True))
        return AudiencePage(
            rows=await _spectators(place, session_id, viewers, now_ms),
            next=place_text(ranking.places[-1]) if ranking.has_more else "",
            counts={"all": counts.pop("seen"), "here": truth.concurrent, **counts},
        )

    async def one(self, truth: Truth, viewer: str) -> Spectator:
        """One viewer, as in the list. Raises `NotFound` when nobody has heard of them."""
        place = await self._store.holding(truth.session.id)
        now_ms = self._clock() if truth.session.state in ON_AIR else None
        (found,) = await _spectators(place, truth.session.id, [viewer], now_ms)
        return found


async def _rank(
    place: Readable,
    truth: Truth,
    wanted: Wanted,
    find: str,
    ranking: Ranking,
    now_ms: int | None,
) -> None:
    """Reads everyone who comes into question, and keeps the first."""
    session_id = truth.session.id
    n = order_number(find) if find else None
    buyer = await place.audience.who_ordered(session_id, n) if n is not None else None
    is_number_only = find.startswith(("#", "＃"))
    source, order = _SOURCES[wanted.shown], _ORDERS[wanted.sort]
    async for slice_ in place.audience.slices(session_id, source):
        found = {
            viewer: value
            for viewer, value in slice_.items()
            if not find or viewer == buyer or (not is_number_only and matches(viewer, find))
        }
        if wanted.shown == "here":
            found = {
                viewer: seen
                for viewer, seen in found.items()
                if viewer not in truth.banned and _is_here(seen, now_ms)
            }
        if found and order != source:
            (values,) = await place.audience.values(session_id, [order], list(found))
        else:
            values = list(found.values())
        ranking.add(
            Place(_number(order, value), viewer)
            for viewer, value in zip(found, values, strict=True)
        )


def _number(order: str, value: bytes | None) -> int:
    return sum(held_back_of(value)) if order == "held_back" else int(value or 0)


def _is_here(seen: bytes | None, now_ms: int | None) -> bool:
    return seen is not None and now_ms is not None and now_ms - int(seen) <= HERE_MS


async def _spectators(
    place: Readable, session_id: str, viewers: list[str], now_ms: int | None
) -> list[Spectator]:
    """All that is told of these viewers."""
    columns = await place.audience.values(session_id, _ABOUT, viewers)
    orders = await place.audience.orders_of(session_id, viewers)
    rows = []
    for viewer, seen, likes, held_back, muted, banned in zip(
        viewers, *columns, strict=True
    ):  # fmt: skip
        own = bought(order for order in orders.get(viewer, []) if order.way == "online")
        rows.append(
            Spectator(
                viewer=viewer,
                name=own.name,
                seen_ms=None if seen is None else int(seen),
                is_here=banned is None and _is_here(seen, now_ms),
                likes=int(likes or 0),
                held_back=held_back_of(held_back),
                bought=own,
                muted=mark_of(muted),
                banned=mark_of(banned),
            )
        )
    return rows
