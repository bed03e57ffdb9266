"""Sending photos: who may, and what is told when the disk does not take one."""

import errno
from pathlib import Path

import pytest

from livesell.actions.photos import Photos, not_kept
from livesell.domain.person import Actor
from livesell.domain.photo import photo_address
from livesell.domain.role import Role
from livesell.errors import NotAllowed
from livesell.store import Store
from tests.support.build import FakeClock
from tests.support.photos import a_photo


@pytest.mark.parametrize("role", [Role.STAFF, Role.VIEWER, Role.OVERLAY, Role.TIMER])
async def test_only_who_prepares_sessions_sends_photos(
    store: Store, clock: FakeClock, tmp_path: Path, role: Role
) -> None:
    with pytest.raises(NotAllowed):
        await Photos(tmp_path, store.audit, clock).keep(
            a_photo(), by=Actor(name="someone", role=role)
        )
    assert list(tmp_path.iterdir()) == []
    assert await store.audit.before() == []


async def test_who_sent_a_photo_is_on_record_once(
    store: Store, clock: FakeClock, tmp_path: Path
) -> None:
    photos, dolma = Photos(tmp_path, store.audit, clock), Actor(name="dolma", role=Role.HOST)
    photo = await photos.keep(a_photo(1200, 800), by=dolma)
    await photos.keep(a_photo(1200, 800), by=Actor(name="tashi", role=Role.OPERATOR))
    [noted] = await store.audit.before()
    assert (noted.did, noted.by, noted.at_ms) == ("photo_added", "dolma", clock())
    assert noted.about == photo_address(photo.digest, 960)
    assert noted.data == {"pixels": "960 × 640"}


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
