"""The waitlist in the store: joined, left, tended and read; each step is one script."""

from collections.abc import Iterable, Sequence

from livesell.domain.card import Card
from livesell.domain.ids import check_token_id
from livesell.domain.waitlist import (
    WAIT_REFUSALS,
    QueueEntry,
    State,
    Waiting,
    not_waiting,
    units_of,
    wait_refusal,
)
from livesell.errors import NotAllowed
from livesell.store.connect import Command, Link
from livesell.store.pulled import pairs
from livesell.store.scripts import script

# What one call of the store may change; the rest follows at once. A queue of thousands that ends
# with its show must not hold up the orders of other shows.
MOST_STEPS = 200

_STATES: dict[bytes, State] = {
    b"waiting": "waiting",
    b"offered": "offered",
    b"taken": "taken",
    b"lapsed": "lapsed",
    b"left": "left",
}


class Waitlist:
    """The queues of all sessions."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def join(
        self,
        session_id: str,
        viewer: str,
        card_id: str,
        units: int,
        *,
        most_units: int,
        most_entries: int,
        now_ms: int,
    ) -> QueueEntry:
        """Puts a viewer at the end of a card's queue; asking again changes nothing.

        Raises:
            Refused: A rule of `WAIT_REFUSALS` says no.
            NotAllowed: `banned`.
            Busy: Not executed.
            OutcomeUnknown: Perhaps executed; ask again.
        """
        command = self._link.call(
            script("join_queue"),
            session_id,
            now_ms,
            check_token_id(viewer, "viewer"),
            card_id,
            units,
            most_units,
            most_entries,
        )
        ((word, count, number),) = await self._link.write(command)
        match word.decode():
            case "joined" | "waiting" as what:
                is_new = what == "joined"
                return QueueEntry(
                    card=card_id, state="waiting", units=count, place=number, is_new=is_new
                )
            case "offered":
                return QueueEntry(card=card_id, state="offered", units=count, until_ms=number)
            case "limit" | "in_stock" as code:
                raise wait_refusal(code, left=count)
            case "already_waiting" as code:
                raise wait_refusal(code, units=count)
            case "banned" as code:
                raise NotAllowed(code, WAIT_REFUSALS[code])
            case code:
                raise wait_refusal(code)

    async def leave(self, session_id: str, viewer: str, card_id: str, now_ms: int) -> QueueEntry:
        """Takes a viewer out of a card's queue; whoever is offered something declines it.

        Raises:
            NotFound: `not_waiting`.
        """
        command = self._link.call(
            script("leave_queue"),
            session_id,
            now_ms,
            check_token_id(viewer, "viewer"),
            card_id,
            self._link.keys.wake(session_id),
        )
        ((state, units),) = await self._link.write(command)
        if not state:
            raise not_waiting()
        return QueueEntry(card=card_id, state=_STATES[state], units=units)

    async def tend(self, session_id: str, *, offer_ms: int, now_ms: int) -> int | None:
        """Ends what is over and offers what is free; safe to repeat, and in many processes.

        Returns:
            When it is to be called again, epoch ms; None when only a change can make a
            difference, and changes are told on the wake channel.
        """
        command = self._link.call(
            script("tend_queue"),
            session_id,
            now_ms,
            offer_ms,
            MOST_STEPS,
            self._link.keys.wake(session_id),
        )
        (next_ms,) = await self._link.write(command)
        return int(next_ms) or None

    async def queue(self, session_id: str) -> list[Waiting]:
        """Everyone who waits, in order within each card."""
        (flat,) = await self._link.read(self._link.call(script("read_queue"), session_id))
        found: list[Waiting] = []
        places: dict[str, int] = {}
        for member, entry in pairs(flat):
            card_id, _, viewer = member.decode().split("/", 2)
            state, pieces, _ = entry.split()
            if state == b"waiting":
                places[card_id] = places.get(card_id, 0) + 1
                found.append(Waiting(card_id, viewer, int(pieces), places[card_id]))
        return found

    async def states(
        self, session_id: str, who: Sequence[tuple[str, str]]
    ) -> dict[tuple[str, str], State]:
        """The state of each (card, viewer) that has an entry."""
        if not who:
            return {}
        found = await self._entries(session_id, [f"{card}/{viewer}" for card, viewer in who])
        return {
            one: _STATES[entry.split()[0]]
            for one, entry in zip(who, found, strict=True)
            if entry is not None
        }

    async def of_viewer(
        self, session_id: str, viewer: str, cards: Iterable[Card]
    ) -> list[QueueEntry]:
        """What became of a viewer's wishes for these cards, in their order."""
        shelf = list(cards)
        if not shelf:
            return []
        check_token_id(viewer, "viewer")
        entries = await self._entries(session_id, [f"{card.id}/{viewer}" for card in shelf])
        found = {
            card.id: (_STATES[state], units_of(card, int(pieces)), int(number))
            for card, entry in zip(shelf, entries, strict=True)
            if entry is not None
            for state, pieces, number in [entry.split()]
        }
        waiting = [card_id for card_id, (state, _, _) in found.items() if state == "waiting"]
        counts = await self._places(session_id, viewer, {one: found[one][2] for one in waiting})
        return [
            QueueEntry(
                card=card_id,
                state=state,
                units=units,
                place=counts.get(card_id),
                until_ms=number if state == "offered" else None,
            )
            for card_id, (state, units, number) in found.items()
        ]

    async def _entries(self, session_id: str, fields: list[str]) -> list[bytes | None]:
        (found,) = await self._link.read(
            ("HMGET", self._link.keys.of(session_id, "entries"), *fields)
        )
        return list(found)

    async def _places(self, session_id: str, viewer: str, seqs: dict[str, int]) -> dict[str, int]:
        if not seqs:
            return {}
        key = self._link.keys.of(session_id, "waiting")
        commands: list[Command] = [
            ("ZLEXCOUNT", key, f"[{card_id}/", f"[{card_id}/{seq:012}/{viewer}")
            for card_id, seq in seqs.items()
        ]
        counts = await self._link.read(*commands)
        return dict(zip(seqs, counts, strict=True))
