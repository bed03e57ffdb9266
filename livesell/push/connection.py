"""A socket: an `asyncio.Protocol` that drives the websocket library's Sans-I/O core when needed.

Handshake, fragments, control frames, limits and the closing handshake are the library's. Small
whole text frames, nearly all that pages send, are read here: so an open connection has no core
most of the time, and never a task, a queue or a timer of its own. Policy is in `hub.py`.
Source: https://websockets.readthedocs.io/en/stable/howto/sansio.html
"""

import asyncio
import os
from http import HTTPStatus
from typing import cast

from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import OPEN, State
from websockets.typing import BytesLike

from livesell.domain.role import Role
from livesell.errors import NotSignedIn
from livesell.push.admission import Refusal
from livesell.push.frames import OVERHEAD_BYTES, frame_of, small_text
from livesell.push.gateway import Gateway, Handshake
from livesell.push.handshake import Target, read_target
from livesell.push.seat import GONE, Seat
from livesell.wire import (
    CLOSE_REASONS,
    CLOSE_SLOW,
    CLOSE_TOKEN,
    CLOSE_TOO_MANY_CONNECTIONS,
    CLOSE_TOO_MANY_MESSAGES,
    ErrorFrame,
)

# Wrong messages before a connection is closed: enough for a developer to see what is wrong.
MOST_WRONG = 8

# Bytes given to the library at a time: a flood of tiny frames is stopped after a few hundred.
PIECE_BYTES = 512

_NOTHING_HERE = "There is nothing here. Sockets are at /v1/sessions/<session>.\n"
_FOREIGN = "Pages from elsewhere may not connect, unless push.allowed_origins lists them.\n"
_TEXT_ONLY = ErrorFrame(code="bad_message", message="Send text frames with JSON, not binary ones.")


class Connection(Seat, asyncio.Protocol):
    """One socket, from accept to the last byte."""

    __slots__ = (
        "_address",
        "_core",
        "_due",
        "_file",
        "_fragments",
        "_gateway",
        "_head",
        "_is_counted",
        "_is_upgraded",
        "_refusal",
        "_wrong",
        "heard",
    )

    pipe: asyncio.Transport

    def __init__(self, gateway: Gateway) -> None:
        super().__init__()
        self._gateway = gateway
        self._core: Handshake | None = None
        self._address: str | None = None
        self._refusal: Refusal | None = None
        self._is_counted = False
        self._is_upgraded = False
        self._head = b""
        self._fragments: bytearray | None = None
        self._due = 0.0
        self._file = -1
        self._wrong = 0
        self.heard = gateway.second

    # --- from the loop -----------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.pipe = cast("asyncio.Transport", transport)
        self._file = transport.get_extra_info("socket").fileno()
        # Paused means: something is not with the kernel yet.
        self.pipe.set_write_buffer_limits(high=0)
        gateway = self._gateway
        gateway.connections.add(self)
        gateway.is_empty.clear()
        gateway.shaking[self] = gateway.setting.steady()
        if not gateway.trusts_forwarded:
            self._refusal = self._count_address(self._peer())

    def data_received(self, data: bytes) -> None:
        self.heard = self._gateway.second
        if self._core is None:
            if self._is_upgraded:
                data = self._read_small(data)
                if not data:
                    return
            elif not self._begin():
                return
        for start in range(0, len(data), PIECE_BYTES):
            core = self._core
            if self.pipe.is_closing() or (core is not None and core.eof_sent):
                return  # whatever else it says, nothing comes of it
            self._feed(data[start : start + PIECE_BYTES])

    def eof_received(self) -> None:
        """The peer is done; the transport closes itself."""

    def pause_writing(self) -> None:
        self.is_paused = True

    def resume_writing(self) -> None:
        self.is_paused = False
        self._gateway.hub.drained(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self._leave()
        gateway = self._gateway
        gateway.connections.discard(self)
        if not gateway.connections:
            gateway.is_empty.set()
        gateway.shaking.pop(self, None)
        gateway.closing.pop(self, None)
        if self._address is not None:
            gateway.admission.give_address(self._address)
        if self._is_counted:
            gateway.admission.give_viewer(self._person)
        self._drop_core()

    # --- from the policy ---------------------------------------------------------------------

    def push(self, frame: bytes) -> None:
        """Writes to the descriptor itself, which is a tenth cheaper than through the transport.

        Nothing may be waiting in the pipe. What the kernel does not take at once waits there.
        """
        try:
            sent = os.write(self._file, frame)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._cut()
            return
        if sent < len(frame):
            self.pipe.write(frame[sent:])

    def send(self, frame: bytes) -> None:
        """Writes a frame that must not be skipped; one that finds no room ends the connection."""
        if self.v == GONE:
            return
        if self.is_paused and self._is_overfull():
            self._gateway.metrics.evicted += 1
            self.close(CLOSE_SLOW)
        else:
            self._write(frame)

    def close(self, code: int) -> None:
        """Sends a close frame; the sweep ends the connection if the peer does not answer it.

        When the pipe is blocked the frame waits behind what is written already, so that a page
        that reads again within that time still learns why.
        """
        if self.v == GONE or not self._is_upgraded:
            return
        core = self._open_core()
        if core.state is not OPEN:
            return
        self._leave()
        self._gateway.metrics.closes[str(code)] += 1
        if code == CLOSE_TOO_MANY_MESSAGES:
            core.fail(code, CLOSE_REASONS[code])  # reads nothing more of what it sends
        else:
            core.send_close(code, CLOSE_REASONS.get(code, ""))
        self._flush(core)
        self._gateway.closing[self] = self._gateway.setting.steady()

    # --- the handshake -----------------------------------------------------------------------

    def _begin(self) -> bool:
        """The first bytes: a core for the handshake, unless the door is closed."""
        refusal = self._refusal or self._gateway.refusal()
        if refusal is not None:
            self._turn_away(refusal)
            return False
        self._core = self._gateway.new_core(State.CONNECTING)
        return True

    def _turn_away(self, refusal: Refusal) -> None:
        self._gateway.metrics.refusals[refusal.reason] += 1
        self.v = GONE
        self.pipe.write(refusal.answer)
        self.pipe.close()

    def _shake(self, core: Handshake, request: Request) -> None:
        gateway = self._gateway
        gateway.shaking.pop(self, None)
        if gateway.trusts_forwarded:
            refusal = self._count_address(gateway.address_of(request, self._peer()))
            if refusal is not None:
                self._turn_away(refusal)
                return
        target = read_target(request.path)
        if target is None:
            core.send_response(core.reject(HTTPStatus.NOT_FOUND, _NOTHING_HERE))
        elif not gateway.is_own_page(request):
            gateway.metrics.refusals["origin"] += 1
            core.send_response(core.reject(HTTPStatus.FORBIDDEN, _FOREIGN))
        else:
            core.send_response(core.accept(request))
            if core.state is OPEN:
                self._enter(core, target)

    def _count_address(self, address: str) -> Refusal | None:
        refusal = self._gateway.admission.take_address(address)
        if refusal is None:
            self._address = address
        return refusal

    def _enter(self, core: Handshake, target: Target) -> None:
        """The upgrade is granted; its answer leaves in one packet with the first frames."""
        gateway = self._gateway
        gateway.metrics.joins += 1
        self._is_upgraded = True
        self._head = b"".join(core.data_to_send())
        try:
            self.pass_ = gateway.read_pass(target)
        except NotSignedIn:
            self.close(CLOSE_TOKEN)
            return
        if gateway.admission.take_viewer(self._person):
            self._is_counted = True
            gateway.hub.join(self, target.session, target.known)
            # Its pass may be older than the end of its login.
            if self.has_crew_login:
                gateway.crew_due.set()
        else:
            self.close(CLOSE_TOO_MANY_CONNECTIONS)

    @property
    def _person(self) -> str:
        """Who counts as one: a shop's viewer may well be called as a member of the crew.

        No id has a slash; a viewer's stays the one string that the pass holds.
        """
        viewer, role = self.pass_.viewer, self.pass_.role
        return viewer if role is Role.VIEWER else f"{role}/{viewer}"

    def is_crew_over(self, now_s: int) -> bool:
        """Whether it is a member of the crew, and its pass is over by now."""
        return self._is_counted and self.pass_.role is Role.STAFF and self.pass_.expires_s <= now_s

    @property
    def has_crew_login(self) -> bool:
        """Whether it is a member of the crew who came by a login, which may end."""
        return self._is_counted and self.pass_.role is Role.STAFF and bool(self.pass_.login)

    def _peer(self) -> str:
        peer = self.pipe.get_extra_info("peername")
        return str(peer[0]) if isinstance(peer, tuple) else ""

    # --- frames ------------------------------------------------------------------------------

    def _read_small(self, data: bytes) -> bytes:
        """Takes small texts from the front at once. Returns the rest, which is for a core."""
        start, size = 0, len(data)
        while start < size and self._core is None:
            text = small_text(data, start)
            if text is None:
                break
            start += OVERHEAD_BYTES + len(text)
            if self._is_in_pace():
                self._read(text)
        return data[start:]

    def _feed(self, data: bytes) -> None:
        core = self._open_core()
        core.receive_data(data)
        for event in core.events_received():
            if isinstance(event, Frame):
                self._take(event)
            elif isinstance(event, Request):
                self._shake(core, event)
        self._flush(core)
        if core.is_at_rest:
            self._drop_core()

    def _take(self, frame: Frame) -> None:
        if self.v == GONE or not self._is_in_pace():
            return
        if frame.opcode is Opcode.TEXT and frame.fin:
            self._read(frame.data)
        elif frame.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            self._gather(frame)

    def _is_in_pace(self) -> bool:
        """Counts a frame, also a ping or a fragment; one too many ends the connection."""
        gateway = self._gateway
        due = gateway.message_pace.after(self._due, gateway.setting.steady())
        if due is None:
            self.close(CLOSE_TOO_MANY_MESSAGES)
            return False
        self._due = due
        return True

    def _gather(self, frame: Frame) -> None:
        """Puts fragments together; the library has checked their order and their sum."""
        if frame.opcode is Opcode.BINARY:
            self.send(frame_of(_TEXT_ONLY))
            self._complain()
        elif frame.opcode is Opcode.TEXT:
            self._fragments = bytearray(frame.data)
        elif self._fragments is not None:
            self._fragments += frame.data
            if frame.fin:
                whole, self._fragments = self._fragments, None
                self._read(whole)

    def _read(self, data: BytesLike) -> None:
        try:
            text = str(data, "utf-8")
        except UnicodeDecodeError:
            core = self._open_core()
            core.fail(CloseCode.INVALID_DATA, "Text has to be UTF-8.")
            self._flush(core)
            return
        if not self._gateway.hub.receive(self, text):
            self._complain()

    def _complain(self) -> None:
        self._wrong += 1
        if self._wrong >= MOST_WRONG:
            self.close(CLOSE_TOO_MANY_MESSAGES)

    def _open_core(self) -> Handshake:
        """The library's core; a new one goes on where the small texts ended."""
        if self._core is None:
            self._core = self._gateway.new_core(OPEN)
        return self._core

    def _drop_core(self) -> None:
        if self._core is not None:
            _release(self._core)
            self._core = None

    def _write(self, data: bytes) -> None:
        if self._head:
            data, self._head = self._head + data, b""
        self.pipe.write(data)

    def _flush(self, core: Handshake) -> None:
        """Writes what the library has to say: answers to pings, close frames, the handshake."""
        for data in core.data_to_send():
            if not data:
                self._end()
            elif self.is_paused and self.v != GONE and self._is_overfull():
                self._cut()  # it pings and does not read the answers
            else:
                self._write(data)
        if self._head:
            self._write(b"")

    def _end(self) -> None:
        """Nothing more will be written. The peer closes, or the sweep does it."""
        core = self._core
        if self.v != GONE and core is not None and core.close_sent and core.close_rcvd is None:
            self._gateway.metrics.closes[str(int(core.close_sent.code))] += 1  # the library's no
        self._leave()
        if not self.pipe.is_closing():
            self.pipe.write_eof()
        self._gateway.closing.setdefault(self, self._gateway.setting.steady())

    def _cut(self) -> None:
        """Ends it without a word. Nothing may be pushed to the descriptor after this."""
        self._leave()
        self.pipe.abort()

    def _leave(self) -> None:
        if self.v != GONE:
            self._gateway.hub.leave(self)
            self.v = GONE

    def _is_overfull(self) -> bool:
        """More is waiting than the last whole document and what may come on top of it."""
        document = 0 if self.audience is None else len(self.audience.state())
        return self.pipe.get_write_buffer_size() > self._gateway.buffer_limit_bytes + document


def _release(core: Handshake) -> None:
    """Breaks the reference cycles of a finished core, so that its memory is free at once.

    Its generator refers to it, and so do the frames of an exception that it or the request keeps.
    """
    core.parser.close()
    if core.handshake_exc is not None:
        core.handshake_exc.with_traceback(None)
    core.parser_exc = core.handshake_exc = None
