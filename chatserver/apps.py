"""Registers chatserver with Django, its checks with the others, who knows which sessions have ended, and who ends them."""

import gc

from django.apps import AppConfig


class ChatserverConfig(AppConfig):
    name = "chatserver"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from chatserver import checks  # noqa: F401, PLC0415
        from chatserver.rights.closing import close_sockets  # noqa: PLC0415  models load first
        from chatserver.signin import scope  # noqa: F401, PLC0415  registers itself
        from registry.signals import access_changed  # noqa: PLC0415

        access_changed.connect(close_sockets, dispatch_uid="chatserver.close_sockets")
        # Off since manage.py began.
        gc.enable()
