"""The chain of a seal: whatever is done to a sealed ledger, the first entry it touches is named."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livesell.domain.seal import Chain, Inspection, Line, Seal, Verdict, canonical


def line(n: int, **fields: str) -> Line:
    known = {"k": "liked", "at": str(1_700_000_000_000 + n), "by": "viewers", "d": '{"n":1}'}
    parts = [part.encode() for pair in {**known, **fields}.items() for part in pair]
    return Line(f"{1_700_000_000_000 + n // 2}-{n % 2}", tuple(parts))


LINES = [line(n) for n in range(9)]


def sealed(lines: list[Line], *ends: int) -> list[Seal]:
    seals: list[Seal] = []
    for end in ends:
        chain = Chain("naqu", seals[-1] if seals else None)
        chain.add(lines[chain.entries : end])
        seals.append(chain.sealed(5))
    return seals


def verdict(lines: list[Line], seals: list[Seal], noted: str = "") -> Verdict:
    inspection = Inspection("naqu", seals)
    inspection.take(lines)
    return inspection.verdict(noted)


def test_a_chain_is_what_the_page_says() -> None:
    link = hashlib.sha256(b"livesell ledger 1\nnaqu").digest()
    for one in LINES:
        link = hashlib.sha256(link + canonical(one)).digest()
    (seal,) = sealed(LINES, 9)
    assert (seal.digest, seal.entries, seal.last_id) == (link.hex(), 9, LINES[-1].id)
    assert canonical(Line("1-0", (b"k", b""))) == b"3:1-0,1:k,0:,"


def test_a_seal_that_continues_is_the_seal_of_the_whole() -> None:
    first, second = sealed(LINES, 4, 9)
    assert second.digest == sealed(LINES, 9)[0].digest
    assert len(first.prints) + len(second.prints) < 9 * 20


def test_an_untouched_ledger_is_intact_and_may_have_grown() -> None:
    found = verdict(LINES, sealed(LINES, 4, 7))
    assert found.is_intact
    assert (found.entries, found.sealed, len(found.seals)) == (9, 7, 2)


@pytest.mark.parametrize("ends", [(9,), (4, 9), (1, 2, 9)])
@pytest.mark.parametrize("at", range(9))
def test_each_kind_of_harm_names_its_entry(at: int, ends: tuple[int, ...]) -> None:
    seals = sealed(LINES, *ends)
    changed = [*LINES[:at], line(at, d='{"n":2}'), *LINES[at + 1 :]]
    missing = [*LINES[:at], *LINES[at + 1 :]]
    extra = Line(f"{1_699_999_999_999}-{at}", LINES[at].fields)
    added = [*LINES[:at], extra, *LINES[at:]]
    cut = LINES[:at]
    for lines, what, entry in (
        (changed, "changed", LINES[at]),
        (missing, "missing", LINES[at]),
        (added, "added", extra),
        (cut, "missing", LINES[at]),
    ):
        first = verdict(lines, seals).first
        assert first is not None
        assert (first.what, first.id, first.n) == (what, entry.id, at + 1)


def test_a_moved_entry_is_named() -> None:
    lines = [*LINES[:3], LINES[5], *LINES[3:5], *LINES[6:]]
    first = verdict(lines, sealed(LINES, 9)).first
    assert first is not None
    assert (first.what, first.id, first.n) == ("moved", LINES[5].id, 4)
    assert (first.kind, first.by, first.at_ms) == ("liked", "viewers", 1_700_000_000_005)


def test_a_field_more_is_a_change() -> None:
    more = Line(LINES[2].id, (*LINES[2].fields, b"x", b"1"))
    first = verdict([*LINES[:2], more, *LINES[3:]], sealed(LINES, 9)).first
    assert first is not None
    assert first.what == "changed"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda seal: Seal(entries=9, last_id=seal.last_id, digest="00" * 32, at_ms=5,
                          prints=seal.prints),
        lambda seal: Seal(entries=8, last_id=seal.last_id, digest=seal.digest, at_ms=5,
                          prints=seal.prints),
        lambda seal: Seal(entries=9, last_id="1-1", digest=seal.digest, at_ms=5,
                          prints=seal.prints),
        lambda seal: Seal(entries=9, last_id=seal.last_id, digest=seal.digest, at_ms=5,
                          prints=seal.prints[:-1]),
    ],
)  # fmt: skip
def test_a_seal_that_contradicts_itself_is_no_seal(spoil) -> None:  # type: ignore[no-untyped-def]
    (seal,) = sealed(LINES, 9)
    first = verdict(LINES, [spoil(seal)]).first
    assert first is not None
    assert first.what == "seal"


def test_a_noted_digest_tells_what_was_rewritten_with_its_seals() -> None:
    noted = sealed(LINES, 4)[0].digest
    assert verdict(LINES, sealed(LINES, 4, 9), noted.upper()).noted_entries == 4
    forged = [line(0, d="{}"), *LINES[1:]]
    found = verdict(forged, sealed(forged, 4, 9), noted)
    assert found.first is None
    assert not found.is_intact
    assert found.noted_entries == 0


@given(st.data())
def test_whatever_happens_to_one_entry_is_found(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, 8))
    part = data.draw(st.integers(0, 7))
    value = data.draw(st.binary(max_size=12))
    fields = list(LINES[at].fields)
    is_same = fields[part] == value
    fields[part] = value
    lines = [*LINES[:at], Line(LINES[at].id, tuple(fields)), *LINES[at + 1 :]]
    first = verdict(lines, sealed(LINES, 3, 9)).first
    assert (first is None) == is_same
    if first is not None:
        assert (first.what, first.n) == ("changed", at + 1)
