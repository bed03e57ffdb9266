"""What each message of a page causes. Nothing here waits: orders and questions are queued."""

from collections.abc import Callable
from typing import Any

from livesell.domain.ids import check_order_id
from livesell.domain.order import Contact, check_request, refusal
from livesell.domain.role import MAY_ORDER
from livesell.errors import LivesellError
from livesell.push.admission import Rates
from livesell.push.frames import frame_of
from livesell.push.greeter import Greeter
from livesell.push.room import Room
from livesell.push.seat import Seat
from livesell.push.setting import Setting
from livesell.wire import (
    AnyMessage,
    AskMessage,
    ErrorFrame,
    LikeMessage,
    OrderMessage,
    PingMessage,
    ResyncMessage,
    UnknownMessage,
    decode,
    order_answer,
)

_NOT_A_VIEWER = ErrorFrame(
    code="not_allowed",
    message="Only viewers can like and order. Open the viewers' page for that.",
)
_NO_ID = ErrorFrame(
    code="bad_message", message="An order has to bear its id as a text. Make a UUID per tap."
)


# Messages kept for a page until its session is known: its likes, orders to send again, a ping.
MOST_HELD = 32


class Inbox:
    """Messages in, by kind. The pace of orders is kept by each node for itself."""

    def __init__(self, setting: Setting, greeter: Greeter) -> None:
        per_minute = setting.config.sales.orders_per_minute
        self.is_closing = False
        self._setting = setting
        self._greeter = greeter
        self._messages = setting.metrics.messages
        self._order_rates = Rates(per_minute / 60, per_minute)
        self._handlers: dict[type, tuple[str, Callable[[Room, Seat, Any], None]]] = {
            LikeMessage: ("like", self._like),
            OrderMessage: ("order", self._order),
            AskMessage: ("ask", self._ask),
            ResyncMessage: ("resync", self._resync),
            PingMessage: ("ping", self._ping),
            UnknownMessage: ("unknown", self._ignore),
        }

    def receive(self, seat: Seat, text: str) -> bool:
        """Acts on one message, or keeps it until the page has been greeted.

        Returns:
            False when it was wrong or one too many; enough of these end the connection.
        """
        try:
            message = decode(text)
        except LivesellError as error:
            self._messages["bad"] += 1
            seat.send(frame_of(ErrorFrame(code=error.code, message=error.message)))
            return False
        name, handle = self._handlers[type(message)]
        self._messages[name] += 1
        room = seat.room
        if room is None or isinstance(message, UnknownMessage):
            return True  # it has left, or says something of a later version
        waiting = room.waiting.get(seat)
        if waiting is None:
            handle(room, seat, message)
            return True
        has_room = len(waiting.messages) < MOST_HELD
        if has_room:
            waiting.messages.append(message)  # `hello` is the first frame on every socket
        return has_room

    def handle(self, room: Room, seat: Seat, message: AnyMessage) -> None:
        """Does what the message says."""
        _, handler = self._handlers[type(message)]
        handler(room, seat, message)

    def tidy(self) -> None:
        """Forgets the rates of viewers who were quiet; called now and then."""
        self._order_rates.forget(self._setting.steady())

    def _like(self, room: Room, seat: Seat, message: LikeMessage) -> None:
        if seat.likes is None and seat.pass_.role not in MAY_ORDER:
            seat.send(frame_of(_NOT_A_VIEWER))
        elif room.takes_likes(self._setting.clock):
            if seat.likes is None:
                seat.likes = room.likes.enter(
                    seat.pass_.visit, seat.pass_.viewer, self._setting.steady()
                )
            room.likes.tapped(seat.likes, message.n)

    def _order(self, room: Room, seat: Seat, message: OrderMessage) -> None:
        if seat.pass_.role not in MAY_ORDER:
            seat.send(frame_of(_NOT_A_VIEWER))
        elif not isinstance(message.id, str):
            seat.send(frame_of(_NO_ID))
        else:
            try:
                self._queue(room, seat, message.id, message)
            except LivesellError as error:
                seat.send(frame_of(order_answer(message.id, error)))

    def _queue(self, room: Room, seat: Seat, sent_id: str, message: OrderMessage) -> None:
        request = check_request(
            id=sent_id,
            viewer=seat.pass_.viewer,
            card=message.card,
            units=message.units,
            price=message.price,
            contact=message.contact or Contact(),
            name=seat.pass_.name,
        )
        if self.is_closing:
            raise refusal("busy")
        if not self._order_rates.take(request.viewer, self._setting.steady()):
            room.refused.add(request.viewer)
            raise refusal("rate")
        room.orders.put(seat, sent_id, request)

    def _ask(self, room: Room, seat: Seat, message: AskMessage) -> None:
        if not isinstance(message.id, str):
            seat.send(frame_of(_NO_ID))
            return
        try:
            order_id = check_order_id(message.id)
        except LivesellError as error:
            seat.send(frame_of(order_answer(message.id, error)))
        else:
            room.orders.ask(seat, message.id, order_id)

    def _resync(self, room: Room, seat: Seat, _message: ResyncMessage) -> None:
        room.resync(seat)

    def _ping(self, _room: Room, seat: Seat, _message: PingMessage) -> None:
        if seat.audience is not None:
            seat.send(self._greeter.hello(seat, seat.audience.epoch))

    def _ignore(self, _room: Room, _seat: Seat, _message: UnknownMessage) -> None:
        """A kind of a later version."""
