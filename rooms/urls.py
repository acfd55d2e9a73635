"""Routes of rooms, mounted at /api/."""

from django.urls import URLPattern, URLResolver, path

from rooms import api
from rooms import message_api as messages
from rooms.files import api as files

urlpatterns: list[URLPattern | URLResolver] = [
    path("rooms", api.RoomsView.as_view()),
    path("rooms/archived", api.ArchivedRoomsView.as_view()),
    path("rooms/contacts", api.ContactsView.as_view()),
    path("rooms/<int:room>", api.RoomView.as_view()),
    path("rooms/<int:room>/members", api.MembersView.as_view()),
    path("rooms/<int:room>/messages", messages.MessagesView.as_view()),
    path("rooms/<int:room>/messages/<int:seq>", messages.MessageView.as_view()),
    path("rooms/<int:room>/messages/<int:seq>/reaction", messages.ReactionView.as_view()),
    path("rooms/<int:room>/messages/<int:seq>/pin", messages.PinView.as_view()),
    path("rooms/<int:room>/messages/<int:seq>/vote", messages.VoteView.as_view()),
    path("rooms/<int:room>/messages/<int:seq>/votes", messages.VotesView.as_view()),
    path("rooms/<int:room>/messages/<int:seq>/close", messages.CloseView.as_view()),
    path("rooms/<int:room>/read", api.PointersView.as_view()),
    path("uploads", files.UploadsView.as_view()),
    path("uploads/<uuid:upload>", files.UploadView.as_view()),
    path("files/pass", files.PassView.as_view()),
    path("threads/messages", api.ThreadMessagesView.as_view()),
    path("sync", api.SyncView.as_view()),
]
