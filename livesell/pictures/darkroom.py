"""Where photos are made: each in a process of its own, with little time and little memory.

Decoders are large and written in C, and what they read comes from strangers' devices. A process
that falls over, hangs or swallows memory takes nothing with it; its memory goes back to the
machine, and it yields to the process that carries the viewers.
"""

import asyncio
import contextlib
import os
import resource
import sys

import msgspec

from livesell.domain.photo import photo_refusal
from livesell.errors import BadInput
from livesell.pictures.uploads import Made, photo_files

# Two at once keep two phones from waiting for each other, and leave a core for the viewers.
AT_ONCE = 2

# The largest that is allowed takes about two seconds on a slow core.
TIMEOUT_S = 20

# 50 megapixels with transparency are 200 MB, twice while they are made smaller.
MEMORY_BYTES = 1_500_000_000

_NICENESS = 10


class Refusal(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    code: str


class Done(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    made: Made


_decoder: msgspec.msgpack.Decoder[Done | Refusal] = msgspec.msgpack.Decoder(Done | Refusal)


class Darkroom:
    """Makes photos, a few at a time; the others wait."""

    def __init__(self, timeout_s: float = TIMEOUT_S) -> None:
        self._places = asyncio.Semaphore(AT_ONCE)
        self._timeout_s = timeout_s

    async def photo_files(self, sent: bytes) -> Made:
        """As `uploads.photo_files`, without ever holding up the loop.

        Raises:
            BadInput: One of `PHOTO_REFUSALS`.
        """
        async with self._places:
            answer = await _answer(sent, self._timeout_s)
        try:
            outcome = _decoder.decode(answer)
        except msgspec.DecodeError as error:
            # It ran out of time or memory, or the decoder crashed.
            raise photo_refusal("photo_broken") from error
        if isinstance(outcome, Refusal):
            raise photo_refusal(outcome.code)
        return outcome.made


async def _answer(sent: bytes, timeout_s: float) -> bytes:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "livesell.pictures.darkroom"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(timeout_s):
            answer, _ = await process.communicate(sent)
    except TimeoutError:
        return b""
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    return answer


def develop() -> None:
    """What the process does: the file comes in, the answer goes out."""
    os.nice(_NICENESS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (TIMEOUT_S, TIMEOUT_S))
    sent = sys.stdin.buffer.read()
    try:
        outcome: Done | Refusal = Done(made=photo_files(sent))
    except BadInput as refused:
        outcome = Refusal(code=refused.code)
    sys.stdout.buffer.write(msgspec.msgpack.encode(outcome))


if __name__ == "__main__":
    develop()
