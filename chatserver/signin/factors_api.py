"""Second factors over REST: see, set up, remove, and confirm that it is still oneself. A passkey confirms by allauth's own
address (auth/webauthn/reauthenticate)."""

from typing import Any

import segno
from allauth.mfa.models import Authenticator
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chatserver.signin import codes, factors
from chatserver.signin.people import account_of
from chatserver.signin.serializers import Closed, NothingOut, checked
from realtime.errors import SecondFactorMissing


class PasswordOnceMoreIn(Closed):
    """The password where the server asks for it (`password_wanted`)."""

    password = serializers.CharField(max_length=200, trim_whitespace=False, required=False, default="")


class FactorCodeIn(Closed):
    code = serializers.CharField(max_length=30)


class PasskeyIn(Closed):
    name = serializers.CharField(max_length=60, required=False, default="", allow_blank=True)
    credential = serializers.DictField(help_text="RegistrationResponseJSON (WebAuthn Level 3, 5.1)")


class FactorOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    type = serializers.ChoiceField(choices=[str(kind) for kind in factors.KINDS])
    name = serializers.CharField(help_text="of a passkey; empty for an authenticator app")
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True)


class FactorsOut(serializers.Serializer[Any]):
    factors = FactorOut(many=True)
    recovery_codes = serializers.IntegerField(help_text="How many are left")


class TotpOut(serializers.Serializer[Any]):
    secret = serializers.CharField(help_text="Base32, to be typed")
    address = serializers.CharField(help_text="otpauth://totp/…")
    qr_svg = serializers.CharField()


class PasskeyOptionsOut(serializers.Serializer[Any]):
    options = serializers.DictField(help_text="CredentialCreationOptionsJSON (WebAuthn Level 3, 5.1)")


class RecoveryCodesOut(serializers.Serializer[Any]):
    recovery_codes = serializers.ListField(
        child=serializers.CharField(), help_text="Shown once. Empty where there were some before"
    )


class FactorsView(APIView):
    """The account's second factors."""

    @extend_schema(operation_id="second_factor_list", responses=FactorsOut)
    def get(self, request: Request) -> Response:
        """All of them, oldest first. Nothing that signs in is told."""
        found, left = factors.factors_of(account_of(request))
        return Response({"factors": [_shape(factor) for factor in found], "recovery_codes": left})


class FactorView(APIView):
    """One of them."""

    @extend_schema(operation_id="second_factor_remove", responses=NothingOut)
    def delete(self, request: Request, factor: int) -> Response:
        """Remove it. Who may send beyond a class keeps one."""
        account = account_of(request)
        factors.require_may_change(request._request, account)
        factors.remove(request._request, account, factor)
        return Response({})


class TotpView(APIView):
    """An authenticator app: six digits that change every half a minute (RFC 6238)."""

    @extend_schema(operation_id="second_factor_begin_app", request=PasswordOnceMoreIn, responses=TotpOut)
    def post(self, request: Request) -> Response:
        """A secret for the app, also as a QR. Nothing is set up before its first code."""
        account = account_of(request)
        factors.require_may_change(request._request, account, checked(PasswordOnceMoreIn, request)["password"])
        secret, address = factors.begin_totp(account)
        # Black on white also in dark mode: telephones read nothing else reliably.
        drawn = str(segno.make(address, error="m").svg_inline(scale=5, border=4, light="#fff"))
        return Response({"secret": secret, "address": address, "qr_svg": drawn})

    @extend_schema(operation_id="second_factor_add_app", request=FactorCodeIn, responses=RecoveryCodesOut)
    def put(self, request: Request) -> Response:
        """The first code: from now on the app is the account's second factor, in place of one before it."""
        account = account_of(request)
        factors.require_may_change(request._request, account)
        made = factors.add_totp(request._request, account, checked(FactorCodeIn, request)["code"])
        return Response({"recovery_codes": made})


class PasskeyOptionsView(APIView):
    """The first half of making a passkey."""

    @extend_schema(operation_id="second_factor_begin_passkey", request=PasswordOnceMoreIn, responses=PasskeyOptionsOut)
    def post(self, request: Request) -> Response:
        """What the browser is asked for."""
        account = account_of(request)
        factors.require_may_change(request._request, account, checked(PasswordOnceMoreIn, request)["password"])
        return Response({"options": factors.begin_passkey(account)})


class PasskeysView(APIView):
    """Passkeys: a key in the telephone, the computer or on a stick (WebAuthn)."""

    @extend_schema(operation_id="second_factor_add_passkey", request=PasskeyIn, responses=RecoveryCodesOut)
    def post(self, request: Request) -> Response:
        """What the browser made."""
        account, given = account_of(request), checked(PasskeyIn, request)
        factors.require_may_change(request._request, account)
        made = factors.add_passkey(request._request, account, name=given["name"], credential=given["credential"])
        return Response({"recovery_codes": made})


class RecoveryCodesView(APIView):
    """Ten codes on paper, each good once in place of the second factor."""

    @extend_schema(operation_id="second_factor_recovery_codes", request=None, responses=RecoveryCodesOut)
    def post(self, request: Request) -> Response:
        """New ones; those before are good no more."""
        account = account_of(request)
        factors.require_may_change(request._request, account)
        return Response({"recovery_codes": factors.renew_recovery_codes(account)})


class ConfirmView(APIView):
    """It is still oneself."""

    @extend_schema(operation_id="second_factor_confirm", request=FactorCodeIn, responses={204: None})
    def post(self, request: Request) -> Response:
        """A code of the app, or a recovery code: this session is good for sending and approving for five minutes."""
        account, given = account_of(request), checked(FactorCodeIn, request)
        if not factors.is_enrolled(account):
            raise SecondFactorMissing
        codes.take(account, given["code"], is_signing_in=False)
        return Response(status=204)


def _shape(factor: Authenticator) -> dict[str, Any]:
    return {
        "id": factor.pk,
        "type": str(factor.type),
        "name": factor.wrap().name if factor.type == Authenticator.Type.WEBAUTHN else "",
        "created_at": factor.created_at,
        "last_used_at": factor.last_used_at,
    }
