"""What all connections of a process share: the door, the limits, and who is connected.

A connection itself is `connection.py`; the shared look at all of them is `sweep.py`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from websockets.frames import Frame
from websockets.http11 import Request
from websockets.protocol import CONNECTING, OPEN, State
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from livesell import auth
from livesell.errors import NotSignedIn
from livesell.push.admission import Admission, Pace, Refusal
from livesell.push.handshake import Target, allowed_origins, is_own_page
from livesell.push.hub import Hub
from livesell.push.setting import Setting
from livesell.wire import SUBPROTOCOL

if TYPE_CHECKING:
    from livesell.push.connection import Connection

# Its debug lines would hold tokens, so they stay off whatever the service logs.
_library_log = logging.getLogger("livesell.push.websockets")
_library_log.setLevel(logging.WARNING)

# A page may fall silent in a tunnel and then send what it saved up: this many seconds of its
# messages at once. Above that it is closed; nothing is lost, because it may send again.
MESSAGE_BURST_S = 5

_EMPTY_LINE = b"\r\n\r\n"


class Handshake(ServerProtocol):
    """The library's core with our choice of subprotocol: ours when offered, else none.

    It also knows when nothing of what it was given is left in it, so that it can be dropped.
    """

    _is_begun = False
    _is_between_frames = False

    def select_subprotocol(self, subprotocols: Sequence[Subprotocol]) -> Subprotocol | None:
        return Subprotocol(SUBPROTOCOL) if SUBPROTOCOL in subprotocols else None

    @property
    def is_at_rest(self) -> bool:
        """Open, and the last byte was the last of a message, a control frame or the request."""
        return self._is_between_frames and self.current_size is None and self.state is OPEN

    def receive_data(self, data: bytes | bytearray) -> None:
        # A request that comes as one piece ends with the first empty line.
        is_request = self.state is CONNECTING and not self._is_begun
        self._is_between_frames = is_request and data.find(_EMPTY_LINE) == len(data) - 4
        self._is_begun = True
        super().receive_data(data)

    def recv_frame(self, frame: Frame) -> None:
        super().recv_frame(frame)
        self._is_between_frames = not self.reader.buffer


class Gateway:
    """What all connections share."""

    def __init__(self, setting: Setting, hub: Hub, admission: Admission, secret: str) -> None:
        push = setting.config.push
        self.hub = hub
        self.admission = admission
        self.setting = setting
        self.metrics = setting.metrics
        self.message_pace = Pace(
            push.messages_per_second, push.messages_per_second * MESSAGE_BURST_S
        )
        self.buffer_limit_bytes = push.buffer_limit_bytes
        self.connections: set[Connection] = set()
        self.is_empty = asyncio.Event()
        self.is_empty.set()
        # Set when somebody has to look whether the crew's logins still hold: `crew_watch.py`.
        self.crew_due = asyncio.Event()
        # Both ordered by time, so that the sweep looks at the oldest only.
        self.shaking: dict[Connection, float] = {}
        self.closing: dict[Connection, float] = {}
        # Seconds, as of the last sweep; shared by all connections that were heard since.
        self.second = int(setting.steady())
        self._max_message_bytes = push.max_message_bytes
        self.trusts_forwarded = setting.config.http.trust_forwarded
        self._allowed_origins = allowed_origins(setting.config)
        self._secret = secret

    def new_core(self, state: State) -> Handshake:
        """The library's part of a connection: from its first byte, or from a frame on."""
        return Handshake(state=state, max_size=self._max_message_bytes, logger=_library_log)

    def refusal(self) -> Refusal | None:
        return self.admission.refusal(len(self.connections), self.setting.steady())

    def address_of(self, request: Request, peer: str) -> str:
        """Whose connection it is: behind a trusted proxy, the address that the proxy saw."""
        forwarded = request.headers.get_all("X-Forwarded-For")
        return forwarded[-1].rpartition(",")[2].strip() if forwarded else peer

    def is_own_page(self, request: Request) -> bool:
        headers = request.headers
        hosts = headers.get_all("Host")
        return is_own_page(
            headers.get_all("Origin"), hosts[0] if hosts else "", self._allowed_origins
        )

    def read_pass(self, target: Target) -> auth.Pass:
        """The pass in the address; raises `NotSignedIn` unless it is good for this session."""
        found = auth.read(self._secret, target.token, self.setting.clock())
        if found.session not in (None, target.session):
            raise NotSignedIn("bad_token", "This token is for another session.")
        return found
