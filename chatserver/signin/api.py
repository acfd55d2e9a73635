"""Sign-in over REST: names and passwords, second factors, devices. Activation codes are in activation_api.py."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chatserver.me import MeOut, me_of
from chatserver.signin import devices, passwords
from chatserver.signin.people import account_of
from chatserver.signin.serializers import (
    DevicesOut,
    NothingOut,
    PasswordIn,
    SecondFactorIn,
    SessionIn,
    UsernameOut,
    checked,
)
from realtime.errors import NotFound
from registry.models import Device


class SessionView(APIView):
    """This browser's session."""

    permission_classes = [AllowAny]

    @extend_schema(request=SessionIn, responses=MeOut)
    def post(self, request: Request) -> Response:
        """Sign in with a name and a password."""
        given = checked(SessionIn, request)
        passwords.sign_in(request._request, username=given["username"], password=given["password"])
        return Response(me_of(request._request))

    @extend_schema(responses=NothingOut)
    def delete(self, request: Request) -> Response:
        """Sign out: ends this device's session, sockets and push address."""
        account_of(request)
        devices.leave(request._request)
        response = Response({})
        # Not "cache": the shell stays, so that the sign-in page opens without a network. Nor "cookies": the session's goes
        # with the session, and the browser's mark stays (chatserver/signin/browser.py).
        response["Clear-Site-Data"] = '"storage"'
        return response


class SecondFactorView(APIView):
    """The second step of signing in with a password."""

    permission_classes = [AllowAny]

    @extend_schema(request=SecondFactorIn, responses=MeOut)
    def post(self, request: Request) -> Response:
        """Give the code of the authenticator app, or a recovery code."""
        passwords.give_second_factor(request._request, checked(SecondFactorIn, request)["totp"])
        return Response(me_of(request._request))


class PasswordView(APIView):
    """The account's own password; households may have one, staff do."""

    @extend_schema(responses=UsernameOut)
    def get(self, request: Request) -> Response:
        """The name to sign in with."""
        return Response({"username": account_of(request).username})

    @extend_schema(request=PasswordIn, responses=UsernameOut)
    def post(self, request: Request) -> Response:
        """Set it. Other devices are signed out."""
        given = checked(PasswordIn, request)
        account = account_of(request)
        passwords.change(request._request, account, password=given["password"], present=given["present"])
        return Response({"username": account.username})


class DevicesView(APIView):
    """Where this account is signed in."""

    @extend_schema(responses=DevicesOut)
    def get(self, request: Request) -> Response:
        """All signed-in devices, last used first."""
        here = devices.session_hash_of(request._request)
        return Response({"devices": [_shape(device, here) for device in devices.open_devices(account_of(request))]})


class DeviceView(APIView):
    """One signed-in device."""

    @extend_schema(responses=NothingOut)
    def delete(self, request: Request, device: int) -> Response:
        """Sign it out from here."""
        found = Device.objects.filter(pk=device, account=account_of(request), ended_at=None).first()
        if found is None:
            raise NotFound
        devices.end(found)
        return Response({})


def _shape(device: Device, here: str) -> dict[str, Any]:
    return {
        "id": device.pk,
        "label": device.label,
        "created_at": device.created_at,
        "last_seen_at": device.last_seen_at,
        "is_this": device.session_hash == here,
    }
