"""Who is here, counted into what a beat tells the store. Pure: the time arrives as an argument.

Distinct viewers, not sockets; overlays and crew never come in here. Viewers and their watch time
count only while the session is on air. `keeper.py` sends the beats.
"""

from itertools import islice

# Watch time of someone who stays is told this often; a node that dies loses at most this much.
FLUSH_AFTER_MS = 30_000

# Entries in one beat: the store's script holds everyone else up while it runs, and this many take
# it a few milliseconds.
MOST_IN_A_BEAT = 1000


class _Stay:
    """One viewer who is here: over how many sockets, and up to when the watch time is told."""

    __slots__ = ("sockets", "told_ms")

    def __init__(self, now_ms: int) -> None:
        self.sockets = 1
        self.told_ms = now_ms


class Attendance:
    """The viewers of one session on this node."""

    def __init__(self) -> None:
        self.is_on_air = False
        # Ordered by `told_ms`, the oldest first: whoever is told about moves to the end.
        self._stays: dict[str, _Stay] = {}
        self._joined: dict[str, None] = {}
        self._watched: dict[str, int] = {}

    @property
    def viewers(self) -> int:
        """Distinct viewers here now."""
        return len(self._stays)

    @property
    def has_more(self) -> bool:
        """Whether more is to be told than the last beat could take."""
        return bool(self._joined or self._watched)

    def arrive(self, viewer: str, now_ms: int) -> None:
        stay = self._stays.get(viewer)
        if stay is not None:
            stay.sockets += 1
            return
        self._stays[viewer] = _Stay(now_ms)
        if self.is_on_air:
            self._joined[viewer] = None

    def depart(self, viewer: str, now_ms: int) -> None:
        stay = self._stays[viewer]
        stay.sockets -= 1
        if stay.sockets == 0:
            self._tell(viewer, stay, now_ms)
            del self._stays[viewer]

    def go_on_air(self, now_ms: int) -> None:
        """Everyone who is here counts as having joined now."""
        self.is_on_air = True
        for viewer, stay in self._stays.items():
            stay.told_ms = now_ms
            self._joined[viewer] = None

    def go_off_air(self, at_ms: int) -> None:
        """Closes everyone's watch time at the moment the session ended."""
        for viewer, stay in self._stays.items():
            self._tell(viewer, stay, at_ms)
        self.is_on_air = False

    def take(self, now_ms: int) -> tuple[list[str], dict[str, int]]:
        """What is new since the last call: who joined, and watch time in ms by viewer."""
        self._tell_the_oldest(now_ms)
        joined = list(islice(self._joined, MOST_IN_A_BEAT))
        for viewer in joined:
            del self._joined[viewer]
        watched = dict(islice(self._watched.items(), MOST_IN_A_BEAT))
        for viewer in watched:
            del self._watched[viewer]
        return joined, watched

    def _tell_the_oldest(self, now_ms: int) -> None:
        due: list[str] = []
        for viewer, stay in self._stays.items():
            if now_ms - stay.told_ms < FLUSH_AFTER_MS or len(due) >= MOST_IN_A_BEAT:
                break
            due.append(viewer)
        for viewer in due:
            stay = self._stays.pop(viewer)
            self._tell(viewer, stay, now_ms)
            stay.told_ms = now_ms
            self._stays[viewer] = stay

    def _tell(self, viewer: str, stay: _Stay, now_ms: int) -> None:
        if self.is_on_air and now_ms > stay.told_ms:
            self._watched[viewer] = self._watched.get(viewer, 0) + now_ms - stay.told_ms
