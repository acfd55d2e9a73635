"""Registers broadcasts with Django, and with the only signal there is."""

from django.apps import AppConfig


class BroadcastsConfig(AppConfig):
    name = "broadcasts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from broadcasts.cascade.succeeding import take_over  # noqa: PLC0415  models load first
        from registry.signals import access_changed  # noqa: PLC0415

        access_changed.connect(take_over, dispatch_uid="broadcasts.take_over")
