"""Routes of the registry's sources, below /api/."""

from django.urls import path

from chatserver.registry_api import sending, sources, views

urlpatterns = [
    path("registry/sources", sources.SourcesView.as_view()),
    path("registry/sources/<int:source_id>", sources.SourceView.as_view()),
    path("registry/sources/<int:source_id>/packages", sending.PackagesView.as_view()),
    path("registry/sources/<int:source_id>/lists", sending.ListsView.as_view()),
    path("registry/sources/<int:source_id>/pull", sources.PullView.as_view()),
    path("registry/scopes", sources.ScopesView.as_view()),
    path("registry/runs/<int:run_id>", views.RunView.as_view()),
    path("registry/runs/<int:run_id>/mapping", sending.MappingView.as_view()),
    path("registry/runs/<int:run_id>/conflicts", views.ConflictsView.as_view()),
    path("registry/runs/<int:run_id>/apply", views.ApplyView.as_view()),
    path("registry/runs/<int:run_id>/confirm", views.ConfirmView.as_view()),
    path("registry/runs/<int:run_id>/decline", views.DeclineView.as_view()),
    path("registry/runs/<int:run_id>/rollback", views.RollbackView.as_view()),
    path("registry/runs/<int:run_id>/report", views.ReportView.as_view()),
]
