"""Pictures made on demand, away from the loop: one thread, each picture drawn once.

Many mixers and pages ask for the same picture at the same moment; they share one drawing.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor

# A poster is some 300 kB, a still some 60: at most about 10 MB are kept.
KEPT = 32


class Studio:
    """Draws in one thread, so that pictures never take more than one core from the viewers."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "pictures")
        self._pictures: OrderedDict[Hashable, asyncio.Future[bytes]] = OrderedDict()

    async def picture(self, key: Hashable, draw: Callable[[], bytes]) -> bytes:
        """The picture for `key`; `draw` is called when nobody asked for it yet."""
        found = self._pictures.get(key)
        if found is None:
            found = asyncio.get_running_loop().run_in_executor(self._pool, draw)
            self._pictures[key] = found
        self._pictures.move_to_end(key)
        while len(self._pictures) > KEPT:
            self._pictures.popitem(last=False)
        try:
            # Shielded: someone who stops waiting does not take the picture from the others.
            return await asyncio.shield(found)
        except Exception:
            self._pictures.pop(key, None)
            raise

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
