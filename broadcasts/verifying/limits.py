"""How often one address may guess codes and compare texts: as often as activation codes may be guessed."""

import logging
import time

from django.core.cache import cache
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

from registry.activation import LIMITS, WINDOW

log = logging.getLogger(__name__)
SECONDS = int(WINDOW.total_seconds())
# Comparing a text finds nothing that the code did not: only a machine does it more often.
MOST = {"guess": LIMITS["address"], "compare": 10 * LIMITS["address"]}


def is_over(what: str, address: str) -> bool:
    """Whether this address has done it as often as it may in this quarter of an hour."""
    try:
        return int(cache.get(_key(what, address), 0)) >= MOST[what]
    except RedisError as error:
        return _unlimited(error)


def count(what: str, address: str) -> None:
    """It was done once more."""
    key = _key(what, address)
    try:
        cache.add(key, 0, 2 * SECONDS)
        cache.incr(key)
    except RedisError as error:
        _unlimited(error)


def _unlimited(error: RedisError) -> bool:
    """Without Redis whoever holds a notice can still check it: the codes are too many to be guessed even so."""
    log.warning("verification is not limited: %s", type(error).__name__)
    return False


def _key(what: str, address: str) -> str:
    known = salted_hmac("broadcasts.verifying.limits", address, algorithm="sha256").hexdigest()[:40]
    return f"verify:{what}:{int(time.time()) // SECONDS}:{known}"
