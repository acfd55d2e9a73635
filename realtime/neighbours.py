"""Which other processes listen. A process that is alone spares Redis and itself a publish and its echo for every message."""

import time

# Every process says this often that it is here.
SAY_EVERY = 5.0
# One that said nothing for so long is gone.
GONE_AFTER = 16.0


class Neighbours:
    """Belongs to the hub's process; one without a hub never thinks itself alone. Thinking so wrongly costs hints only, and
    those are found by their heads (watch.py)."""

    def __init__(self) -> None:
        self._heard_at: dict[str, float] = {}
        self._listens_since: float | None = None

    def listening(self) -> None:
        """From now on others would be heard."""
        if self._listens_since is None:
            self._listens_since = time.monotonic()

    def deaf(self) -> None:
        """Others may be there unheard."""
        self._listens_since = None

    def hear(self, process: str) -> bool:
        """Note a frame of this process; True if it was not known."""
        is_new = process not in self._heard_at
        self._heard_at[process] = time.monotonic()
        return is_new

    def is_alone(self) -> bool:
        """True if nobody else would hear what is published."""
        now = time.monotonic()
        if self._listens_since is None or now - self._listens_since < 2 * SAY_EVERY:
            return False
        for process, at in tuple(self._heard_at.items()):
            if now - at > GONE_AFTER:
                self._heard_at.pop(process, None)
        return not self._heard_at
