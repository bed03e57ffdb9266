"""A peer as a process: `python -m bench.serving NAME`, told what to do on standard input."""

import asyncio
import sys
import time
from typing import Any

from bench.control import answer_forever, say
from bench.frames import update
from bench.peers import LOOPS, PEERS, Peer
from livesell.push.admission import raise_open_files


class Serving:
    """What the bench asks of a peer."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    async def paths(self, count: int, kind: str) -> dict[str, Any]:  # noqa: ARG002
        """Where each subscriber connects; a peer has one room only."""
        return {"paths": ["/"] * count}

    async def tick(self, count: int, every_s: float) -> dict[str, Any]:
        """Broadcasts at an even pace; `began` is when each broadcast was called."""
        began: list[float] = []
        due = time.monotonic()
        for number in range(count):
            began.append(time.monotonic())
            await self._peer.broadcast(update(number))
            due += every_s
            await asyncio.sleep(due - time.monotonic())
        return {"began": began}

    async def flood(self, seconds: float) -> dict[str, Any]:
        """Broadcasts as fast as it goes."""
        until = time.monotonic() + seconds
        number = 0
        while time.monotonic() < until:
            await self._peer.broadcast(update(number))
            await asyncio.sleep(0)
            number += 1
        return {"ticks": number}

    async def likes(self) -> dict[str, Any]:
        """How many it has counted."""
        return {"likes": self._peer.likes}


async def serve(name: str) -> None:
    peer = PEERS[name]()
    port = await peer.start()
    serving = Serving(peer)
    say({"port": port})
    await answer_forever(
        {
            "paths": serving.paths,
            "tick": serving.tick,
            "flood": serving.flood,
            "likes": serving.likes,
        }
    )


def main() -> None:
    raise_open_files()
    name = sys.argv[1]
    with asyncio.Runner(loop_factory=LOOPS[name]) as runner:
        loop = runner.get_loop()
        # What a server says of a connection that was reset is not of interest here.
        loop.set_exception_handler(lambda _loop, _context: None)
        runner.run(serve(name))


if __name__ == "__main__":
    main()
