"""Entries of the table carry a checksum over key and value, whatever the table's own storage checks."""

from __future__ import annotations

import zlib

from reference.storage.table import TableCorrupt

_BYTES = 4


def seal(key: bytes, payload: bytes) -> bytes:
    """The value to store under a key."""
    return zlib.crc32(payload, zlib.crc32(key)).to_bytes(_BYTES, "little") + payload


def unseal(key: bytes, stored: bytes) -> bytes:
    """What was sealed. Raises TableCorrupt."""
    payload = stored[_BYTES:]
    if len(stored) < _BYTES or stored != seal(key, payload):
        raise TableCorrupt(f"the checksum of the entry {key!r} does not match")
    return payload
