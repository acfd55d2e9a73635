"""django-allauth's own addresses, below /_allauth/: signing in and confirming with a passkey, and OIDC for connected accounts.

Named one by one: what allauth offers besides (signing up, e-mail addresses, phone numbers, password by e-mail, its own
password sign-in) is not for here, and a new release of it must not open a door by itself. Codes are taken, and second
factors set up and removed, in one place (factors_api.py): allauth's doors would take a code twice, and the last factor.
"""

from allauth.headless.constants import Client
from allauth.headless.mfa import views as mfa
from allauth.headless.socialaccount import views as social
from django.urls import include, path

VIEWS = {
    "auth/webauthn/authenticate": mfa.AuthenticateWebAuthnView,
    "auth/webauthn/reauthenticate": mfa.ReauthenticateWebAuthnView,
    "auth/webauthn/login": mfa.LoginWebAuthnView,
    "account/providers": social.ManageProvidersView,
    "auth/provider/redirect": social.RedirectToProviderView,
}

urlpatterns = [path(route, view.as_api_view(client=Client.BROWSER)) for route, view in VIEWS.items()]
# The address that an OIDC provider sends people back to.
urlpatterns.append(path("", include("allauth.socialaccount.providers.openid_connect.urls")))
