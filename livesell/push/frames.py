"""Messages as websocket frames. A frame to many is made once; server frames carry no mask, so the
same bytes may be written to every transport (Source: RFC 6455, 5.1 and 5.2).
"""

import struct

from livesell.wire import AnyFrame, encode

try:
    from websockets.speedups import apply_mask
except ImportError:  # it is compiled, and not everywhere
    from websockets.utils import apply_mask

# A whole text frame: FIN, no reserved bits, opcode 1.
_TEXT = 0x81

# Lengths from here on take more bytes of the head.
_SHORT = 126

# What a small text frame from a page has around its text: two bytes of head, four of mask.
OVERHEAD_BYTES = 6


def frame_of(message: AnyFrame) -> bytes:
    """The message as one text frame, ready for any number of transports."""
    text = encode(message)
    size = len(text)
    if size < _SHORT:
        return struct.pack("!BB", _TEXT, size) + text
    if size < 65_536:
        return struct.pack("!BBH", _TEXT, 126, size) + text
    return struct.pack("!BBQ", _TEXT, 127, size) + text


def small_text(data: bytes, start: int) -> bytes | None:
    """The text of the frame at `start`, unmasked.

    None unless the frame is a whole masked text of less than 126 bytes and all of it is there:
    anything else takes the library's core.
    """
    body = start + OVERHEAD_BYTES
    if len(data) < body or data[start] != _TEXT:
        return None
    size = data[start + 1] - 0x80
    end = body + size
    if not 0 <= size < _SHORT or len(data) < end:
        return None
    return apply_mask(data[body:end], data[start + 2 : body])
