"""How much one socket may ask for and hold."""

# A person reading and writing sends a few frames a second; a reconnect sends a burst of pointers.
FRAMES_A_SECOND = 20.0
BURST = 40.0
# Orders waiting for a database thread: more than this is a client that does not wait for answers.
WAITING_ORDERS = 100
# Bytes written for a socket that its reader has not taken: beyond it the socket is closed and resumes.
OUTGOING_BYTES = 1 << 20
SOCKETS_A_PERSON = 5
FOLLOWED_TOPICS = 20
STRIKES = 3
HEARTBEAT_SECONDS = 25
SILENCE_SECONDS = 45.0
RECENT_SECONDS = 60.0


class TokenBucket:
    """Lets FRAMES_A_SECOND through on average and BURST at once."""

    __slots__ = ("_at", "_left")

    def __init__(self, now: float) -> None:
        self._left = BURST
        self._at = now

    def take(self, now: float) -> bool:
        """True if one more frame may pass now."""
        self._left = min(BURST, self._left + (now - self._at) * FRAMES_A_SECOND)
        self._at = now
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True
