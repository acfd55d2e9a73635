"""Routes of the registry's sources, below /api/."""

from django.urls import path

from chatserver.registry_api import views

urlpatterns = [
    path("registry/sources", views.SourcesView.as_view()),
    path("registry/sources/<int:source_id>", views.SourceView.as_view()),
    path("registry/sources/<int:source_id>/packages", views.PackagesView.as_view()),
    path("registry/runs/<int:run_id>", views.RunView.as_view()),
    path("registry/runs/<int:run_id>/apply", views.ApplyView.as_view()),
    path("registry/runs/<int:run_id>/confirm", views.ConfirmView.as_view()),
    path("registry/runs/<int:run_id>/decline", views.DeclineView.as_view()),
    path("registry/runs/<int:run_id>/rollback", views.RollbackView.as_view()),
    path("registry/runs/<int:run_id>/report", views.ReportView.as_view()),
]
