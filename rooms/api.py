"""Rooms over REST: everything the socket does, and what a page needs to begin. Holds no rules."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from realtime import epoch
from realtime.errors import NotSignedIn
from registry.models import Person
from registry.people import person_of
from rooms import actions, answers, schema, selectors
from rooms.carrying import Carried
from rooms.catching_up import catch_up
from rooms.commands import named_rooms
from rooms.contacts import contacts
from rooms.given import asked, checked
from rooms.listing import archives_for, room_for, rooms_for
from rooms.threads import Sides, start_thread


def who(request: Request) -> Person:
    """The signed-in person; the default permission has let in nobody else."""
    person = person_of(request)
    if person is None:
        raise NotSignedIn
    return person


class RoomsView(APIView):
    """The rooms of whoever asks."""

    @extend_schema(operation_id="rooms_list", responses=schema.RoomsOut)
    def get(self, request: Request) -> Response:
        """Every room that one may see now, the liveliest first."""
        return Response({"epoch": epoch(), "rooms": rooms_for(who(request))})


class ArchivedRoomsView(APIView):
    """The rooms of units that have ended."""

    @extend_schema(operation_id="rooms_archived", parameters=[schema.PageIn], responses=schema.ArchivedOut)
    def get(self, request: Request) -> Response:
        """Those that one may read today because one answers for the unit that came after; newest first."""
        page = asked(schema.PageIn, request)
        return Response(archives_for(who(request), before=page.get("before"), limit=page["limit"]))


class ContactsView(APIView):
    """With whom one may talk about a child."""

    @extend_schema(parameters=[schema.SearchIn], responses=schema.ContactsOut)
    def get(self, request: Request) -> Response:
        """Conversations that may be begun or are going on; the school's office finds guardians by `search`."""
        search = asked(schema.SearchIn, request)["search"]
        return Response({"contacts": contacts(who(request), search=search)})


class RoomView(APIView):
    """One room."""

    @extend_schema(responses=schema.RoomOut)
    def get(self, request: Request, room: int) -> Response:
        """The room as the reader sees it."""
        return Response(room_for(who(request), room))

    @extend_schema(request=schema.TalkIn, responses=schema.RoomOut)
    def patch(self, request: Request, room: int) -> Response:
        """Open or close it for those who otherwise only read."""
        given = checked(schema.TalkIn, request)
        actions.set_talk_open(who(request), room, is_talk_open=given["is_talk_open"])
        return Response(room_for(who(request), room))


class MembersView(APIView):
    """Who is in a room."""

    @extend_schema(responses=schema.MembersOut)
    def get(self, request: Request, room: int) -> Response:
        """Its members, with how far they have read for those who may see it."""
        return Response(selectors.members(who(request), room))


class PointersView(APIView):
    """How far one has a room and has read it."""

    @extend_schema(request=schema.PointersIn, responses=schema.PointersOut)
    def post(self, request: Request, room: int) -> Response:
        """Move them forward."""
        person = who(request)
        moved = actions.mark_read(person, room, **checked(schema.PointersIn, request))
        return Response(answers.pointers(person, room, moved))


class ThreadMessagesView(APIView):
    """The first message of a conversation about a child."""

    @extend_schema(request=schema.ThreadPostIn, responses={200: schema.ThreadPostOut, 201: schema.ThreadPostOut})
    def post(self, request: Request) -> Response:
        """Say it; the conversation is made if it is not there yet. Staff name the guardian."""
        person, given = who(request), checked(schema.ThreadPostIn, request)
        sides = Sides(given["student"], given.get("guardian", person.pk), given["teacher"])
        body, name, carried = given["body"], given["client_message_id"], Carried(files=tuple(given.get("files", ())))
        room, written = start_thread(person, sides, body=body, client_message_id=name, carried=carried)
        told: dict[str, Any] = {"room": room_for(person, room.pk), "message": answers.message(written)}
        return Response(told, status=201 if written.is_new else 200)


class SyncView(APIView):
    """Catching up without a socket."""

    @extend_schema(request=schema.SyncIn, responses=schema.SyncOut)
    def post(self, request: Request) -> Response:
        """What was missed in the rooms named with their revs."""
        given = checked(schema.SyncIn, request)
        revs = named_rooms(given["rooms"])
        return Response(catch_up(who(request), known_epoch=given["epoch"], revs=revs))
