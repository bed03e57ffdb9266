"""Sending photos: who may, and what is told when the disk does not take one."""

import errno
from pathlib import Path

import pytest

from livesell.actions.photos import Photos, not_kept
from livesell.domain.person import Actor
from livesell.domain.role import Role
from livesell.errors import NotAllowed
from tests.support.photos import a_photo


@pytest.mark.parametrize("role", [Role.STAFF, Role.VIEWER, Role.OVERLAY, Role.TIMER])
async def test_only_who_prepares_sessions_sends_photos(tmp_path: Path, role: Role) -> None:
    with pytest.raises(NotAllowed):
        await Photos(tmp_path).keep(a_photo(), by=Actor(name="someone", role=role))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "photo_disk_full"), (errno.EDQUOT, "photo_disk_full"),
        (errno.EROFS, "photo_not_kept"), (errno.EACCES, "photo_not_kept"),
    ],
)  # fmt: skip
def test_a_full_disk_is_told_apart_from_one_that_cannot_be_written(number: int, code: str) -> None:
    told = not_kept(OSError(number, "no"))
    assert (told.code, told.http_status) == (code, 503)
    assert "Tell whoever runs the service" in told.message
