"""REST routes of each app, health, and the app itself. There is no Django admin: staff screens ask the same policy."""

from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularAPIView

from chatserver import health
from chatserver.api import MeView, NowhereView
from chatserver.shell import shell

api: list[URLPattern | URLResolver] = [
    path("me", MeView.as_view()),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("", include("chatserver.signin.urls")),
    path("", include("chatserver.registry_api.urls")),
    path("", include("chatserver.rights.urls")),
    path("", include("chatserver.people.urls")),
    path("", include("chatserver.letters.urls")),
    path("", include("chatserver.journal.urls")),
    path("", include("rooms.urls")),
    path("", include("broadcasts.urls")),
    path("", include("delivery.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("livez", health.livez),
    path("readyz", health.readyz),
    path("registryz", health.registryz),
    path("api/", include(api)),
    path("_allauth/", include("chatserver.signin.allauth_urls")),
    re_path(r"^api(?:/.*)?$", NowhereView.as_view()),
    path("", include("broadcasts.verifying.urls")),
    path("", shell),
    path("<path:path>", shell),
]

handler404 = "chatserver.shell.not_found"
