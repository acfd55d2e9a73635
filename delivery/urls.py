"""Mounted under /api/."""

from django.urls import path

from delivery.api import PushSubscriptions

urlpatterns = [path("push/subscriptions", PushSubscriptions.as_view())]
