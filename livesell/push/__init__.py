"""The push side: viewers' sockets. Start at `protocol.md`, then `hub.py`, then `connection.py`."""

from livesell.push.server import PushServer

__all__ = ["PushServer"]
