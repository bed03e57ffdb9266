"""A rehearsal: a copy of a session that runs like one, for chosen viewers, and is then gone. Pure.

The copy is a session of its own under another id, so nothing of the real one is ever touched. It
stands in no list and no figure. Who may see it is decided here; how it is made and removed is
`actions/rehearsal.py`.
"""

import secrets
from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from livesell.domain.card import Card, Units
from livesell.domain.command import Change, Fact
from livesell.domain.decision import created
from livesell.domain.role import Role
from livesell.domain.session import CLOSED, ON_AIR, Session
from livesell.domain.truth import Truth
from livesell.errors import Conflict

# A rehearsal that somebody forgot ends by itself after this.
LASTS_MS = 4 * 3_600_000

# What happened in it can be looked at for this long after its end.
KEPT_MS = 24 * 3_600_000

# A session's id has at most 48 characters; the ending is what no later rehearsal has again, so that
# an old invitation opens nothing.
_ID_CHARS = 48
_ENDING_BYTES = 4


class Rehearsal(Struct, frozen=True, kw_only=True):
    """What the service knows of a rehearsal beside the session that it is.

    Attributes:
        of: The session that it rehearses.
        by: The login name of who started it.
    """

    id: str
    of: str
    made_ms: int
    by: str

    @property
    def ends_ms(self) -> int:
        """When it ends by itself; its invitations are good until then."""
        return self.made_ms + LASTS_MS


def rehearsal_id(session_id: str) -> str:
    """An id that says what it is, and that no other rehearsal has."""
    ending = f"-rehearsal-{secrets.token_hex(_ENDING_BYTES)}"
    return session_id[: _ID_CHARS - len(ending)].rstrip("-") + ending


def check_can_rehearse(session: Session) -> None:
    """Raises `Conflict` (`cannot_rehearse`) while it is on air, when it is over, or for a copy."""
    if session.state in ON_AIR:
        raise Conflict(
            "cannot_rehearse",
            "This session is on air, so it cannot be rehearsed now. Go to its console.",
        )
    if session.state in CLOSED:
        raise Conflict("cannot_rehearse", "This session is over, so there is nothing to rehearse.")
    if session.rehearsal_of:
        raise Conflict("cannot_rehearse", "This is a rehearsal already. Rehearse the session.")


def copied(truth: Truth, rehearsal: Rehearsal) -> Change:
    """The copy of a session: its cards with what can be sold now, its rundown, its flash sales.

    It is scheduled for now, so that invited viewers find it; only a person starts it.
    """
    real = truth.session
    made_ms = rehearsal.made_ms
    blank = replace(
        real,
        id=rehearsal.id,
        rehearsal_of=real.id,
        planned_start_ms=made_ms,
        planned_end_ms=made_ms + _length_ms(real),
        notice="",
        campaign="",
    )
    cards = [_as_it_sells(card) for card in truth.cards.values()]
    change = created(blank, cards, {card.id: _stock(card, truth.units) for card in cards})
    prepared = tuple(flash for flash in real.flashes if flash.starts_ms is None)
    facts = tuple(
        Fact(kind="flash_prepared", data={"flash": one.id, "card": one.card, "price": one.price,
                                          "units": one.units})
        for one in prepared
    )  # fmt: skip
    return replace(
        change,
        session=replace(change.session, rundown=real.rundown, flashes=prepared),
        facts=(*change.facts, *facts),
    )


def _as_it_sells(card: Card) -> Card:
    """A price below the floor or the donation was meant; the copy does not ask again."""
    is_below = card.floor is not None and card.price < card.floor
    floor = None if is_below else card.floor
    return replace(card, floor=floor, donation=min(card.donation, card.price))


def _length_ms(session: Session) -> int:
    if session.planned_start_ms is None or session.planned_end_ms is None:
        return LASTS_MS
    return session.planned_end_ms - session.planned_start_ms


def _stock(card: Card, units: Mapping[str, Units]) -> int:
    """A card that draws on another's stock has none of its own."""
    return 0 if card.of else units[card.id].free


def may_enter(session: Session, role: Role, token_session: str | None) -> bool:
    """Whether a socket with such a token may follow the session: for a rehearsal it has to be a
    token for that very session, which only invited viewers and the crew have.
    """
    return not session.rehearsal_of or role is Role.STAFF or token_session == session.id


def removal_ms(rehearsal: Rehearsal, session: Session) -> int:
    """When all of it is removed: a day after its end, and at once when it was never started."""
    if session.ended_ms is not None:
        return session.ended_ms + KEPT_MS
    return rehearsal.ends_ms
