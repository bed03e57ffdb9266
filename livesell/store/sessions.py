"""Sessions as the store keeps them: created and changed by commits, read by pulls."""

from collections.abc import Iterator, Sequence

import msgspec

from livesell.domain.card import Card, lines_of
from livesell.domain.command import Change, Fact
from livesell.domain.session import MAX_LENGTH_MS, ON_AIR, Session
from livesell.domain.truth import Truth
from livesell.errors import Conflict, NotFound
from livesell.store.connect import Command, Link
from livesell.store.pulled import no_such_session, pull_command, truth_of
from livesell.store.scripts import script


class Committed(msgspec.Struct, frozen=True, kw_only=True):
    """A commit that stands. `dup` says that it had been done before, as this version."""

    version: int
    dup: bool = False


# Records that are asked for at once: some 100 kB, so that no reader keeps the store to itself.
CHUNK = 200

_ON_AIR = {state.value.encode() for state in ON_AIR}

_session_decoder = msgspec.json.Decoder(Session)
_encode = msgspec.json.Encoder().encode


class Sessions:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def create(
        self, change: Change, *, command_id: str, digest: str, by: str, now_ms: int
    ) -> Committed:
        """Puts a new session and its first cards into the store.

        Raises:
            Conflict: `session_exists`, or `command_reused`.
        """
        return await self.commit(
            change, expected_version=0, command_id=command_id, digest=digest, by=by, now_ms=now_ms
        )

    async def commit(
        self,
        change: Change,
        *,
        expected_version: int,
        command_id: str,
        digest: str,
        by: str,
        now_ms: int,
    ) -> Committed:
        """Writes a change down, once, if the session still has the version it was decided on.

        One that changes nothing makes no version; its command is remembered all the same.

        Args:
            command_id: Makes it idempotent: the same id again gets the first version.
            digest: Of the command's content, so that a reused id is noticed.

        Raises:
            Conflict: `version_conflict` with the `version` that holds, `below_zero` with what is
                `left`, `card_ordered`, or `command_reused`. Nothing was changed.
            NotFound: `no_such_session`.
        """
        session_id = change.session.id
        *_, (word, number, first_digest) = await self._link.write(
            *self._index_commands(change.session, is_new=expected_version == 0),
            self._link.call(
                script("commit"),
                session_id,
                expected_version,
                command_id,
                digest,
                by,
                now_ms,
                self._link.keys.wake(session_id),
                *_change_arguments(change),
            ),
        )
        match word:
            case b"committed":
                return Committed(version=number)
            case b"dup" if first_digest.decode() == digest:
                return Committed(version=number, dup=True)
        if word == b"conflict":
            await self._list_again(session_id)
        raise _refused(word, number)

    async def _list_again(self, session_id: str) -> None:
        """Lists the session by the plan that stands, after a commit that was refused."""
        (record,) = await self._link.read(
            ("HGET", self._link.keys.of(session_id, "session"), "record")
        )
        commands = []
        if record is not None:
            commands = self._index_commands(_session_decoder.decode(record), is_new=False)
        if commands:
            await self._link.write(*commands)

    def _index_commands(self, session: Session, *, is_new: bool) -> list[Command]:
        """Lists the session by its planned start; a rehearsal is in no list.

        The index has another hash tag, so it cannot be part of the script. It comes first: a
        listed session that does not exist is skipped, an unlisted one would be lost.
        """
        if session.rehearsal_of:
            return []
        start_ms = session.planned_start_ms
        score = "+inf" if start_ms is None else str(start_ms)
        only_known = () if is_new else ("XX",)
        return [("ZADD", self._link.keys.index, *only_known, score, session.id)]

    async def committed(self, session_id: str, command_id: str) -> tuple[int, str] | None:
        """The version and the digest of a command that was done already."""
        (found,) = await self._link.read(
            ("HGET", self._link.keys.of(session_id, "commands"), command_id)
        )
        if found is None:
            return None
        version, _, digest = found.decode().partition(" ")
        return int(version), digest

    async def pull(self, session_id: str, now_ms: int, last: Truth | None = None) -> Truth:
        """All that is known of the session now.

        Args:
            last: An earlier pull; its records are used again while the version is the same.

        Raises:
            NotFound: `no_such_session`.
        """
        known = last if last is not None and last.session.id == session_id else None
        (answer,) = await self._link.read(pull_command(self._link, session_id, known))
        return truth_of(answer, now_ms, known)

    async def planned_between(self, start_ms: int, end_ms: int) -> list[Session]:
        """Sessions whose plan takes some of this time; a plan is 24 hours long at most."""
        (ids,) = await self._link.read(
            ("ZRANGE", self._link.keys.index, start_ms - MAX_LENGTH_MS, f"({end_ms}", "BYSCORE")
        )
        found = await self._records(ids)
        return [one for one in found if (one.planned_end_ms or 0) > start_ms]

    async def on_air(self) -> list[Session]:
        """Sessions that are live or paused."""
        keys = self._link.keys
        (ids,) = await self._link.read(("ZRANGE", keys.index, 0, -1))
        running = []
        for some in _chunks(ids):
            states = await self._link.read(
                *(("HGET", keys.of(one.decode(), "session"), "state") for one in some)
            )
            running += [one for one, state in zip(some, states, strict=True) if state in _ON_AIR]
        return await self._records(running)

    async def all(self) -> list[Session]:
        """Every session, by id; for what looks through all of them."""
        (ids,) = await self._link.read(("ZRANGE", self._link.keys.index, 0, -1))
        return sorted(await self._records(ids), key=lambda one: one.id)

    async def _records(self, ids: Sequence[bytes]) -> list[Session]:
        """The sessions with these ids that there are; a chunk at a time, so that others get on."""
        found: list[Session] = []
        for some in _chunks(ids):
            records = await self._link.read(
                *(("HGET", self._link.keys.of(one.decode(), "session"), "record") for one in some)
            )
            found += [_session_decoder.decode(record) for record in records if record is not None]
        return found

    async def remove_draft(self, session_id: str) -> None:
        """Takes a draft out of the store with all that belongs to it.

        Raises:
            NotFound: `no_such_session`.
            Conflict: `not_a_draft`.
        """
        one = script("remove_draft")
        channel = self._link.keys.wake(session_id)
        (word,) = await self._link.write(self._link.call(one, session_id, channel, *one.keys))
        if word not in (b"removed", b"gone"):
            raise Conflict(
                "not_a_draft",
                "Only a draft can be removed. Cancel this session instead.",
                data={"state": word.decode()},
            )
        (was_listed,) = await self._link.write(("ZREM", self._link.keys.index, session_id))
        if word == b"gone" and not was_listed:
            raise no_such_session()

    async def list(self, limit: int = 200) -> list[Session]:
        """Sessions, those planned latest first; drafts without a plan before them."""
        keys = self._link.keys
        (ids,) = await self._link.read(("ZREVRANGE", keys.index, 0, limit - 1))
        return sorted(await self._records(ids), key=_listed_at, reverse=True)


def _chunks(ids: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    for first in range(0, len(ids), CHUNK):
        yield ids[first : first + CHUNK]


def _change_arguments(change: Change) -> list[str | bytes | int]:
    session = change.session
    arguments: list[str | bytes | int] = [
        int(bool(change.facts)),
        _encode(session),
        str(session.state),
        session.shown or "",
        _text(session.ended_ms),
        len(change.cards),
    ]
    for card in change.cards.values():
        arguments += _card_arguments(card, session)
    arguments.append(len(change.stock))
    for card_id, units in change.stock.items():
        arguments += [card_id, units]
    arguments.append(len(change.claims))
    for card_id, claim in change.claims.items():
        arguments += [card_id, claim.pieces, claim.until_ms]
    arguments += [len(change.removed), *change.removed]
    arguments.append(len(change.facts))
    for fact in change.facts:
        arguments += _fact_arguments(fact)
    return arguments


def _card_arguments(card: Card, session: Session) -> list[str | bytes | int]:
    return [
        card.id,
        _encode(card),
        int(card.open),
        card.price,
        _text(card.limit),
        card.donation,
        " ".join(f"{stock}*{pieces}" for stock, pieces in lines_of(card)),
        _text(card.per_order),
        card.safety,
        int(card.sold_out),
        _flash_text(card, session),
    ]


def _flash_text(card: Card, session: Session) -> str:
    """What `place_order.lua` has to know of the card's flash sale; empty when none was started."""
    for flash in session.flashes:
        if flash.card == card.id and flash.is_started:
            limit = "-" if flash.limit is None else flash.limit
            return f"{flash.id} {flash.price} {limit} {flash.starts_ms} {flash.ends_ms}"
    return ""


def _fact_arguments(fact: Fact) -> list[str | bytes | int]:
    return [fact.kind, _encode(fact.data)]


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def _listed_at(session: Session) -> tuple[float, str]:
    start_ms = session.planned_start_ms
    return (float("inf") if start_ms is None else start_ms, session.id)


def _refused(word: bytes, number: int) -> Conflict | NotFound:
    match word:
        case b"missing":
            return no_such_session()
        case b"exists":
            return Conflict(
                "session_exists", "A session with this id exists already. Choose another id."
            )
        case b"conflict":
            return Conflict(
                "version_conflict",
                "Someone else changed this session first. Look at it again, then repeat your "
                "change if it still fits.",
                data={"version": number},
            )
        case b"below_zero":
            return Conflict(
                "below_zero",
                f"Only {number} pieces are free, so no more than that can be taken. Restock, "
                "or choose fewer.",
                data={"left": number},
            )
        case b"flash_short":
            return Conflict(
                "flash_short",
                f"Only {number} pieces are free for this flash sale. Restock, or prepare it for "
                "fewer.",
                data={"left": number},
            )
        case b"ordered":
            return Conflict(
                "card_ordered",
                "Somebody has ordered this card or queued for it, so it belongs to the session's "
                "record. Close it instead.",
            )
    return Conflict(
        "command_reused",
        "This command id was used for another command. Make a new id for a new command.",
    )
