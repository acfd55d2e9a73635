"""Registers chatserver with Django."""

from django.apps import AppConfig


class ChatserverConfig(AppConfig):
    name = "chatserver"
    default_auto_field = "django.db.models.BigAutoField"
