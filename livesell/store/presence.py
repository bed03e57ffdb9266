"""Presence: each push node renews a lease on its viewers; a dead node's lease runs out."""

import secrets

import msgspec
from msgspec import Struct, field

from livesell.domain.ids import check_token_id
from livesell.domain.truth import NodeHealth, bucket_of
from livesell.store.connect import Link
from livesell.store.likes import TAIL_MS
from livesell.store.scripts import script

# Source: the project's glossary: a view is an entry, a new one after 30 idle minutes.
IDLE_MS = 30 * 60_000


class Beat(Struct, frozen=True, kw_only=True):
    """What a node says of its viewers of one session.

    Attributes:
        seq: Grows with each beat of this node; the same one sent again counts once.
        joined: Viewers who came while the session was on air, since the last beat. They are
            counted until `TAIL_MS` after the end: who came in the last second is told late.
        watched: Viewer to ms of presence since the last beat. After the end it is counted for
            viewers who were counted.
        refused: Viewer to orders that were refused for their pace since the last beat.
    """

    node: str
    seq: int
    now_ms: int
    lease_ms: int
    viewers: int = 0
    crew: int = 0
    overlays: int = 0
    connections: int = 0
    lag_ms: float = 0.0
    joined: list[str] = field(default_factory=list)
    watched: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)


class Presence:
    def __init__(self, link: Link) -> None:
        self._link = link
        # Tells the beats of this process from those of an earlier one with the node's name.
        self._boot = secrets.token_hex(4)

    async def beat(self, session_id: str, beat: Beat) -> None:
        """Renews the node's lease and counts attendance. Safe to repeat with the same `seq`."""
        health = NodeHealth(
            viewers=beat.viewers,
            crew=beat.crew,
            overlays=beat.overlays,
            connections=beat.connections,
            lag_ms=beat.lag_ms,
            at_ms=beat.now_ms,
        )
        arguments: list[str | bytes | int] = [
            check_token_id(beat.node, "node"),
            self._boot,
            beat.seq,
            beat.now_ms,
            beat.now_ms + beat.lease_ms,
            beat.viewers,
            msgspec.json.encode(health),
            bucket_of(beat.now_ms),
            IDLE_MS,
            TAIL_MS,
            len(beat.joined),
            *(check_token_id(viewer, "viewer") for viewer in beat.joined),
            len(beat.watched),
        ]
        for viewer, watched_ms in beat.watched.items():
            arguments += [viewer, max(0, int(watched_ms))]
        arguments.append(len(beat.refused))
        for viewer, orders in beat.refused.items():
            arguments += [viewer, orders]
        await self._link.write(self._link.call(script("beat"), session_id, *arguments))

    async def leave(self, session_id: str, node: str) -> None:
        """Drops the node's lease, so that its viewers are gone at once."""
        await self._link.write(("HDEL", self._link.keys.of(session_id, "leases"), node))
