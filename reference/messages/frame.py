"""The bytes of a message on the wire: a header with a checksum over all that follows it, then MessagePack.

    magic 2 | version 2 | checksum 4 | length 4 | body: [source, target, message]

Integers are little-endian. The checksum is CRC-32 over version, length and body. A reader judges the header
before it reads the body, and never trusts a length above `FRAME_BYTES_MAX`.
"""

from __future__ import annotations

import struct
import zlib
from typing import TypeAlias

import msgspec
from msgspec import Struct

from reference.messages.union import Message

MAGIC = b"LF"
VERSION = 1
FRAME_BYTES_MAX = 8 * 1024 * 1024

_HEADER = struct.Struct("<2sHII")
_CHECKED = struct.Struct("<HI")
HEADER_BYTES = _HEADER.size


class Envelope(Struct, frozen=True, array_like=True):
    """A message with who sent it and whom it is for."""

    source: str
    target: str
    message: Message


class Malformed(Struct, frozen=True):
    """Not a frame, or damaged on its way: it is dropped, as if the network had lost it."""

    reason: str


class UnknownVersion(Struct, frozen=True):
    """A whole frame of another version: dropped too, but an operator should know."""

    version: int


Decoded: TypeAlias = Envelope | Malformed | UnknownVersion

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Envelope)


class OversizedFrame(ValueError):
    """The message does not fit into a frame: its sender must not make it so large."""


def encode(envelope: Envelope) -> bytes:
    """The frame. Raises OversizedFrame."""
    body = _encoder.encode(envelope)
    if len(body) > FRAME_BYTES_MAX:
        raise OversizedFrame(f"a frame of {len(body)} bytes, at most {FRAME_BYTES_MAX}")
    return frame_of(body, VERSION)


def frame_of(body: bytes, version: int) -> bytes:
    """The header and the body."""
    checksum = zlib.crc32(body, zlib.crc32(_CHECKED.pack(version, len(body))))
    return _HEADER.pack(MAGIC, version, checksum, len(body)) + body


def body_length(header: bytes) -> int | Malformed:
    """How many bytes follow a header: for a runtime that reads from a stream."""
    if len(header) != HEADER_BYTES:
        return Malformed(f"a header of {len(header)} bytes instead of {HEADER_BYTES}")
    magic, _, _, length = _HEADER.unpack(header)
    if magic != MAGIC:
        return Malformed(f"begins with {magic!r} instead of {MAGIC!r}")
    if length > FRAME_BYTES_MAX:
        return Malformed(f"claims a body of {length} bytes, at most {FRAME_BYTES_MAX}")
    return int(length)


def decode(frame: bytes) -> Decoded:
    """The message, or why there is none. Never raises: a frame may be anyone's."""
    length = body_length(frame[:HEADER_BYTES])
    if isinstance(length, Malformed):
        return length
    _, version, checksum, _ = _HEADER.unpack(frame[:HEADER_BYTES])
    body = frame[HEADER_BYTES:]
    if len(body) != length:
        return Malformed(f"a body of {len(body)} bytes, the header says {length}")
    if zlib.crc32(body, zlib.crc32(_CHECKED.pack(version, length))) != checksum:
        return Malformed("the checksum does not match")
    if version != VERSION:
        return UnknownVersion(version)
    try:
        return _decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return Malformed(f"not a message: {error}")
