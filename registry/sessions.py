"""What stands for a session wherever its key must not be."""

import hashlib


def hash_of(session_key: str) -> str:
    """160 bits of SHA-256: the session's name in tables, on sockets and in orders to end it."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:40]
