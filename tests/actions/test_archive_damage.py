"""Archive files that are cut off, foreign, broken or forged are refused, and nothing is lost."""

import gzip
import re
import shutil
from pathlib import Path

import pytest

from livesell.actions.archive import Archivist
from livesell.actions.staff import Staff
from livesell.errors import CannotStart, Conflict, LivesellError
from livesell.store import Store, archive_file
from livesell.store.snapshot import Section, Sections
from tests.support.build import FakeClock, given_live
from tests.support.closed import given_sealed


@pytest.fixture
async def file(store: Store, clock: FakeClock, archivist: Archivist) -> Path:
    """The archive of a session, in a store that has another one live."""
    await given_live(store, id="other")
    await given_sealed(store, clock)
    with archivist.run():
        return Path((await archivist.archive("naqu")).file)


async def told(store: Store, archivist: Archivist, staff: Staff, file: Path) -> set[str]:
    """The sentences of everyone who would read the file; each has to refuse it."""
    found = set()
    for ask in (
        lambda: archivist.check(file),
        lambda: archivist.restore("naqu"),
        lambda: staff.figures("naqu"),
        lambda: archivist.erase("naqu", "anna"),
    ):
        with pytest.raises(LivesellError) as error:
            await ask()
        found.add(error.value.message)
    assert not await store.archives.is_in_store("naqu")
    assert (await staff.figures("other")).orders == 0
    return found


async def test_a_file_cut_off_anywhere_is_refused(
    store: Store, archivist: Archivist, staff: Staff, file: Path
) -> None:
    whole = file.read_bytes()
    for size in (len(whole) - 1, len(whole) // 2, 11):
        file.write_bytes(whole[:size])
        (sentence,) = await told(store, archivist, staff, file)
        assert "is damaged: it was cut off" in sentence
        assert str(file) in sentence


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        gzip.compress(b"hello\n", mtime=0),
        gzip.compress(b'{"a": 1}\n', mtime=0),
        bytes(5000),
    ],
)
async def test_a_foreign_file_is_refused(
    store: Store, archivist: Archivist, staff: Staff, file: Path, content: bytes
) -> None:
    file.write_bytes(content)
    (sentence,) = await told(store, archivist, staff, file)
    assert "is no archive of livesell" in sentence


async def test_a_file_of_a_newer_livesell_is_told(
    store: Store, archivist: Archivist, staff: Staff, file: Path
) -> None:
    text = gzip.decompress(file.read_bytes()).replace(b'"format":1', b'"format":2')
    file.write_bytes(gzip.compress(text))
    (sentence,) = await told(store, archivist, staff, file)
    assert "it has format 2, and this livesell reads format 1" in sentence


async def test_broken_bytes_are_refused(
    store: Store, archivist: Archivist, staff: Staff, file: Path
) -> None:
    whole = bytearray(file.read_bytes())
    whole[len(whole) // 2] ^= 0xFF
    file.write_bytes(whole)
    (sentence,) = await told(store, archivist, staff, file)
    assert "is damaged" in sentence


async def test_a_missing_file_and_one_without_rights_are_told(
    store: Store, archivist: Archivist, staff: Staff, file: Path
) -> None:
    away = file.with_suffix(".away")
    file.rename(away)
    (sentence,) = await told(store, archivist, staff, file)
    assert "is not there. Put it back from a backup" in sentence
    file.mkdir()  # root may read everything, but nobody a folder
    (sentence,) = await told(store, archivist, staff, file)
    assert "cannot be read: Is a directory." in sentence
    file.rmdir()
    away.rename(file)
    assert (await staff.figures("naqu")).orders == 5


def _tampered(sections: Sections, name: str) -> Sections:
    """The rows with one of a section's changed, and its shape kept."""
    section = sections[name]
    *rest, last = section.rows[-1]
    digit = re.search(rb"[0-9](?=[^0-9]*$)", last)
    spoiled = last + b" " if digit is None else (
        last[: digit.start()] + (b"1" if digit[0] != b"1" else b"2") + last[digit.end() :]
    )  # fmt: skip
    rows = [*section.rows[:-1], (*rest, spoiled)]
    return {**sections, name: Section(section.type, rows)}


async def test_a_change_in_any_section_is_refused(
    store: Store, archivist: Archivist, staff: Staff, file: Path, tmp_path: Path
) -> None:
    """Once as an editor leaves it, and once with a digest made to fit: the index has another."""
    original = archive_file.read(file)
    text = gzip.decompress(file.read_bytes())
    for name in original.sections:
        spoiled = _tampered(original.sections, name)
        forged = tmp_path / "forged" / file.name
        forged.parent.mkdir(exist_ok=True)
        archive_file.write(forged, original.header, spoiled, original.figures)
        archive_file.put_in_place(forged)
        lines = gzip.decompress(forged.read_bytes()).splitlines(keepends=True)
        plain = b"".join([*lines[:-1], text.splitlines(keepends=True)[-1]])
        file.write_bytes(gzip.compress(plain))
        (sentence,) = await told(store, archivist, staff, file)
        assert "its content has another digest than the one written" in sentence, name
        shutil.copy(forged, file)
        sentences = await told(store, archivist, staff, file)
        assert any("another file than the one whose SHA-256 is on record" in one
                   for one in sentences), name  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["ledger", "orders", "units", "tally", "visits", "likers", "timeline", "seals", "session"],
)
async def test_a_forged_file_from_elsewhere_is_found_by_chain_or_recount(
    archivist: Archivist, file: Path, tmp_path: Path, name: str
) -> None:
    """No index knows it, and its digest fits; what it says of itself does not."""
    original = archive_file.read(file)
    forged = tmp_path / "elsewhere.livesell.gz"
    spoiled = _tampered(original.sections, name)
    if name == "session":
        spoiled["session"] = Section("hash", [(b"version", b"1"), (b"record", b"{}")])
    if name in ("likers", "seals"):
        spoiled[name] = Section(original.sections[name].type, original.sections[name].rows[:-1])
    archive_file.write(forged, original.header, spoiled, original.figures)
    archive_file.put_in_place(forged)
    with pytest.raises(Conflict, match="is damaged") as error:
        await archivist.check(forged)
    assert error.value.code == "archive_damaged"


async def test_a_folder_that_cannot_be_written_is_told_and_nothing_is_lost(
    store: Store, clock: FakeClock, archivist: Archivist, tmp_path: Path
) -> None:
    await given_sealed(store, clock)
    store.archives.folder = tmp_path / "a file"
    store.archives.folder.write_text("x")
    with pytest.raises(CannotStart, match="cannot be used: File exists"), archivist.run():
        pass
    store.archives.folder = tmp_path / "archive"
    with archivist.run():
        # A folder in the way of the file being written.
        archive_file.part_of(store.archives.path_of("naqu")).mkdir()
        with pytest.raises(
            CannotStart, match=r"cannot be written: Is a directory.*still in the store"
        ):
            await archivist.archive("naqu")
        archive_file.part_of(store.archives.path_of("naqu")).rmdir()
        assert (await archivist.archive("naqu")).orders == 5
