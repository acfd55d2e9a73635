"""Routes of denies and causes, below /api/."""

from django.urls import path

from chatserver.rights import api

urlpatterns = [
    path("denies", api.DeniesView.as_view()),
    path("denies/<int:deny>/end", api.EndDenyView.as_view()),
    path("rights/why", api.WhyView.as_view()),
]
