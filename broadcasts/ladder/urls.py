"""Routes of the ladder, below /api/broadcasts/."""

from django.urls import path

from broadcasts.ladder import api

urlpatterns = [
    path("ladders/<int:org_id>", api.LadderView.as_view()),
    path("<int:broadcast_id>/rungs", api.RungsView.as_view()),
]
