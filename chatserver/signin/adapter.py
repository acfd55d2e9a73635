"""What django-allauth may do here: sign in accounts that exist; nobody signs up."""

import unicodedata
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest

from chatserver.signin import devices
from registry.models import Account


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts come from the registry's people only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: an account without a person of the registry would have no rights and no reason."""
        return False

    def login(self, request: HttpRequest, user: Account) -> None:
        """Every way of signing in that allauth knows (password, passkey, OIDC) ends here, and so has its device."""
        devices.begin(request, user)

    def logout(self, request: HttpRequest) -> None:
        """allauth's own sign-out ends the device too."""
        devices.leave(request)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """By the name alone. allauth adds the Host header, whose port whoever guesses may choose anew each time; and a
        name has one key however it is written, since the database finds it without regard to case."""
        return unicodedata.normalize("NFKC", credentials.get("username", "")).upper().casefold()

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nothing: nobody's address is kept here for allauth to write to."""


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """OIDC signs in accounts that were connected before; it never makes one."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        """Never, as above."""
        return False
