"""Likes: each visit tells its cumulative taps, the store credits what is new."""

from collections.abc import Sequence

from msgspec import Struct

from livesell.domain.truth import bucket_of
from livesell.store.connect import Link
from livesell.store.scripts import script

# Taps, and viewers, of the last moments are still on their way when a session ends.
TAIL_MS = 10_000


class Taps(Struct, frozen=True):
    """What one visit says: `n` taps so far, of which at most `at_most` may be credited now."""

    visit: str
    viewer: str
    n: int
    at_most: int


class Likes:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def credit(self, session_id: str, taps: Sequence[Taps], now_ms: int) -> int:
        """Credits a batch; returns how many likes are new.

        Safe to repeat: the counts are cumulative. Nothing is credited unless the session is on
        air, or ended less than `TAIL_MS` ago.
        """
        if not taps:
            return 0
        arguments: list[str | bytes | int] = [now_ms, bucket_of(now_ms), TAIL_MS, len(taps)]
        for one in taps:
            arguments += [one.visit, one.viewer, one.n, one.at_most]
        command = self._link.call(script("credit_likes"), session_id, *arguments)
        (credited,) = await self._link.write(command)
        return int(credited)
