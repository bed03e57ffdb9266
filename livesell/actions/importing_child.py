"""The process in which a stranger's file is read: `python -m livesell.actions.importing_child`.

It gets the question as one line of JSON and the file after it on standard input, answers with one
JSON object on standard output, and ends. It is held to a share of memory and time, so that the
worst a file can do is to end this process. Its parent is `importing_reader.py`.
"""

import contextlib
import sys

import msgspec
from msgspec import Struct

from livesell.actions.importing_file import Question, preview_of
from livesell.actions.importing_preview import Preview
from livesell.errors import Kind, LivesellError

# Python and its libraries are some 150 MB of addresses, a full file's cells twice that.
MAX_MEMORY_BYTES = 1_000_000_000
MAX_CPU_S = 25


class Refusal(Struct, frozen=True, kw_only=True):
    """A `LivesellError` on its way to the parent."""

    kind: Kind
    code: str
    message: str
    data: dict[str, str | int]


class Outcome(Struct, frozen=True, kw_only=True):
    """What the parent is told: one of the two."""

    preview: Preview | None = None
    refusal: Refusal | None = None


def answer(question: Question, data: bytes) -> Outcome:
    try:
        return Outcome(preview=preview_of(data, question))
    except LivesellError as error:
        return Outcome(
            refusal=Refusal(
                kind=error.kind, code=error.code, message=error.message, data=error.data
            )
        )


def limit() -> None:
    """Takes what the system has of limits; the parent's clock holds everywhere."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_S, MAX_CPU_S))
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))


def main() -> None:
    limit()
    question = msgspec.json.decode(sys.stdin.buffer.readline(), type=Question)
    outcome = answer(question, sys.stdin.buffer.read())
    sys.stdout.buffer.write(msgspec.json.encode(outcome))


if __name__ == "__main__":
    main()
