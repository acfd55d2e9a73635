"""Activation codes over REST: look, use, refuse, and a code for one's own next device."""

from collections.abc import Iterator
from contextlib import contextmanager

import segno
from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chatserver.me import MeOut, me_of
from chatserver.signin import devices
from chatserver.signin.cards import activation_card
from chatserver.signin.errors import refusal_of
from chatserver.signin.passwords import require_open
from chatserver.signin.people import account_of, required_person
from chatserver.signin.serializers import ActivationOut, CodeIn, CodeUseIn, DeviceCodeOut, NothingOut, checked
from registry import activation
from registry.activation import ActivationRefused


@contextmanager
def in_our_words() -> Iterator[None]:
    """The registry's refusals, told as everything else is."""
    try:
        yield
    except ActivationRefused as refused:
        raise refusal_of(refused) from refused


class LookView(APIView):
    """The first step: whose code is this?"""

    permission_classes = [AllowAny]

    @extend_schema(request=CodeIn, responses=ActivationOut)
    def post(self, request: Request) -> Response:
        """Whose code it is. Nothing is used up."""
        with in_our_words():
            code = activation.look_up(checked(CodeIn, request)["code"], address=get_ip(request._request))
        return Response(activation_card(code))


class UseView(APIView):
    """The last step: this is me."""

    permission_classes = [AllowAny]

    @extend_schema(request=CodeUseIn, responses=MeOut)
    def post(self, request: Request) -> Response:
        """Use the code up and sign this browser in."""
        given = checked(CodeUseIn, request)
        with in_our_words():
            account = activation.use(
                given["code"], address=get_ip(request._request), language=given.get("language", "")
            )
        require_open(account)
        devices.begin(request._request, account)
        return Response(me_of(request._request))


class RefuseView(APIView):
    """The other last step: this is not me."""

    permission_classes = [AllowAny]

    @extend_schema(request=CodeIn, responses=NothingOut)
    def post(self, request: Request) -> Response:
        """Lock the code; the school finds the line in its audit trail."""
        with in_our_words():
            activation.refuse(checked(CodeIn, request)["code"], address=get_ip(request._request))
        return Response({})


class DeviceCodeView(APIView):
    """A code for one's own next device."""

    @extend_schema(request=None, responses=DeviceCodeOut)
    def post(self, request: Request) -> Response:
        """A fresh code, good for ten minutes; an earlier one dies."""
        expires_at = timezone.now() + activation.DEVICE_LIFE
        with in_our_words():
            code = activation.issue(required_person(request), by=account_of(request), life=activation.DEVICE_LIFE)
        return Response({"code": code, "expires_at": expires_at, "qr_svg": qr_svg(code)})


def activation_url(code: str) -> str:
    """What the QR holds. A fragment never reaches a server's log."""
    return f"{settings.PUBLIC_URL}/k#{code}"


def qr_svg(code: str) -> str:
    """The QR as an SVG element, black on white also in dark mode: phones read nothing else reliably."""
    return str(segno.make(activation_url(code), error="m").svg_inline(scale=6, border=4, light="#fff"))
