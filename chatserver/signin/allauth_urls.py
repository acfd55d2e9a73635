"""django-allauth's own addresses, below /_allauth/: passkeys, second factors, and OIDC for connected accounts.

Named one by one: what allauth offers besides (signing up, e-mail addresses, phone numbers, password by e-mail, its own
password sign-in) is not for here, and a new release of it must not open a door by itself.
"""

from allauth.headless.account import views as account
from allauth.headless.constants import Client
from allauth.headless.mfa import views as mfa
from allauth.headless.socialaccount import views as social
from django.urls import include, path

VIEWS = {
    "auth/reauthenticate": account.ReauthenticateView,
    "auth/2fa/authenticate": mfa.AuthenticateView,
    "auth/2fa/reauthenticate": mfa.ReauthenticateView,
    "auth/webauthn/authenticate": mfa.AuthenticateWebAuthnView,
    "auth/webauthn/reauthenticate": mfa.ReauthenticateWebAuthnView,
    "auth/webauthn/login": mfa.LoginWebAuthnView,
    "account/authenticators": mfa.AuthenticatorsView,
    "account/authenticators/totp": mfa.ManageTOTPView,
    "account/authenticators/recovery-codes": mfa.ManageRecoveryCodesView,
    "account/authenticators/webauthn": mfa.ManageWebAuthnView,
    "account/providers": social.ManageProvidersView,
    "auth/provider/redirect": social.RedirectToProviderView,
}

urlpatterns = [path(route, view.as_api_view(client=Client.BROWSER)) for route, view in VIEWS.items()]
# The address that an OIDC provider sends people back to.
urlpatterns.append(path("", include("allauth.socialaccount.providers.openid_connect.urls")))
