"""Routes of questions about notices, below /api/broadcasts/."""

from django.urls import path

from broadcasts.questions import api

urlpatterns = [
    path("questions", api.WaitingView.as_view()),
    path("questions/quoted", api.QuotedView.as_view()),
    path("<int:broadcast_id>/questions", api.QuestionsView.as_view()),
    path("<int:broadcast_id>/questions/<int:question_id>/place", api.PlaceView.as_view()),
    path("<int:broadcast_id>/answers", api.AnswersView.as_view()),
    path("<int:broadcast_id>/answers/<int:answer_id>", api.AnswerView.as_view()),
]
