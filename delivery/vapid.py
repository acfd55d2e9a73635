"""Signs and seals pushes: RFC 8292 tokens of our own, RFC 8291 encryption by the webpush library."""

import datetime as dt
import time
from collections.abc import Callable
from typing import cast

import jwt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from webpush import WebPush
from webpush.types import WebPushKeys, WebPushSubscription

from delivery.keys import KeyPair

# A token may live for 24 hours; half of it leaves room for clocks that are wrong.
_LIFE = dt.timedelta(hours=12).total_seconds()
_RENEWED_BEFORE_END = dt.timedelta(hours=1).total_seconds()


class Signer:
    """Authorization headers, one token an origin, used until an hour before its end.

    The library signs one for every push and forgets the port in `aud`, which is then refused.
    """

    def __init__(self, keys: KeyPair, *, subject: str, clock: Callable[[], float] = time.time) -> None:
        self._keys = keys
        self._subject = subject
        self._clock = clock
        self._tokens: dict[str, tuple[float, str]] = {}

    def authorization(self, origin: str) -> str:
        """The header for a push service at this origin (scheme, host and any unusual port)."""
        now = self._clock()
        ends, token = self._tokens.get(origin, (0.0, ""))
        if ends - _RENEWED_BEFORE_END <= now:
            ends = now + _LIFE
            claims = {"aud": origin, "exp": int(ends), "sub": self._subject}
            token = jwt.encode(claims, self._keys.private_pem, algorithm="ES256")
            self._tokens[origin] = (ends, token)
        return f"vapid t={token}, k={self._keys.application_server_key}"


class Sealer:
    """Encrypts for one browser. Only the library's encryption is used: its `get` signs each time and keeps state."""

    def __init__(self, keys: KeyPair) -> None:
        public = load_pem_private_key(keys.private_pem, password=None).public_key()
        public_pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        self._library = WebPush(private_key=keys.private_pem, public_key=public_pem)

    def seal(self, plaintext: bytes, *, p256dh: str, auth: str) -> bytes:
        """The body to post, for a browser with these keys; `plaintext` must not be longer than LARGEST_PLAINTEXT of the
        channel."""
        subscription = WebPushSubscription.model_construct(keys=WebPushKeys(auth=auth, p256dh=p256dh))
        return cast("bytes", self._library._encrypt(plaintext, subscription))
