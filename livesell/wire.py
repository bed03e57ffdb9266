"""The wire, version 1: every message between a page and the push port, in and out.

Frames are JSON objects; `t` names the kind. Unknown kinds and fields are ignored by both sides.
The prose for outsiders is `push/protocol.md`; the machine's is `/api/v1/asyncapi.json`, made
from the types on this page.
"""

from typing import Any

import msgspec
from msgspec import Struct

from livesell.domain.order import Contact, Order
from livesell.errors import BadInput, LivesellError

SUBPROTOCOL = "livesell.v1"

# Close codes. 4000 to 4499 mean "reconnect", 4500 to 4999 mean "do not".
CLOSE_RESTARTING = 4001
CLOSE_SLOW = 4008
CLOSE_SILENT = 4012
CLOSE_TOO_MANY_MESSAGES = 4013
CLOSE_TOKEN = 4500
CLOSE_BANNED = 4503
CLOSE_TOO_MANY_CONNECTIONS = 4504
CLOSE_OVER = 4509
CLOSE_NO_SUCH_SESSION = 4510

CLOSE_REASONS: dict[int, str] = {
    CLOSE_RESTARTING: "The service restarts. Reconnect after the delay in bye.",
    CLOSE_SLOW: "This connection could not keep up. Reconnect for the whole state.",
    CLOSE_SILENT: "Nothing was heard for a minute. Reconnect.",
    CLOSE_TOO_MANY_MESSAGES: "Too many messages were sent. Reconnect and send fewer.",
    CLOSE_TOKEN: "The token is missing, wrong or expired. Get a new one.",
    CLOSE_BANNED: "This viewer is banned from the session.",
    CLOSE_TOO_MANY_CONNECTIONS: "This viewer has too many connections open.",
    CLOSE_OVER: "The session is over.",
    CLOSE_NO_SUCH_SESSION: "There is no such session.",
}


# --- from the page ---------------------------------------------------------------------------


class Message(Struct, frozen=True, tag_field="t"):
    """What a page sends."""


class LikeMessage(Message, frozen=True, tag="like"):
    """Likes: `n` is this visit's cumulative taps; the server credits what is new."""

    n: int


class OrderMessage(Message, frozen=True, tag="order"):
    """An order, placed at most once per `id` however often it is resent.

    The fields are checked one by one later, so that each wrong one gets its own refusal.
    """

    id: Any = None
    card: Any = None
    units: Any = None
    price: Any = None
    contact: Contact | None = None


class AskMessage(Message, frozen=True, tag="ask"):
    """What became of the order with this id?"""

    id: Any = None


class ResyncMessage(Message, frozen=True, tag="resync"):
    """The page saw a gap: send the whole document."""


class PingMessage(Message, frozen=True, tag="ping"):
    """Keeps the socket; answered by `hello`."""


class UnknownMessage(Struct, frozen=True):
    """A kind that this version does not know; ignored."""


AnyMessage = LikeMessage | OrderMessage | AskMessage | ResyncMessage | PingMessage
KINDS_FROM_PAGE = frozenset({"like", "order", "ask", "resync", "ping"})

# Cumulative taps beyond this are nonsense: 100 years of ten a second fit.
MAX_LIKES = 2**35


class _Kind(Struct):
    t: str


_decoder: msgspec.json.Decoder[AnyMessage] = msgspec.json.Decoder(AnyMessage)
_kind_decoder = msgspec.json.Decoder(_Kind)
_encoder = msgspec.json.Encoder()

# A few kilobytes of opening brackets are deeper than the decoder can go.
_BROKEN = (msgspec.DecodeError, UnicodeError, RecursionError)


def decode(data: bytes | bytearray | memoryview | str) -> AnyMessage | UnknownMessage:
    """One message from a page.

    Raises:
        BadInput: It is no JSON object with a `t`, or a field has the wrong type.
    """
    try:
        message = _decoder.decode(data)
    except _BROKEN:
        return _explain(data)
    if type(message) is LikeMessage and not 0 <= message.n <= MAX_LIKES:
        raise BadInput("bad_message", "The number of likes is out of range. Send taps so far.")
    return message


def _explain(data: bytes | bytearray | memoryview | str) -> UnknownMessage:
    """Tells a kind of tomorrow (ignored) from a message that is wrong."""
    try:
        kind = _kind_decoder.decode(data).t
    except _BROKEN as error:
        raise BadInput(
            "bad_message", "Send one JSON object with its kind in the field t."
        ) from error
    if kind not in KINDS_FROM_PAGE:
        return UnknownMessage()
    raise BadInput(
        "bad_message", f"A field of this {kind} message is missing or has the wrong type."
    )


# --- to the page -----------------------------------------------------------------------------


class ViewerSelf(Struct, frozen=True, kw_only=True):
    """Who the server takes this socket for."""

    id: str
    name: str
    role: str


class Hello(Struct, frozen=True, kw_only=True, tag_field="t", tag="hello"):
    """First on every socket, and the answer to a ping. `now` is the server's clock, epoch ms.

    `e` is this node's epoch for the session; `tick_ms` how often patches come at most;
    `like_ms` how often likes may be sent.
    """

    e: str
    now: int
    tick_ms: int
    like_ms: int
    viewer: ViewerSelf


class StateFrame(Struct, frozen=True, kw_only=True, tag_field="t", tag="state"):
    """The whole document `d` at version `v` of epoch `e`."""

    e: str
    v: int
    d: dict[str, Any]


class PatchFrame(Struct, frozen=True, kw_only=True, tag_field="t", tag="patch"):
    """A merge patch (RFC 7396) from `v - 1` to `v`; `ts` is when it was built, epoch ms."""

    e: str
    v: int
    ts: int
    d: dict[str, Any]


class OrderAnswer(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="t", tag="order"
):
    """What became of an order: `ok` with the order, or `code` and `message`.

    `left` comes with sold_out and limit, `price` with price_changed, `retry_ms` with busy, rate
    and unknown. `dup` marks a replayed answer.
    """

    id: str
    ok: bool
    order: Order | None = None
    dup: bool = False
    code: str = ""
    message: str = ""
    left: int | None = None
    price: int | None = None
    retry_ms: int | None = None


class OfferFrame(Struct, frozen=True, kw_only=True, tag_field="t", tag="offer"):
    """Private: `units` of a card are kept for this viewer, at `price` each, `until` (epoch ms)."""

    card: str
    units: int
    until: int
    price: int


class QueueFrame(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="t", tag="queue"):
    """Private: where this viewer stands in the queue for a card.

    `state` is waiting, with the `place` from 1; or how it ended: taken (what was offered was
    ordered), lapsed (the offer's time was over, or it was declined) or left.
    """

    card: str
    units: int
    state: str
    place: int | None = None


class ErrorFrame(Struct, frozen=True, kw_only=True, tag_field="t", tag="error"):
    """What was wrong with the last message."""

    code: str
    message: str


class Bye(Struct, frozen=True, kw_only=True, tag_field="t", tag="bye"):
    """The server is about to close; reconnect after a random delay in `retry_ms`."""

    code: int
    retry_ms: tuple[int, int]


class Stale(Struct, frozen=True, kw_only=True, tag_field="t", tag="stale"):
    """The store is away: what the page shows is as of `since`, epoch ms."""

    since: int


class Fresh(Struct, frozen=True, tag_field="t", tag="fresh"):
    """What the page shows is news again; `state` and `patch` say so too."""


AnyFrame = (
    Hello
    | StateFrame
    | PatchFrame
    | OrderAnswer
    | OfferFrame
    | QueueFrame
    | ErrorFrame
    | Bye
    | Stale
    | Fresh
)


def encode(frame: AnyFrame) -> bytes:
    """The JSON text of a frame, UTF-8."""
    return _encoder.encode(frame)


RETRY_MS = {"busy": 500, "rate": 1000, "unknown": 1000}


def order_answer(order_id: str, error: LivesellError) -> OrderAnswer:
    """A refusal, or an order that cannot be answered, as the page gets it."""
    return OrderAnswer(
        id=order_id,
        ok=False,
        code=error.code,
        message=error.message,
        left=error.data.get("left"),
        price=error.data.get("price"),
        retry_ms=RETRY_MS.get(error.code),
    )
