"""One simulated viewer: does what a page does, cheaply, and forgets nothing that it is owed.

It keeps the version of the document, asks again on a gap, sends its likes cumulatively and each
order under one id until the answer is final, through whatever happens to its connection. What
all viewers of a process share is in `crowd.py`.
"""

import random
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from livesell.patch import Document, apply
from livesell.replay.client import Socket
from livesell.replay.names import contact_of
from livesell.replay.selling import Purchase
from livesell.wire import CLOSE_OVER, AskMessage, LikeMessage, OrderMessage, ResyncMessage

if TYPE_CHECKING:
    from livesell.replay.crowd import Crowd

# Codes of the wire that ask the page to try again; every other refusal is final.
TRY_AGAIN = frozenset({"busy", "rate", "unknown"})

# Close codes from here on mean "do not reconnect".
FIRST_FINAL_CLOSE = 4500

# Full jitter up to here, as pages do.
MAX_RETRY_S = 20.0

_RESYNC_EVERY_S = 1.0
_encode = msgspec.json.Encoder().encode


class News(Struct, frozen=True):
    """As much of a frame as every viewer reads. `d` stays undecoded."""

    t: str
    e: str = ""
    v: int = 0
    ts: int = 0


class _Whole(Struct, frozen=True):
    d: Document


class _Answer(Struct, frozen=True):
    id: str
    ok: bool
    order: dict[str, Any] | None = None
    code: str = ""
    retry_ms: int | None = None


class _Bye(Struct, frozen=True):
    retry_ms: tuple[int, int]


class _Hello(Struct, frozen=True):
    like_ms: int


class _Error(Struct, frozen=True):
    code: str


_whole = msgspec.json.Decoder(_Whole)
_answer = msgspec.json.Decoder(_Answer)
_bye = msgspec.json.Decoder(_Bye)
_hello = msgspec.json.Decoder(_Hello)
_error = msgspec.json.Decoder(_Error)


class Order:
    """A purchase on its way. `outcome` is the order's number, or the code of its refusal."""

    __slots__ = ("first_sent", "is_disturbed", "outcome", "purchase", "sent")

    def __init__(self, purchase: Purchase) -> None:
        self.purchase = purchase
        self.first_sent: float | None = None
        self.sent = 0.0
        self.outcome: int | str | None = None
        self.is_disturbed = False


class Viewer:
    """A viewer of the crowd; `number` counts over all processes, `seat` in this one."""

    __slots__ = (
        "attempts",
        "crowd",
        "document",
        "e",
        "has_document",
        "is_leaving",
        "is_reminded",
        "is_wanted",
        "is_witness",
        "number",
        "orders",
        "resync_after",
        "retry_ms",
        "seat",
        "socket",
        "taps",
        "token",
        "told",
        "told_after",
        "v",
        "was_greeted",
        "was_here",
    )

    def __init__(self, crowd: "Crowd", seat: int, number: int, *, is_witness: bool) -> None:
        self.crowd = crowd
        self.seat = seat
        self.number = number
        self.is_witness = is_witness
        self.socket: Socket | None = None
        self.token = ""
        self.e = ""
        self.v = 0
        self.document: Document | None = None
        self.has_document = self.was_here = self.was_greeted = False
        self.is_wanted = self.is_leaving = self.is_reminded = False
        self.attempts = 0
        self.retry_ms: tuple[int, int] | None = None
        self.resync_after = 0.0
        self.taps = self.told = 0
        self.told_after = 0.0
        self.orders: dict[str, Order] = {}

    # --- what the plan says ------------------------------------------------------------------

    def join(self, visit: int) -> None:
        """Opens the page; who has not got away yet just stays."""
        self.is_leaving = False
        self.crowd.leavers.discard(self)
        if self.is_wanted:
            return
        self.is_wanted, self.has_document = True, False
        self.e, self.v = "", 0
        self.token = self.crowd.token_for(self.number, visit)
        self.crowd.connect(self)

    def leave(self) -> None:
        """Closes the page as soon as everything is told and answered."""
        self.is_leaving = True
        self.crowd.leavers.add(self)
        self.try_to_leave()

    def try_to_leave(self) -> None:
        is_settled = self.told == self.taps and all(
            order.outcome is not None for order in self.orders.values()
        )
        if self.socket is not None and self.has_document and is_settled:
            self.crowd.leavers.discard(self)
            self.is_wanted = False
            self.socket.close()
            self._detach()
            self.taps = self.told = 0

    def drop(self) -> None:
        """Loses the connection."""
        if self.socket is not None:
            self.crowd.counts.dropped += 1
            self.socket.drop()

    def tap(self, n: int) -> None:
        self.taps += n
        self.crowd.counts.taps += n
        self.tell()

    def tell(self) -> None:
        """Sends the taps so far, no oftener than the service asks for."""
        if self.socket is None or self.told >= self.taps:
            return
        if self.crowd.now() >= self.told_after:
            self._tell_now()
        elif not self.is_reminded:
            self.is_reminded = True
            self.crowd.remind(self.told_after, self)

    def buy(self, purchase: Purchase) -> None:
        order = self.orders[purchase.id] = Order(purchase)
        self.crowd.unanswered[order] = self
        self.crowd.when_possible(self, order)

    def place(self, order: Order) -> None:
        """Sends an order, or sends it again; without a connection it waits for one."""
        if self.socket is None or order.outcome is not None:
            return
        counts, purchase = self.crowd.counts, order.purchase
        is_first = order.first_sent is None
        order.sent = self.crowd.now()
        if order.first_sent is None:
            order.first_sent = order.sent
            counts.placed += 1
        else:
            counts.resent += 1
        message = OrderMessage(
            id=purchase.id,
            card=purchase.card,
            units=purchase.units,
            price=purchase.price,
            contact=contact_of(self.number),
        )
        self.socket.send(_encode(message))
        if is_first and purchase.manner == "twice":
            counts.resent += 1
            self.socket.send(_encode(message))
        elif is_first and purchase.manner in ("ask", "again"):
            order.is_disturbed = True
            self.crowd.later(random.uniform(0, 0.01), self.drop)  # noqa: S311 - a simulated tunnel

    def ask(self, order: Order) -> None:
        """Asks what became of an order whose answer is missing."""
        if self.socket is not None and order.outcome is None:
            order.sent = self.crowd.now()
            self.crowd.counts.asked += 1
            self.socket.send(_encode(AskMessage(id=order.purchase.id)))

    # --- what the socket says ----------------------------------------------------------------

    def opened(self, socket: Socket) -> None:
        if self.crowd.is_finishing:
            socket.drop()
            return
        self.socket = socket
        self.attempts = 0
        self.retry_ms = None
        self.crowd.connected += 1
        if not self.was_here:
            self.was_here = True
            self.crowd.counts.joined += 1
        if self.taps:
            self._tell_now()
        for order in self.orders.values():
            if order.first_sent is not None and order.purchase.manner == "ask":
                self.ask(order)
            elif self.crowd.is_due(order):
                self.place(order)

    def received(self, payload: bytes) -> None:
        news = self.crowd.read(payload)
        if news.t == "patch":
            self._patched(news, payload)
        elif news.t == "state":
            self._stated(news, payload)
        elif news.t == "order":
            self._answered(_answer.decode(payload))
        elif news.t == "hello":
            self.crowd.like_s = _hello.decode(payload).like_ms / 1000
        elif news.t == "bye":
            self.retry_ms = _bye.decode(payload).retry_ms
        elif news.t == "error":
            code = _error.decode(payload).code
            self.crowd.counts.errors[code] = self.crowd.counts.errors.get(code, 0) + 1

    def refused(self, status: int, retry_s: float | None) -> None:
        """No upgrade: 503 asks to come again, everything else is final."""
        if status == 503:
            self.crowd.counts.not_admitted += 1
            self._reconnect(None if retry_s is None else retry_s * random.uniform(1, 1.5))  # noqa: S311
        else:
            self._turned_away(status)

    def failed(self) -> None:
        """No connection, or none that got as far as an answer."""
        self._reconnect(None)

    def closed(self, socket: Socket, code: int | None) -> None:
        if socket is not self.socket:
            return  # an earlier visit's
        self._detach()
        if not self.is_wanted:
            return
        if code is not None and code >= FIRST_FINAL_CLOSE:
            self._turned_away(code)
            return
        self.crowd.counts.reconnects += 1
        for order in self.orders.values():
            order.is_disturbed = order.is_disturbed or order.outcome is None
        wait_ms = None if self.retry_ms is None else random.uniform(*self.retry_ms)  # noqa: S311
        self._reconnect(None if wait_ms is None else wait_ms / 1000)

    # --- inside ------------------------------------------------------------------------------

    def _detach(self) -> None:
        if self.socket is not None:
            self.socket = None
            self.crowd.connected -= 1

    def _reconnect(self, delay_s: float | None) -> None:
        self.attempts += 1
        if delay_s is None:
            delay_s = random.uniform(0, min(MAX_RETRY_S, 2.0 ** (self.attempts - 1)))  # noqa: S311
        self.crowd.later(delay_s, lambda: self.crowd.connect(self))

    def _turned_away(self, code: int) -> None:
        """The service wants no more of this visit; when the show is over that is in order."""
        self.is_wanted = False
        if code != CLOSE_OVER:
            away = self.crowd.counts.turned_away
            away[code] = away.get(code, 0) + 1

    def _tell_now(self) -> None:
        assert self.socket is not None  # noqa: S101 - both callers have looked
        self.crowd.counts.told += self.taps - self.told
        self.told = self.taps
        self.told_after = self.crowd.now() + self.crowd.like_s
        self.socket.send(_encode(LikeMessage(n=self.taps)))

    def _patched(self, news: News, payload: bytes) -> None:
        crowd = self.crowd
        crowd.delivered(news.ts)
        if news.e == self.e and news.v == self.v + 1:
            self.v = news.v
            if self.document is not None:
                self.document = apply(self.document, crowd.whole(payload))
                crowd.saw(self.document, news)
        elif news.e != self.e or news.v > self.v:
            self._resync()

    def _resync(self) -> None:
        self.crowd.counts.gaps += 1
        if self.socket is not None and self.crowd.now() >= self.resync_after:
            self.resync_after = self.crowd.now() + _RESYNC_EVERY_S
            self.socket.send(_encode(ResyncMessage()))

    def _stated(self, news: News, payload: bytes) -> None:
        self.e, self.v, self.has_document = news.e, news.v, True
        self.crowd.counts.states += 1
        if not self.was_greeted:
            self.was_greeted = True
            self.crowd.counts.greeted += 1
        if self.is_witness:
            self.document = self.crowd.whole(payload)
            self.crowd.saw(self.document, news)

    def _answered(self, answer: _Answer) -> None:
        order = self.orders.get(answer.id)
        if order is None:
            return
        if not answer.ok and answer.code in TRY_AGAIN:
            self._try_again(order, answer)
        elif not answer.ok and answer.code == "no_such_order":
            self.place(order)
        elif order.outcome is None:
            self._settled(order, answer)
        else:
            self._repeated(order, answer)

    def _settled(self, order: Order, answer: _Answer) -> None:
        counts = self.crowd.counts
        counts.answered += 1
        self.crowd.unanswered.pop(order, None)
        if answer.ok and answer.order is not None:
            order.outcome = int(answer.order["n"])
            counts.orders += 1
            counts.units += answer.order["units"]
            counts.gross += answer.order["amount"]
        else:
            order.outcome = answer.code
            counts.refused[answer.code] = counts.refused.get(answer.code, 0) + 1
        if not order.is_disturbed and order.first_sent is not None:
            self.crowd.acknowledged.add((self.crowd.now() - order.first_sent) * 1000)

    def _repeated(self, order: Order, answer: _Answer) -> None:
        """A second answer has to say what the first said."""
        said = answer.order["n"] if answer.ok and answer.order is not None else answer.code
        if said == order.outcome:
            self.crowd.counts.replayed += 1
        else:
            self.crowd.counts.contradicted += 1

    def _try_again(self, order: Order, answer: _Answer) -> None:
        if order.outcome is not None:
            return
        again = self.crowd.counts.again
        again[answer.code] = again.get(answer.code, 0) + 1
        how = self.ask if answer.code == "unknown" else self.place
        delay_s = (answer.retry_ms or 500) / 1000 * random.uniform(1, 1.5)  # noqa: S311
        self.crowd.later(delay_s, lambda: how(order))


def whole(payload: bytes) -> Document:
    """The `d` of a state or a patch."""
    return _whole.decode(payload).d
