"""How large a key and a value may be: asked by routers and leaders alike."""

from __future__ import annotations

from reference.messages.client import (
    CLIENT_BYTES_MAX,
    KEY_BYTES_MAX,
    VALUE_BYTES_MAX,
    Operation,
    Put,
    Refused,
    Token,
)


def too_large(token: Token, operation: Operation) -> Refused | None:
    """Why a request can never be executed, None if it can."""
    if len(token.client.encode()) > CLIENT_BYTES_MAX:
        return Refused(f"a client's name of {len(token.client.encode())} bytes, at most {CLIENT_BYTES_MAX}")
    if len(operation.key) > KEY_BYTES_MAX:
        return Refused(f"a key of {len(operation.key)} bytes, at most {KEY_BYTES_MAX}")
    if isinstance(operation, Put) and len(operation.value) > VALUE_BYTES_MAX:
        return Refused(f"a value of {len(operation.value)} bytes, at most {VALUE_BYTES_MAX}")
    return None
