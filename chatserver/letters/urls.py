"""Routes of letters, below /api/."""

from django.urls import path

from chatserver.letters import api

urlpatterns = [
    path("letters/schools/<int:school>", api.SchoolLettersView.as_view()),
    path("letters/classes/<int:school_class>", api.ClassLettersView.as_view()),
    path("letters/classes/<int:school_class>/take-back", api.TakeBackView.as_view()),
]
