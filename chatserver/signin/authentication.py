"""How DRF learns who is asking."""

from django.http import HttpRequest
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from chatserver.signin.errors import FormExpired
from registry.models import Account


class SignedInSession(SessionAuthentication):
    """The session cookie. Writes need the CSRF token from nobody too: a forged sign-in would put a parent into a
    stranger's account, where she might write what only her child's teacher should read."""

    def authenticate(self, request: Request) -> tuple[Account, None] | None:
        """The account of the session, if there is one."""
        self.enforce_csrf(request)
        user = request._request.user
        return (user, None) if isinstance(user, Account) and user.is_active else None

    def enforce_csrf(self, request: Request | HttpRequest) -> None:
        """Refuses with a code that the app understands."""
        try:
            super().enforce_csrf(request)  # type: ignore[arg-type]
        except PermissionDenied as denied:
            raise FormExpired from denied
