"""What single viewers are told of the waitlist: their offer, and their place in the queue.

Level-triggered like the documents: what holds is worked out from the truth, and whoever sees a
difference gets a frame of their own. Nobody else hears of it. While nothing changes it costs two
comparisons a tick.
"""

from collections.abc import Iterable

from livesell.domain.role import MAY_ORDER
from livesell.domain.truth import Truth
from livesell.domain.waitlist import Waiting, units_of
from livesell.push.frames import frame_of
from livesell.push.room import Room
from livesell.push.seat import Seat
from livesell.push.setting import Setting
from livesell.wire import OfferFrame, QueueFrame

Told = OfferFrame | QueueFrame

# In a rush of joins everyone's place is told this often; an offer is told at once.
PLACES_EVERY_S = 1.0


class Promises:
    """The waitlist of one room."""

    def __init__(self, room: Room, setting: Setting) -> None:
        self._room = room
        self._setting = setting
        self._told: dict[tuple[str, str], Told] = {}
        self._queue: list[Waiting] = []
        # The change of the waitlist, and of the session, that the parts above are made from.
        self._queue_read = 0
        self._told_of = (0, 0)
        self._places_due = 0.0

    async def tell(self, truth: Truth) -> None:
        """Sends frames to whom something changed for.

        Raises:
            Busy: The store is away; nothing was sent, the next tick tries again.
        """
        basis = (truth.queue, truth.version)
        if truth.queue == 0 or (basis == self._told_of and truth.queue == self._queue_read):
            return
        await self._read_queue(truth)
        told = self._holding(truth)
        ended = await self._ended(truth, self._told.keys() - told.keys())
        changed = {key: frame for key, frame in told.items() if self._told.get(key) != frame}
        self._told, self._told_of = told, basis
        self._room.promised = _by_viewer(told.items())
        self._send(_by_viewer([*changed.items(), *ended]))

    async def _read_queue(self, truth: Truth) -> None:
        now = self._setting.steady()
        if truth.queue != self._queue_read and now >= self._places_due:
            self._places_due = now + PLACES_EVERY_S
            self._queue = await self._setting.store.waitlist.queue(self._room.session_id)
            self._queue_read = truth.queue

    def _holding(self, truth: Truth) -> dict[tuple[str, str], Told]:
        """What holds now. Who was offered something is not in the queue, however old that is."""
        offers: dict[tuple[str, str], Told] = {}
        for card, viewer, units, until_ms in truth.offers:
            price = truth.cards[card].price
            offers[viewer, card] = OfferFrame(card=card, units=units, until=until_ms, price=price)
        self._queue = [one for one in self._queue if (one.viewer, one.card) not in offers]
        places: dict[tuple[str, str], Told] = {
            (one.viewer, one.card): QueueFrame(
                card=one.card,
                units=units_of(truth.cards[one.card], one.pieces),
                state="waiting",
                place=one.place,
            )
            for one in self._queue
            if one.card in truth.cards
        }
        return places | offers

    async def _ended(
        self, truth: Truth, gone: Iterable[tuple[str, str]]
    ) -> list[tuple[tuple[str, str], Told]]:
        """How it ended for those who neither wait nor are offered something any more."""
        who = sorted(gone)
        states = await self._setting.store.waitlist.states(
            truth.session.id, [(card, viewer) for viewer, card in who]
        )
        return [
            (
                (viewer, card),
                QueueFrame(card=card, units=self._told[viewer, card].units, state=state),
            )
            for viewer, card in who
            if (state := states.get((card, viewer), "left")) not in ("waiting", "offered")
        ]

    def _send(self, frames: dict[str, list[Told]]) -> None:
        if frames:
            for seat in list(self._room.viewers.seats):
                if seat.pass_.viewer in frames:
                    send_promises(seat, frames[seat.pass_.viewer])


def send_promises(seat: Seat, frames: list[Told]) -> None:
    """Sends a viewer's page what concerns that viewer; an overlay with the same id is no buyer."""
    if frames and seat.is_open and seat.pass_.role in MAY_ORDER:
        seat.send(b"".join(frame_of(frame) for frame in frames))


def _by_viewer(frames: Iterable[tuple[tuple[str, str], Told]]) -> dict[str, list[Told]]:
    found: dict[str, list[Told]] = {}
    for (viewer, _), frame in frames:
        found.setdefault(viewer, []).append(frame)
    return found
