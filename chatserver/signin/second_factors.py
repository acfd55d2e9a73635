"""What django-allauth keeps of second factors, and under which name people find them in their authenticator app."""

import base64
import hashlib
import hmac
from collections.abc import Collection

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.encoding import force_bytes

from chatserver.signin import let_in
from registry.models import Account

NAME = "Trống Trường"


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """allauth would keep TOTP secrets in plain: who reads a backup could then sign in as any officer."""

    def encrypt(self, text: str) -> str:
        """Sealed with a key that SECRET_KEY gives."""
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Opened again, also with a SECRET_KEY that has been replaced."""
        return _seal().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        """The name that the authenticator app shows."""
        return NAME

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The name that the browser shows when it asks for a passkey; the passkey is of this host alone (WebAuthn, 5.1.2)."""
        return {**super().get_public_key_credential_rp_entity(), "name": NAME}

    def is_mfa_enabled(self, user: Account, types: Collection[str] | None = None) -> bool:
        """Whether a password is not enough: there is a second factor, or one was lost and the account let in again."""
        if super().is_mfa_enabled(user, types):
            return True
        return types is not None and Authenticator.Type.TOTP in types and let_in.is_waiting(user.pk)


def _seal() -> MultiFernet:
    return MultiFernet([Fernet(_key(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str | bytes) -> bytes:
    return base64.urlsafe_b64encode(
        hmac.digest(force_bytes(secret), b"chatserver.signin.second_factors", hashlib.sha256)
    )
