"""The photos on disk: a folder for each, whole or not there, found by its digest alone.

    <folder>/<digest>/160.webp, 480.webp, 960.webp, photo.json

A photo is written beside its place, synced, and moved there in one step, so a crash or a full disk
leaves no half of one. Nodes on several machines need this folder on a disk that they share.
"""

import errno
import os
import secrets
import shutil
from pathlib import Path

import msgspec

from livesell.domain.photo import Photo, is_photo_name
from livesell.pictures.uploads import Made

_ABOUT = "photo.json"
_UNFINISHED = ".new-"


class PhotoFolder:
    """Everything here waits for the disk; call it in a thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, digest: str) -> Photo | None:
        """The photo, when it is kept already."""
        try:
            return msgspec.json.decode((self._folder / digest / _ABOUT).read_bytes(), type=Photo)
        except (FileNotFoundError, msgspec.DecodeError):
            return None

    def path(self, digest: str, name: str) -> Path | None:
        """Where a file of a photo is; None when it has no such file."""
        if not is_photo_name(digest, name):
            return None
        path = self._folder / digest / name
        return path if path.is_file() else None

    def keep(self, digest: str, made: Made) -> Photo:
        """Writes the photo, on disk when this returns.

        Raises:
            OSError: It could not be written; nothing is left of it.
        """
        photo = Photo(digest=digest, sizes=made.sizes)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = self._folder / f"{_UNFINISHED}{digest}-{secrets.token_hex(4)}"
        unfinished.mkdir(mode=0o700)
        try:
            for size, file in zip(made.sizes, made.files, strict=True):
                _write(unfinished / f"{size.named}.webp", file)
            _write(unfinished / _ABOUT, msgspec.json.encode(photo))
            _sync_folder(unfinished)
            self._move(unfinished, self._folder / digest)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
        return photo

    def _move(self, unfinished: Path, place: Path) -> None:
        if self.find(place.name) is None:
            # What is there and has no sound description was damaged by the disk or by hand.
            shutil.rmtree(place, ignore_errors=True)
        try:
            unfinished.rename(place)
        except OSError as error:
            # Somebody was faster with the same photo, and theirs is as good.
            if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
                raise
        _sync_folder(self._folder)


def _write(path: Path, data: bytes) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(file, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())


def _sync_folder(folder: Path) -> None:
    """A new name is on disk only when its folder is."""
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)
