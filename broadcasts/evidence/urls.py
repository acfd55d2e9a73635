"""Routes of evidence, below /api/broadcasts/."""

from django.urls import path

from broadcasts.evidence import api

urlpatterns = [
    path("<int:broadcast_id>/evidence", api.ActsView.as_view()),
    path("<int:broadcast_id>/evidence/package", api.PackageView.as_view()),
]
