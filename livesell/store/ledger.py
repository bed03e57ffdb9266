"""The ledger and all else that a session can be recounted from."""

from typing import Any

import msgspec

from livesell.domain.recount import Evidence
from livesell.domain.truth import Bucket, Entry
from livesell.store.connect import Command, Link
from livesell.store.orders import decode_order
from livesell.store.pulled import pairs, pull_command, truth_of
from livesell.store.settling import decode_refund

# A session of 100,000 orders is read in about a second; a pull's timeout would be too short.
EVIDENCE_TIMEOUT_S = 60.0

_data_decoder = msgspec.json.Decoder(dict[str, Any])


class Ledger:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def entries(self, session_id: str, after: str = "-", limit: int = 1000) -> list[Entry]:
        """Entries in the order they were written, from the one after the entry id `after`."""
        start = "-" if after == "-" else f"({after}"
        (found,) = await self._link.read(
            ("XRANGE", self._link.keys.of(session_id, "ledger"), start, "+", "COUNT", limit)
        )
        return [_entry(one) for one in found]

    async def timeline(self, session_id: str) -> dict[int, Bucket]:
        """Buckets by their start, epoch ms, in order."""
        (flat,) = await self._link.read(("HGETALL", self._link.keys.of(session_id, "timeline")))
        return _timeline(flat)

    async def viewers(self, session_id: str) -> set[bytes]:
        """The ids of all who were present."""
        (found,) = await self._link.read(("HKEYS", self._link.keys.of(session_id, "seen")))
        return set(found)

    async def buyers(self, session_id: str) -> set[bytes]:
        """The ids of viewers with an order that stands."""
        (found,) = await self._link.read(("HKEYS", self._link.keys.of(session_id, "buyers")))
        return set(found)

    async def watch_ms(self, session_id: str, cap_ms: int) -> int:
        """The watch time of all viewers, each counted up to `cap_ms`."""
        (times,) = await self._link.read(("HVALS", self._link.keys.of(session_id, "watched")))
        return sum(min(int(time_ms), cap_ms) for time_ms in times)

    async def evidence(self, session_id: str, now_ms: int) -> Evidence:
        """All that the store holds of one session, read at one moment.

        Raises:
            NotFound: `no_such_session`.
        """
        answers = await self._link.read_at_once(
            *self._evidence_commands(session_id), timeout_s=EVIDENCE_TIMEOUT_S
        )
        *answers, muted, banned = answers
        pulled, orders, visits, likers, viewers, watched, *hashes, refunds, timeline, ledger = (
            answers
        )
        buyers, taken, holds = (
            {key.decode(): int(float(number)) for key, number in pairs(flat)} for flat in hashes
        )
        return Evidence(
            truth=truth_of(pulled, now_ms, None),
            orders=sorted((decode_order(one) for one in orders), key=lambda order: order.n),
            likes_by_visits=sum(int(likes.split()[0]) for likes in visits),
            likers=likers,
            viewers=viewers,
            watch_ms=sum(int(time_ms) for time_ms in watched),
            buyers=buyers,
            taken=taken,
            holds=holds,
            refunds=[decode_refund(one) for one in refunds],
            timeline=_timeline(timeline),
            ledger=[_entry(one) for one in ledger],
            muted=frozenset(one.decode() for one in muted),
            banned=frozenset(one.decode() for one in banned),
        )

    def _evidence_commands(self, session_id: str) -> list[Command]:
        def key(name: str) -> str:
            return self._link.keys.of(session_id, name)

        return [
            pull_command(self._link, session_id, None),
            ("HVALS", key("orders")),
            ("HVALS", key("visits")),
            ("SCARD", key("likers")),
            ("HLEN", key("seen")),
            ("HVALS", key("watched")),
            ("HGETALL", key("buyers")),
            ("HGETALL", key("taken")),
            ("ZRANGE", key("holds"), 0, -1, "WITHSCORES"),
            ("HVALS", key("refunds")),
            ("HGETALL", key("timeline")),
            ("XRANGE", key("ledger"), "-", "+"),
            ("HKEYS", key("muted")),
            ("HKEYS", key("banned")),
        ]


def _entry(found: list[Any]) -> Entry:
    entry_id, flat = found
    fields = dict(pairs(flat))
    return Entry(
        id=entry_id.decode(),
        kind=fields[b"k"].decode(),
        at_ms=int(fields[b"at"]),
        by=fields[b"by"].decode(),
        data=_data_decoder.decode(fields[b"d"]),
    )


def _timeline(flat: list[bytes]) -> dict[int, Bucket]:
    buckets: dict[int, dict[str, int]] = {}
    for field, value in pairs(flat):
        start, _, name = field.decode().partition(":")
        buckets.setdefault(int(start), {})[name] = int(value)
    return {start: Bucket(**buckets[start]) for start in sorted(buckets)}
