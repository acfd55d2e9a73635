"""Routes of corrections, below /api/broadcasts/."""

from django.urls import path

from broadcasts.correcting import api

urlpatterns = [path("<int:broadcast_id>/correct", api.CorrectView.as_view())]
