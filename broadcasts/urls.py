"""Routes of notices, below /api/."""

from django.urls import include, path

from broadcasts import api
from broadcasts.files import api as files
from broadcasts.saved import api as saved
from broadcasts.wording import api as wording

urlpatterns = [
    path("broadcasts", api.InboxView.as_view()),
    path("broadcasts/audiences", api.AudiencesView.as_view()),
    path("broadcasts/preview", api.PreviewView.as_view()),
    path("broadcasts/saved-audiences", saved.SavedAudiencesView.as_view()),
    path("broadcasts/saved-audiences/<int:saved_id>", saved.SavedAudienceView.as_view()),
    path("broadcasts/sent", api.SentView.as_view()),
    path("broadcasts/", include("broadcasts.drafts.urls")),
    path("broadcasts/", include("broadcasts.ledger.urls")),
    path("broadcasts/", include("broadcasts.cascade.urls")),
    path("broadcasts/", include("broadcasts.evidence.urls")),
    path("broadcasts/", include("broadcasts.ladder.urls")),
    path("broadcasts/", include("broadcasts.correcting.urls")),
    path("broadcasts/", include("broadcasts.questions.urls")),
    path("broadcasts/templates", wording.TemplatesView.as_view()),
    path("broadcasts/templates/<int:template_id>", wording.TemplateView.as_view()),
    path("broadcasts/files", files.FilesView.as_view()),
    path("broadcasts/files/<int:file_id>", files.FileView.as_view()),
    path("broadcasts/<int:broadcast_id>", api.DetailView.as_view()),
    path("broadcasts/<int:broadcast_id>/read", api.ReadView.as_view()),
    path("broadcasts/<int:broadcast_id>/acknowledge", api.AcknowledgeView.as_view()),
    path("broadcasts/<int:broadcast_id>/progress", api.ProgressView.as_view()),
]
