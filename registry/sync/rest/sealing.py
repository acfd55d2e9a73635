"""A provider's secret: sealed with SECRET_KEY, opened only to sign in there, never shown again."""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from registry.sync.errors import PackageRefused


def seal(secret: str) -> bytes:
    """The secret as it is kept in Source.client_secret: of no use to whoever has only the database."""
    return _keys().encrypt(secret.encode())


def opened(sealed: bytes) -> str:
    """The secret. Refuses what was sealed with another SECRET_KEY: somebody has to enter it again."""
    try:
        return _keys().decrypt(sealed).decode()
    except InvalidToken as error:
        raise PackageRefused("secret_unreadable") from error


def _keys() -> MultiFernet:
    return MultiFernet([_key(str(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str) -> Fernet:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"registry.sync.rest").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
