"""The installation's push key: made on first need, one row for all processes, sealed with SECRET_KEY."""

import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from delivery.models import PushKey

_THE_ROW = 1
_NONCE = 12


@dataclass(frozen=True, slots=True)
class KeyPair:
    """Both halves as PEM, and the public one as browsers want it (applicationServerKey)."""

    private_pem: bytes
    application_server_key: str


def application_server_key() -> str:
    """What a browser needs to subscribe: the public half, base64url."""
    return _row().application_server_key


def key_pair() -> KeyPair:
    """Both halves, for who signs pushes."""
    row = _row()
    return KeyPair(_opened(bytes(row.sealed_private_key)), row.application_server_key)


def _row() -> PushKey:
    found = PushKey.objects.filter(pk=_THE_ROW).first()
    return found or _made()


def _made() -> PushKey:
    from webpush.vapid import VAPID  # noqa: PLC0415  takes a tenth of a second, once in an installation's life

    private_pem, _public_pem, public = VAPID.generate_keys()
    fresh = PushKey(pk=_THE_ROW, application_server_key=public, sealed_private_key=_sealed(private_pem))
    # Two processes on their first start: the second insert changes nothing, and both read the first one's key.
    PushKey.objects.bulk_create([fresh], ignore_conflicts=True)
    return PushKey.objects.get(pk=_THE_ROW)


def _sealed(private_pem: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + _cipher(settings.SECRET_KEY).encrypt(nonce, private_pem, None)


def _opened(sealed: bytes) -> bytes:
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return _cipher(str(secret)).decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
        except InvalidTag:
            continue
    raise ImproperlyConfigured(
        "The push key in the database was sealed with another SECRET_KEY. Start with the SECRET_KEY that belongs to "
        "this database, or empty the table delivery_pushkey: a new key is made, and every device subscribes again "
        "when its app opens."
    )


def _cipher(secret: str) -> AESGCM:
    key = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"delivery.keys").derive(secret.encode())
    return AESGCM(key)
