"""A photo is on disk whole or not at all, and found by its digest alone."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from livesell.domain.photo import photo_digest
from livesell.pictures.photo_folder import PhotoFolder
from livesell.pictures.uploads import Made, photo_files
from tests.support.photos import a_photo

SENT = a_photo(200, 100)
DIGEST = photo_digest(SENT)


@pytest.fixture
def made() -> Made:
    return photo_files(SENT)


def test_what_is_kept_is_found(tmp_path: Path, made: Made) -> None:
    folder = PhotoFolder(tmp_path / "deep" / "photos")
    assert folder.find(DIGEST) is None
    kept = folder.keep(DIGEST, made)
    assert folder.find(DIGEST) == kept
    for size, file in zip(kept.sizes, made.files, strict=True):
        path = folder.path(DIGEST, f"{size.named}.webp")
        assert path is not None
        assert path.read_bytes() == file
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("digest", "name"),
    [
        (DIGEST, "161.webp"), (DIGEST, "photo.json"), (DIGEST, "../photo.json"),
        (DIGEST, "960.webp\0"), (DIGEST, "960.webp/"), (DIGEST, "960.WEBP"), (DIGEST, ""),
        (DIGEST.upper(), "960.webp"), ("..", "960.webp"), ("../photos/" + DIGEST, "960.webp"),
        (DIGEST[:-1], "960.webp"), (DIGEST + "\n", "960.webp"), ("0" * 32, "960.webp"),
    ],
)  # fmt: skip
def test_only_exact_names_lead_to_a_file(
    tmp_path: Path, made: Made, digest: str, name: str
) -> None:
    folder = PhotoFolder(tmp_path / "photos")
    folder.keep(DIGEST, made)
    (tmp_path / "960.webp").write_bytes(b"secret")
    assert folder.path(digest, name) is None


def test_the_same_photo_from_many_sides_is_kept_once(tmp_path: Path, made: Made) -> None:
    folder = PhotoFolder(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(lambda _: folder.keep(DIGEST, made), range(16)))
    assert len({str(one) for one in kept}) == 1
    assert [one.name for one in tmp_path.iterdir()] == [DIGEST]


def test_what_a_crash_left_is_no_photo_and_is_made_anew(tmp_path: Path, made: Made) -> None:
    folder = PhotoFolder(tmp_path)
    (tmp_path / DIGEST).mkdir()
    (tmp_path / DIGEST / "960.webp").write_bytes(b"half")
    assert folder.find(DIGEST) is None
    folder.keep(DIGEST, made)
    path = folder.path(DIGEST, "960.webp")
    assert path is not None
    assert path.read_bytes() == made.files[-1]


def test_a_disk_that_takes_nothing_leaves_nothing(tmp_path: Path, made: Made) -> None:
    blocked = tmp_path / "photos"
    blocked.write_text("a file where the folder should be")
    with pytest.raises(OSError, match="exists"):
        PhotoFolder(blocked).keep(DIGEST, made)
    assert blocked.read_text() == "a file where the folder should be"
