"""What a host does: create a session and command it.

The rules are `domain/decision.py`, the atomic step is the store's `commit`. This page puts them
in order: role, repeated id, decide, commit, and again when someone else was first.
"""

import hashlib
from collections.abc import Awaitable, Callable
from functools import partial

import msgspec
from msgspec.structs import replace

from livesell.actions.planning import Plans
from livesell.actions.preflight import Preflight
from livesell.clock import Clock
from livesell.domain.card import Card
from livesell.domain.command import AnyCommand, Change, Schedule, Start, Undo, verb_of
from livesell.domain.decision import created, decide
from livesell.domain.decision_undo import remembered
from livesell.domain.ids import check_session_id, check_token_id, new_command_id
from livesell.domain.owning import check_owner
from livesell.domain.person import Actor
from livesell.domain.preflight import check_overruled
from livesell.domain.role import Role, require_command
from livesell.domain.session import Session
from livesell.domain.truth import Truth
from livesell.domain.undo import UNDO_MS
from livesell.errors import BadInput, Conflict, NotFound, OutcomeUnknown
from livesell.store import Committed, Store

# Two operators who press at once meet here; eight in a row would be a script gone wild.
ATTEMPTS = 8


class Host:
    """Runs broadcasts on behalf of whoever is named in `by`.

    Args:
        preflight: What a start is checked by; without it, one that knows the store alone.
        undo_ms: For how long a command can be taken back; 0 for not at all.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        preflight: Preflight | None = None,
        undo_ms: int = UNDO_MS,
    ) -> None:
        self._store = store
        self._clock = clock
        self._plans = Plans(store)
        self._preflight = preflight or Preflight(store, clock)
        self._undo_ms = undo_ms

    async def create(
        self,
        session: Session,
        cards: list[Card],
        stock: dict[str, int],
        *,
        by: Actor,
        command_id: str | None = None,
        confirm: bool = False,
    ) -> Committed:
        """A new session with its cards; `by` owns it unless the session names an owner.

        Args:
            confirm: Whether another session of the same host at the same time is meant.

        Raises:
            Conflict: `session_exists`, `session_archived`, or `overlaps`.
            NotFound: `no_such_campaign`.
            BadInput: A field is wrong, or the planned end has passed.
            NotAllowed: The role may not run broadcasts.
        """
        require_command(by.role, "create")
        await self._store.archives.check_free(session.id)
        now_ms = self._clock()
        _check_ahead(session.planned_end_ms, now_ms)
        change = created(replace(session, owner=session.owner or by.name), cards, stock)
        async with self._plans.turn():
            await self._plans.check_new(change.session, by.role, is_confirmed=confirm)
            return await self._store.sessions.create(
                change,
                command_id=_checked(command_id),
                digest=_digest((session, cards, stock)),
                by=by.name,
                now_ms=now_ms,
            )

    async def run(
        self,
        session_id: str,
        command: AnyCommand,
        *,
        by: Actor,
        command_id: str | None = None,
        expected_version: int | None = None,
    ) -> Committed:
        """Carries out one command, at most once per `command_id`.

        Args:
            expected_version: What the operator saw; a newer one is a conflict. Without it the
                command is decided again on what holds now. `Undo` names its version itself.

        Raises:
            Conflict: `version_conflict` with what was done `since`, `wrong_state`, `below_zero`,
                `command_reused`, `not_ready_to_start`, `session_archived`, `not_the_last`,
                `overlaps`, ...
            NotFound: `no_such_session`, `no_such_campaign` or `no_such_card`.
            NotAllowed: The role may not give this command, or `not_yours`.
        """
        require_command(by.role, verb_of(command))
        check_session_id(session_id)
        command_id, digest = _checked(command_id), _digest(command)
        done = await self._store.sessions.committed(session_id, command_id)
        if done is not None:
            return _replayed(done, digest)
        expected = None if isinstance(command, Undo) else expected_version
        attempt = partial(self._attempt, session_id, command, expected, command_id, digest, by)
        if by.role is Role.TIMER or not self._plans.is_about(command):
            return await _repeated(attempt)
        async with self._plans.turn():
            return await _repeated(attempt)

    async def _attempt(
        self,
        session_id: str,
        command: AnyCommand,
        expected_version: int | None,
        command_id: str,
        digest: str,
        by: Actor,
    ) -> Committed:
        """Decides on what holds now, and commits unless someone was faster."""
        now_ms = self._clock()
        truth = await self._pulled(session_id, now_ms)
        check_owner(by, truth.session)
        _check_version(expected_version, truth)
        commit = partial(
            self._store.sessions.commit,
            await self._decided(truth, command, by, now_ms),
            expected_version=truth.version,
            command_id=command_id,
            digest=digest,
            by=by.name,
            now_ms=now_ms,
        )
        try:
            return await commit()
        except OutcomeUnknown:
            # The answer was lost; the id makes a second time harmless.
            return replace(await commit(), dup=False)
        except Conflict as conflict:
            if isinstance(command, Undo) and conflict.code == "below_zero":
                raise _ordered_since(conflict) from conflict
            raise

    async def _decided(self, truth: Truth, command: AnyCommand, by: Actor, now_ms: int) -> Change:
        """What the command changes, with how to take it back."""
        session, cards = truth.session, truth.cards
        if isinstance(command, Schedule):
            _check_ahead(command.planned_end_ms, now_ms)
        if isinstance(command, Undo) and session.doings:
            require_command(by.role, session.doings[-1].about)
        change = decide(session, cards, command, now_ms)
        if by.role is not Role.TIMER:
            await self._plans.check(session, command, by.role)
        if isinstance(command, Start):
            change = await self._checked_start(truth, change, command, by)
        return remembered(
            change,
            session,
            cards,
            command,
            allocated={card: units.allocated for card, units in truth.units.items()},
            by=by.name,
            version=truth.version + 1,
            now_ms=now_ms,
            undo_ms=self._undo_ms,
        )

    async def _checked_start(
        self, truth: Truth, change: Change, command: Start, by: Actor
    ) -> Change:
        """A person starts what is ready, or says why all the same; the clock is never held up.

        Either way the ledger has what stood in the way.
        """
        bad = await self._preflight.standing_in_the_way(truth)
        words = "" if by.role is Role.TIMER else check_overruled(bad, command.overrule)
        if not bad:
            return change
        told = {"bad": [one.code for one in bad]} | ({"overruled": words} if words else {})
        facts = tuple(
            replace(fact, data=fact.data | told) if fact.kind == "started" else fact
            for fact in change.facts
        )
        return replace(change, facts=facts)

    async def _pulled(self, session_id: str, now_ms: int) -> Truth:
        try:
            return await self._store.sessions.pull(session_id, now_ms)
        except NotFound:
            await self._store.archives.check_free(session_id)
            raise


async def _repeated(attempt: Callable[[], Awaitable[Committed]]) -> Committed:
    """Decided again when someone else was first; who named a version is told by the next one."""
    for _ in range(ATTEMPTS - 1):
        try:
            return await attempt()
        except Conflict as conflict:
            # Whoever was faster by a hair is named by the next attempt.
            if conflict.code != "version_conflict" or "since" in conflict.data:
                raise
    return await attempt()


def _checked(command_id: str | None) -> str:
    return new_command_id() if command_id is None else check_token_id(command_id, "command_id")


def _digest(content: object) -> str:
    """What tells a repeated command from another one under the same id."""
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()


def _replayed(done: tuple[int, str], digest: str) -> Committed:
    version, first_digest = done
    if first_digest != digest:
        raise Conflict(
            "command_reused",
            "This command id was used for another command. Make a new id for a new command.",
        )
    return Committed(version=version, dup=True)


def _check_version(expected: int | None, truth: Truth) -> None:
    """Tells what was done since, as far back as it is remembered, newest first."""
    if expected is None or expected == truth.version:
        return
    since = [doing for doing in truth.session.doings if doing.version > expected]
    raise Conflict(
        "version_conflict",
        "Someone else changed this session first. Look at it again, then repeat.",
        data={"version": truth.version, "since": msgspec.to_builtins(since[::-1])},
    )


def _ordered_since(conflict: Conflict) -> Conflict:
    return Conflict(
        "ordered_since",
        "Some of these pieces were ordered or promised since, so this cannot be taken back as a "
        f"whole. {conflict.data['left']} are free: take those away with the stock field.",
        data=conflict.data,
    )


def _check_ahead(planned_end_ms: int | None, now_ms: int) -> None:
    if planned_end_ms is not None and planned_end_ms <= now_ms:
        raise BadInput.field("planned_end", "The planned end has passed. Choose a later one.")
