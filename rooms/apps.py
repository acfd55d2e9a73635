"""Registers rooms with Django, and with the only signal there is."""

from django.apps import AppConfig


class RoomsConfig(AppConfig):
    name = "rooms"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from registry.signals import access_changed  # noqa: PLC0415  models load first
        from rooms.receivers import revise_members  # noqa: PLC0415

        access_changed.connect(revise_members, dispatch_uid="rooms.revise_members")
