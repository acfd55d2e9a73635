"""In which language a request is answered."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

LANGUAGES = {code for code, _name in settings.LANGUAGES}


class LanguageMiddleware:
    """The app says its language in Accept-Language; anything else is answered in Vietnamese."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        wanted = request.headers.get("Accept-Language", "")[:2].lower()
        with translation.override(wanted if wanted in LANGUAGES else settings.LANGUAGE_CODE):
            return self.get_response(request)
