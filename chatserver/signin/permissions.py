"""The default permission of every view."""

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from chatserver.signin.people import person_of
from realtime.errors import NotSignedIn


class SignedInPerson(BasePermission):
    """Lets in whoever has a session whose account belongs to a live person of the registry; others get not_signed_in."""

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002
        """True, or a refusal with a code; never a bare 403."""
        if person_of(request) is None:
            raise NotSignedIn
        return True
