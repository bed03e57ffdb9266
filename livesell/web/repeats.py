"""Which `Idempotency-Key`s are being answered, and what each was first used for.

Whether an order was placed under a key is the store's to say, for ever and for every process. What
stands here lasts as long as this process: it tells a caller who repeats a request that is still
under way to wait, and one who sends something else under an old key that this key is used up, also
when nothing was placed under it.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from livesell.domain.order import refusal
from livesell.errors import Conflict

# Some hours of a busy shop in about 10 MB; the store knows all that was placed anyway.
REMEMBERED = 50_000

# An order is answered within the store's timeout, nearly always within 20 ms.
RETRY_MS = 500


class Repeats:
    """The keys of this process."""

    def __init__(self) -> None:
        self._first: OrderedDict[str, bytes] = OrderedDict()
        self._under_way: set[str] = set()

    @contextmanager
    def answering(self, key: str, content: Any) -> Iterator[None]:
        """Holds the key while its request is answered.

        Args:
            key: Whatever it stands for: the order's id with its session.
            content: What was asked, its texts cleaned.

        Raises:
            Refused: `id_reused`: it was first used for something else.
            Conflict: `in_flight`: the same is being answered.
        """
        digest = hashlib.blake2b(msgspec.json.encode(content), digest_size=16).digest()
        if self._first.get(key, digest) != digest:
            raise refusal("id_reused")
        if key in self._under_way:
            raise Conflict(
                "in_flight",
                "The same request is being answered. Send it again in a moment for its answer.",
                data={"retry_ms": RETRY_MS},
            )
        self._remember(key, digest)
        self._under_way.add(key)
        try:
            yield
        finally:
            self._under_way.discard(key)

    def _remember(self, key: str, digest: bytes) -> None:
        self._first[key] = digest
        self._first.move_to_end(key)
        if len(self._first) > REMEMBERED:
            self._first.popitem(last=False)
