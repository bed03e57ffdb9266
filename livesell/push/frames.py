"""Messages as websocket frames. A frame to many is made once; server frames carry no mask, so the
same bytes may be written to every transport (Source: RFC 6455, 5.1).
"""

from websockets.frames import Frame, Opcode

from livesell.wire import AnyFrame, encode


def frame_of(message: AnyFrame) -> bytes:
    """The message as one text frame, ready for any number of transports."""
    return Frame(Opcode.TEXT, encode(message)).serialize(mask=False)
