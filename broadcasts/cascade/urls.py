"""Routes of the chain, below /api/broadcasts/."""

from django.urls import path

from broadcasts.cascade import api

urlpatterns = [
    path("<int:broadcast_id>/cascade", api.CascadeView.as_view()),
    path("<int:broadcast_id>/cascade/nodes", api.NodesView.as_view()),
    path("<int:broadcast_id>/cascade/calls", api.CallsView.as_view()),
    path("<int:broadcast_id>/cascade/export", api.ExportView.as_view()),
    path("<int:broadcast_id>/nodes/<int:unit>/relay", api.RelayView.as_view()),
    path("<int:broadcast_id>/nodes/<int:unit>/complete", api.CompleteView.as_view()),
    path("<int:broadcast_id>/nodes/<int:unit>/reopen", api.ReopenView.as_view()),
    path("<int:broadcast_id>/nodes/<int:unit>/hand-over", api.HandOverView.as_view()),
]
