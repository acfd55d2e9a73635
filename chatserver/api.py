"""What the app asks first, and what no other address answers."""

from django.middleware.csrf import get_token
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chatserver.me import MeIn, MeOut, me_of
from chatserver.signin import devices
from chatserver.signin.people import account_of, required_person
from chatserver.signin.serializers import checked
from delivery.actions import set_language
from realtime.errors import NotFound


class MeView(APIView):
    """Who is signed in here."""

    permission_classes = [AllowAny]

    @extend_schema(responses=MeOut)
    def get(self, request: Request) -> Response:
        """Everything the app needs to start. Sets the CSRF cookie, also for nobody."""
        get_token(request._request)
        me = me_of(request._request)
        devices.seen(request._request)
        return Response(me)

    @extend_schema(request=MeIn, responses=MeOut)
    def patch(self, request: Request) -> Response:
        """Change the language of what the server writes: refusals on the socket, pushes."""
        person = required_person(request)
        account = account_of(request)
        account.language = checked(MeIn, request)["language"]
        account.save(update_fields=["language"])
        set_language(person, account.language)
        return Response(me_of(request._request))


class NowhereView(APIView):
    """Every other path below /api/."""

    permission_classes = [AllowAny]
    schema = None

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """Whatever the method, there is nothing here."""
        raise NotFound
