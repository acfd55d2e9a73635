"""Routes of rooms, mounted at /api/."""

from django.urls import URLPattern, URLResolver, path

from rooms import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("rooms", api.RoomsView.as_view()),
    path("rooms/archived", api.ArchivedRoomsView.as_view()),
    path("rooms/contacts", api.ContactsView.as_view()),
    path("rooms/<int:room>", api.RoomView.as_view()),
    path("rooms/<int:room>/members", api.MembersView.as_view()),
    path("rooms/<int:room>/messages", api.MessagesView.as_view()),
    path("rooms/<int:room>/messages/<int:seq>", api.MessageView.as_view()),
    path("rooms/<int:room>/read", api.PointersView.as_view()),
    path("threads/messages", api.ThreadMessagesView.as_view()),
    path("sync", api.SyncView.as_view()),
]
