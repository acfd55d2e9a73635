"""Routes of the ledger, below /api/broadcasts/."""

from django.urls import path

from broadcasts.ledger import api

urlpatterns = [
    path("boards", api.BoardsView.as_view()),
    path("<int:broadcast_id>/reach", api.BoardView.as_view()),
    path("<int:broadcast_id>/reach/subjects", api.SubjectsView.as_view()),
    path("<int:broadcast_id>/reach/export", api.ExportView.as_view()),
    path("<int:broadcast_id>/reach/contacts", api.ContactsView.as_view()),
    path("<int:broadcast_id>/reach/contacts/<int:contact_id>/withdraw", api.WithdrawView.as_view()),
]
