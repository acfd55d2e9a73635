"""REST routes of each app, health, and the app itself. There is no Django admin: staff screens ask the same policy."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
