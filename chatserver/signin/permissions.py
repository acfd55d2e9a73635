"""The default permission of every view."""

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from chatserver.signin.people import required_person

if TYPE_CHECKING:
    # Settings name this module while rest_framework.views is still being imported.
    from rest_framework.views import APIView


class SignedInPerson(BasePermission):
    """Lets in whoever has a session whose account belongs to a live person; others get not_signed_in."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """True, or a refusal with a code; never a bare 403."""
        required_person(request)
        return True
