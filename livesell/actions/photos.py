"""What the crew does with photos: sends them. Anybody may look at them, by an address that cannot
be guessed.
"""

import asyncio
import errno
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from livesell.clock import Clock
from livesell.domain.person import Actor
from livesell.domain.photo import Photo, check_photo_kind, photo_address, photo_digest
from livesell.domain.role import require_prepare
from livesell.errors import Busy
from livesell.pictures.darkroom import Darkroom
from livesell.pictures.photo_folder import PhotoFolder
from livesell.store import Audit

log = logging.getLogger(__name__)


class Photos:
    """The photos of cards, products and covers.

    Args:
        folder: Where they are kept; made when the first one comes.
    """

    def __init__(self, folder: Path, audit: Audit, clock: Clock) -> None:
        self._audit = audit
        self._clock = clock
        self._folder = PhotoFolder(folder)
        self._darkroom = Darkroom()

    async def keep(self, sent: bytes, *, by: Actor) -> Photo:
        """Makes a photo of what was sent and keeps it; the same file again costs nothing.

        Raises:
            BadInput: One of `PHOTO_REFUSALS`.
            Busy: `photo_disk_full` or `photo_not_kept`: the disk does not take it.
            NotAllowed: The role may not prepare sessions.
        """
        require_prepare(by.role)
        check_photo_kind(sent)
        digest = await asyncio.to_thread(photo_digest, sent)
        with _telling_of_the_disk():
            known = await asyncio.to_thread(self._folder.find, digest)
        if known is not None:
            return known
        made = await self._darkroom.photo_files(sent)
        with _telling_of_the_disk():
            photo = await asyncio.to_thread(self._folder.keep, digest, made)
        await self._note(photo, by)
        return photo

    async def path(self, digest: str, name: str) -> Path | None:
        """Where a file of a photo is; None when there is none of this name."""
        return await asyncio.to_thread(self._folder.path, digest, name)

    async def _note(self, photo: Photo, by: Actor) -> None:
        size = photo.largest
        await self._audit.note(
            by=by.name, did="photo_added", about=photo_address(photo.digest, size.named),
            now_ms=self._clock(), data={"pixels": f"{size.width} × {size.height}"},
        )  # fmt: skip


@contextmanager
def _telling_of_the_disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        log.error("A photo cannot be kept: %s", error)
        raise not_kept(error) from error


def not_kept(error: OSError) -> Busy:
    """What is told when the disk did not take a photo."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Busy(
            "photo_disk_full",
            "The photo was not kept: the service's disk is full. Tell whoever runs the service, "
            "then send it again.",
        )
    return Busy(
        "photo_not_kept",
        "The photo was not kept: the service cannot write to its disk. Tell whoever runs the "
        "service, then send it again.",
    )
