"""The keys that notices are signed with: made on first need, sealed with SECRET_KEY, the public halves for everybody."""

import base64
import logging

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from broadcasts.models import SigningKey

log = logging.getLogger(__name__)
ALGORITHM = "Ed25519"


def signing_key() -> tuple[SigningKey, Ed25519PrivateKey]:
    """The key that signs today, with its private half. One that was sealed with another SECRET_KEY signs no more: a notice
    must leave, so a new one takes its place, and what the old one signed stays provable."""
    row = SigningKey.objects.order_by("-pk").first()
    if row is None:
        return _made()
    try:
        return row, Ed25519PrivateKey.from_private_bytes(_seal().decrypt(bytes(row.sealed_private_key)))
    except InvalidToken:
        log.error("signing key %s was sealed with another SECRET_KEY; a new one signs from now on", row.pk)  # noqa: TRY400
        return _made()


def public_keys() -> list[SigningKey]:
    """All keys that ever signed, newest first."""
    return list(SigningKey.objects.order_by("-pk").defer("sealed_private_key"))


def _made() -> tuple[SigningKey, Ed25519PrivateKey]:
    # Two processes on their first notice: each makes one, both prove what they signed, and the newer signs from then on.
    private = Ed25519PrivateKey.generate()
    public = base64.b64encode(private.public_key().public_bytes_raw()).decode()
    sealed = _seal().encrypt(private.private_bytes_raw())
    return SigningKey.objects.create(public_key=public, sealed_private_key=sealed), private


def _seal() -> MultiFernet:
    return MultiFernet([_derived(str(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _derived(secret: str) -> Fernet:
    key = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"broadcasts.verifying").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(key))
