"""Every message in and out, as someone would write a client from the page that describes them."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livesell import wire
from livesell.domain.order import Contact, Order, refusal
from livesell.errors import BadInput, Busy

ORDER = Order(
    id="o", n=1, viewer="v", card="tea", units=2, price=500, amount=1000, at_ms=1_700_000_000_000,
    name="", state="placed",
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"t":"like","n":12}', wire.LikeMessage(n=12)),
        ('{"t":"ping"}', wire.PingMessage()),
        ('{"t":"resync","later":1}', wire.ResyncMessage()),
        ('{"t":"ask","id":"x"}', wire.AskMessage(id="x")),
        ('{"n":1,"t":"like"}', wire.LikeMessage(n=1)),
        (
            '{"t":"order","id":"x","card":"tea","units":2,"price":500,"contact":{"name":"苗"}}',
            wire.OrderMessage(id="x", card="tea", units=2, price=500, contact=Contact(name="苗")),
        ),
        ('{"t":"order","units":1.5,"price":null}', wire.OrderMessage(units=1.5)),
    ],
)
def test_what_a_page_sends(text: str, message: wire.AnyMessage) -> None:
    assert wire.decode(text) == message
    assert wire.decode(text.encode()) == message


@pytest.mark.parametrize("text", ['{"t":"dance"}', '{"t":"hello","n":[]}', '{"t":""}'])
def test_kinds_of_tomorrow_are_ignored(text: str) -> None:
    assert wire.decode(text) == wire.UnknownMessage()


DEEP = b"[" * 4000


@pytest.mark.parametrize(
    "data",
    [
        b"", b"null", b"5", b"[]", b"{}", b'{"t":1}', b"{", b"\xff\xfe",
        b'{"t":"ask","id":"\\ud800"}', DEEP, b'{"t":"order","id":' + DEEP, b'{"t":"x","a":' + DEEP,
        '{"t":"ask","id":"\udc80"}',
    ],
)  # fmt: skip
def test_what_is_no_message(data: bytes | str) -> None:
    with pytest.raises(BadInput, match="Send one JSON object") as raised:
        wire.decode(data)
    assert raised.value.code == "bad_message"


def test_bytes_that_are_no_text_in_a_known_kind() -> None:
    with pytest.raises(BadInput, match="ask message"):
        wire.decode(b'{"t":"ask","id":"\xff"}')


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"t":"like"}', "like"),
        ('{"t":"like","n":"3"}', "like"),
        ('{"t":"like","n":true}', "like"),
        ('{"t":"like","n":1.5}', "like"),
        ('{"t":"order","contact":{"name":5}}', "order"),
        ('{"t":"order","contact":"x"}', "order"),
    ],
)
def test_a_known_kind_with_a_wrong_field_is_named(text: str, kind: str) -> None:
    with pytest.raises(BadInput, match=f"A field of this {kind} message"):
        wire.decode(text)


@pytest.mark.parametrize("n", [-1, wire.MAX_LIKES + 1, 10**30])
def test_likes_out_of_range(n: int) -> None:
    with pytest.raises(BadInput, match="out of range"):
        wire.decode(json.dumps({"t": "like", "n": n}))


@given(st.binary(max_size=60))
def test_any_bytes_are_a_message_ignored_or_refused(data: bytes) -> None:
    with suppress(BadInput):
        wire.decode(data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(
    kind=st.sampled_from(sorted(wire.KINDS_FROM_PAGE)),
    values=st.dictionaries(
        st.sampled_from(["id", "card", "units", "price", "contact", "n"]), json_values
    ),
)
def test_any_values_in_a_known_kind_are_a_message_or_refused(
    kind: str, values: dict[str, object]
) -> None:
    with suppress(BadInput):
        wire.decode(json.dumps({**values, "t": kind}))


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (
            wire.Hello(e="1", now=5, tick_ms=250, like_ms=1000,
                       viewer=wire.ViewerSelf(id="v", name="苗", role="viewer")),
            {"t": "hello", "e": "1", "now": 5, "tick_ms": 250, "like_ms": 1000,
             "viewer": {"id": "v", "name": "苗", "role": "viewer"}},
        ),
        (wire.StateFrame(e="1", v=3, d={"a": 1}), {"t": "state", "e": "1", "v": 3, "d": {"a": 1}}),
        (
            wire.PatchFrame(e="1", v=4, ts=9, d={"a": None}),
            {"t": "patch", "e": "1", "v": 4, "ts": 9, "d": {"a": None}},
        ),
        (wire.ErrorFrame(code="c", message="m"), {"t": "error", "code": "c", "message": "m"}),
        (wire.Bye(code=4001, retry_ms=(1, 2)), {"t": "bye", "code": 4001, "retry_ms": [1, 2]}),
    ],
)  # fmt: skip
def test_what_a_page_gets(frame: wire.AnyFrame, expected: dict[str, object]) -> None:
    assert json.loads(wire.encode(frame)) == expected


def test_an_accepted_order() -> None:
    answer = json.loads(wire.encode(wire.OrderAnswer(id="o", ok=True, order=ORDER, dup=True)))
    assert answer["t"] == "order"
    assert (answer["ok"], answer["dup"], answer["order"]["amount"]) == (True, True, 1000)
    assert "code" not in answer
    assert "dup" not in json.loads(wire.encode(wire.OrderAnswer(id="o", ok=True, order=ORDER)))


def test_a_refused_order_says_what_holds_now() -> None:
    answer = json.loads(wire.encode(wire.order_answer("o", refusal("sold_out", left=0))))
    assert answer == {
        "t": "order", "id": "o", "ok": False, "code": "sold_out", "left": 0,
        "message": "There are not that many left. Choose fewer, or another product.",
    }  # fmt: skip
    assert wire.order_answer("o", refusal("price_changed", price=400)).price == 400


def test_an_order_that_was_not_executed_says_when_to_try_again() -> None:
    assert wire.order_answer("o", Busy("busy", "Try again.")).retry_ms == 500


def test_close_codes_say_whether_to_reconnect() -> None:
    again = {4001, 4008, 4012, 4013}
    assert set(wire.CLOSE_REASONS) == again | {4500, 4503, 4504, 4509, 4510}
    assert {code for code in wire.CLOSE_REASONS if code < 4500} == again
    # Source: RFC 6455, 5.5: a close frame has room for 123 bytes of reason.
    assert all(len(reason.encode()) <= 123 for reason in wire.CLOSE_REASONS.values())
