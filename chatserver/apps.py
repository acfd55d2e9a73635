"""Registers chatserver with Django, its checks with the others, and who knows which sessions have ended."""

from django.apps import AppConfig


class ChatserverConfig(AppConfig):
    name = "chatserver"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from chatserver import checks  # noqa: F401, PLC0415
        from chatserver.signin import schema, scope  # noqa: F401, PLC0415  each registers itself
