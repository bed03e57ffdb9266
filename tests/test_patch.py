"""The central property: document + patches = fresh document.

The golden files are shared with the page's JavaScript (tests/js/state.test.js).
"""

import json
from copy import deepcopy
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from livesell.domain.command import (
    AnyCommand,
    Close,
    End,
    Hide,
    Notice,
    Open,
    Pause,
    Price,
    Resume,
    Show,
    Start,
)
from livesell.domain.decision import decide
from livesell.domain.document import crew_document, viewer_document
from livesell.domain.truth import NodeHealth, TickerEntry, Truth
from livesell.errors import Conflict
from livesell.patch import Document, apply, diff
from tests.domain import truths

GOLDEN = json.loads((Path(__file__).parent / "golden" / "patches.json").read_text())


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["name"])
def test_golden_patches(case: dict[str, Any]) -> None:
    assert apply(case["old"], case["patch"]) == case["new"]


# What we send are objects that hold no null; the RFC's examples have others too.
OURS = [
    case
    for case in GOLDEN
    if isinstance(case["old"], dict) and isinstance(case["new"], dict)
    and "null" not in json.dumps([case["old"], case["new"]])
]  # fmt: skip


@pytest.mark.parametrize("case", OURS, ids=lambda case: case["name"])
def test_what_we_send_is_no_larger_than_the_golden_patch(case: dict[str, Any]) -> None:
    patch = diff(case["old"], case["new"]) or {}
    assert apply(case["old"], patch) == case["new"]
    assert len(json.dumps(patch)) <= len(json.dumps(case["patch"]))


# Documents hold no null, and a field keeps to one type, as ours do.
leaves = st.one_of(st.integers(-(2**53) + 1, 2**53 - 1), st.text(max_size=6))
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)
documents = st.dictionaries(st.text(max_size=3), values, max_size=6)


@given(old=documents, new=documents)
def test_a_patch_leads_to_the_new_document(old: Document, new: Document) -> None:
    before = deepcopy((old, new))
    patch = diff(old, new)
    assert (patch is None) == (old == new)
    after = apply(old, patch or {})
    assert after == new
    assert apply(after, patch or {}) == new, "values are absolute: twice is harmless"
    assert (old, new) == before, "neither is changed"


@settings(max_examples=40)
@given(steps=st.lists(documents, min_size=2, max_size=4))
def test_many_patches_in_order_lead_to_the_last_document(steps: list[Document]) -> None:
    held = steps[0]
    for old, new in pairwise(steps):
        held = apply(held, diff(old, new) or {})
    assert held == steps[-1]


@given(old=documents, new=documents)
def test_a_patch_is_the_same_after_the_wire(old: Document, new: Document) -> None:
    patch = msgspec.json.decode(msgspec.json.encode(diff(old, new) or {}))
    assert apply(old, patch) == new


def test_true_and_one_are_different() -> None:
    assert diff({"n": 1}, {"n": True}) == {"n": True}


# --- the documents themselves --------------------------------------------------------------------

commands = st.one_of(
    st.sampled_from([Start(), Pause(), Resume(), Hide(), End()]),
    st.builds(Show, card=st.sampled_from(["tea", "yak"])),
    st.builds(Open, card=st.sampled_from(["tea", "yak"])),
    st.builds(Close, card=st.sampled_from(["tea", "yak"])),
    st.builds(
        Price,
        card=st.just("yak"),
        price=st.integers(0, 10**6),
        was=st.one_of(st.none(), st.integers(10**6 + 1, 2 * 10**6)),
    ),
    st.builds(Notice, text=st.sampled_from(["", "包邮", "3 号链接\n今晚"])),
)


def commanded(truth: Truth, command: AnyCommand, now_ms: int) -> Truth:
    try:
        change = decide(truth.session, truth.cards, command, now_ms)
    except Conflict:
        return truth
    return replace(
        truth,
        version=truth.version + 1,
        session=change.session,
        cards={**truth.cards, **change.cards},
        as_of_ms=now_ms,
    )


def ordered(truth: Truth, units: int, n: int) -> Truth:
    """As if an order had come in: stock, tally and ticker move."""
    tea = truth.units["tea"]
    entry = TickerEntry(n=n, name="**", card="tea", units=units, at=truth.as_of_ms)
    return replace(
        truth,
        units={**truth.units, "tea": replace(tea, free=tea.free - units, sold=tea.sold + units)},
        tally=replace(truth.tally, orders=truth.tally.orders + 1, units=truth.tally.units + units),
        ticker=(entry, *truth.ticker)[:5],
        nodes={f"n{n % 3}": NodeHealth(viewers=n, lag_ms=n / 3)},
    )


@given(steps=st.lists(st.one_of(commands, st.integers(1, 5)), max_size=25))
def test_document_plus_patches_is_the_fresh_document(steps: list[AnyCommand | int]) -> None:
    truth = truths.truth()
    held = [viewer_document(truth), crew_document(truth, "ordered")]
    sent = list(held)
    for n, step in enumerate(steps):
        if isinstance(step, int):
            truth = ordered(truth, step, n)
        else:
            truth = commanded(truth, step, truths.at(30 + n))
        for at, fresh in enumerate([viewer_document(truth), crew_document(truth, "ordered")]):
            patch = diff(sent[at], fresh)
            held[at] = apply(held[at], msgspec.json.decode(msgspec.json.encode(patch or {})))
            sent[at] = fresh
            assert held[at] == msgspec.json.decode(msgspec.json.encode(fresh))
