"""What parent and child say to each other: JSON frames with their length in front.

A request is a header frame with the hint, then a frame of raw payload; an answer is one frame. Nothing that is
read from the pipe is ever executed or unpickled.
"""

import struct
from typing import BinaryIO

LENGTH = struct.Struct(">I")
MOST_ANSWER = 64 * 1024 * 1024
READY = b"ready"


def frame(content: bytes) -> bytes:
    """Return the content with its length in front, four bytes, big-endian."""
    return LENGTH.pack(len(content)) + content


def receive(pipe: BinaryIO) -> bytes | None:
    """Read one frame from a blocking pipe; None at its end, whole or torn."""
    head = pipe.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    content = pipe.read(length)
    return content if len(content) == length else None
