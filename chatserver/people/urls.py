"""Routes of people, below /api/."""

from django.urls import path

from chatserver.people import api

urlpatterns = [
    path("people", api.PeopleView.as_view()),
    path("people/<int:person>", api.PersonView.as_view()),
    path("people/<int:person>/rooms", api.PersonRoomsView.as_view()),
    path("people/<int:person>/sign-out", api.SignOutView.as_view()),
    path("people/<int:person>/lost-factors", api.LostFactorsView.as_view()),
]
