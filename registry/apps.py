"""The registry: a faithful mirror of the province's education registry. Facts, no opinions."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "registry"
    default_auto_field = "django.db.models.BigAutoField"
