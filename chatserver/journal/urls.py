"""Routes of the journal, below /api/."""

from django.urls import path

from chatserver.journal import api

urlpatterns = [
    path("journal", api.JournalView.as_view()),
    path("journal/roots", api.RootsView.as_view()),
]
