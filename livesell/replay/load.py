"""A load process: `python -m livesell.replay.load`, told what to do on standard input.

It says `ready`, reads its assignment, reports its progress on standard output, and answers
requests until `finish`. When its standard input ends, whoever started it is gone, and so it ends.
"""

import asyncio
import gc
import resource
import sys
from contextlib import suppress

import uvloop

from livesell.push.admission import raise_open_files
from livesell.replay.crowd import Crowd
from livesell.replay.talk import AnyReport, Ready, Result, assignments, line, requests

REPORT_EVERY_S = 0.25

# An assignment of a million viewers is some 200 MB on one line.
MAX_LINE_BYTES = 2**30


async def play() -> None:
    """Lives through one replay."""
    lines = await _standard_input()
    _say(Ready())
    text = await lines.readline()
    if not text:
        return
    crowd = Crowd(assignments.decode(text))
    # The plan stays to the end: the collector need not look at it again and again.
    gc.collect()
    gc.freeze()
    tasks = [asyncio.create_task(crowd.run()), asyncio.create_task(_report(crowd))]
    serving = asyncio.create_task(_serve(crowd, lines))
    try:
        done, _ = await asyncio.wait([serving, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in (serving, *tasks):
            task.cancel()
        await asyncio.gather(serving, *tasks, return_exceptions=True)
        await crowd.finish()
    if serving in done and serving.result():
        _say(_result(crowd))


async def _serve(crowd: Crowd, lines: asyncio.StreamReader) -> bool:
    """Answers requests; True when asked to finish, False when nobody asks any more."""
    while text := await lines.readline():
        wish = requests.decode(text)
        if wish.do == "finish":
            return True
        if wish.do == "documents":
            _say(crowd.documents())
    return False


async def _report(crowd: Crowd) -> None:
    while True:
        _say(crowd.progress())
        await asyncio.sleep(REPORT_EVERY_S)


def _result(crowd: Crowd) -> Result:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return Result(
        counts=crowd.counts,
        delivery=crowd.delivery.packed(),
        delivery_max_ms=crowd.delivery.highest_ms,
        acknowledged=crowd.acknowledged.packed(),
        acknowledged_max_ms=crowd.acknowledged.highest_ms,
        cpu_s=usage.ru_utime + usage.ru_stime,
        # macOS counts bytes here, everybody else KiB.
        peak_kib=usage.ru_maxrss // (1024 if sys.platform == "darwin" else 1),
        unanswered=len(crowd.unanswered),
    )


def _say(message: AnyReport) -> None:
    sys.stdout.buffer.write(line(message))
    sys.stdout.buffer.flush()


async def _standard_input() -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=MAX_LINE_BYTES)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


def main() -> None:
    raise_open_files()
    with suppress(KeyboardInterrupt, BrokenPipeError):
        uvloop.run(play())


if __name__ == "__main__":
    main()
