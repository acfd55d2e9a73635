"""Routes of notices on their way, below /api/broadcasts/."""

from django.urls import path

from broadcasts.drafts import api

urlpatterns = [
    path("drafts", api.DraftsView.as_view()),
    path("drafts/<int:draft_id>", api.DraftView.as_view()),
    path("drafts/<int:draft_id>/submit", api.SubmitView.as_view()),
    path("drafts/<int:draft_id>/undo", api.UndoView.as_view()),
    path("drafts/<int:draft_id>/break-glass", api.BreakGlassView.as_view()),
    path("approvals", api.ApprovalsView.as_view()),
    path("approvals/<int:draft_id>", api.ApprovalView.as_view()),
    path("approvals/<int:draft_id>/approve", api.ApproveView.as_view()),
    path("approvals/<int:draft_id>/decline", api.DeclineView.as_view()),
]
