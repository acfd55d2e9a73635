"""Messages over REST: saying, changing and taking back, and everything that is done to one. Holds no rules."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from rooms import actions, answers, pins, polls, reactions, selectors
from rooms import message_schema as shapes
from rooms.api import who
from rooms.given import asked, checked
from rooms.schema import PageIn, PageOut


class MessagesView(APIView):
    """What was said in a room."""

    @extend_schema(parameters=[PageIn], responses=PageOut)
    def get(self, request: Request, room: int) -> Response:
        """The page before `before`, or the newest one."""
        page = asked(PageIn, request)
        actions.open_room(who(request), room)
        return Response(selectors.history(who(request), room, before=page.get("before"), limit=page["limit"]))

    @extend_schema(request=shapes.SaidIn, responses={200: shapes.MessageOut, 201: shapes.MessageOut})
    def post(self, request: Request, room: int) -> Response:
        """Say something. The same client_message_id again is answered with the first message."""
        given = checked(shapes.SaidIn, request)
        name, body = given.pop("client_message_id"), given.pop("body")
        carried = shapes.carried(given)
        written = actions.post_message(who(request), room, body=body, client_message_id=name, carried=carried)
        return Response(answers.message(written), status=201 if written.is_new else 200)


class MessageView(APIView):
    """One message."""

    @extend_schema(request=shapes.EditIn, responses=shapes.MessageOut)
    def patch(self, request: Request, room: int, seq: int) -> Response:
        """Give one's own message another text."""
        given = checked(shapes.EditIn, request)
        return Response(answers.message(actions.edit_message(who(request), room, seq, body=given["body"])))

    @extend_schema(responses=shapes.MessageOut)
    def delete(self, request: Request, room: int, seq: int) -> Response:
        """Take a message back: it stays, empty."""
        return Response(answers.message(actions.remove_message(who(request), room, seq)))


class ReactionView(APIView):
    """One's own reaction to a message."""

    @extend_schema(request=shapes.ReactionIn, responses=shapes.ReactedOut)
    def put(self, request: Request, room: int, seq: int) -> Response:
        """This one, in place of another; null takes it back."""
        given = checked(shapes.ReactionIn, request)
        return Response(answers.reacted(reactions.react(who(request), room, seq, kind=given["kind"])))


class PinView(APIView):
    """Whether a message stands above its room."""

    @extend_schema(request=shapes.PinIn, responses=shapes.PinsOut)
    def put(self, request: Request, room: int, seq: int) -> Response:
        """Pin it, or give the pin another date."""
        until = checked(shapes.PinIn, request).get("until")
        return Response({"pins": pins.pin(who(request), room, seq, until=until)})

    @extend_schema(request=None, responses=shapes.PinsOut)
    def delete(self, request: Request, room: int, seq: int) -> Response:
        """Unpin it."""
        return Response({"pins": pins.unpin(who(request), room, seq)})


class VoteView(APIView):
    """One's own vote in a poll."""

    @extend_schema(request=shapes.VoteIn, responses=shapes.VotedOut)
    def put(self, request: Request, room: int, seq: int) -> Response:
        """These options, in place of those before; none takes the vote back."""
        given = checked(shapes.VoteIn, request)
        return Response(answers.voted(polls.vote(who(request), room, seq, options=given["options"])))


class VotesView(APIView):
    """The votes of a poll."""

    @extend_schema(responses=shapes.VotesOut)
    def get(self, request: Request, room: int, seq: int) -> Response:
        """Who chose what, for those who may know."""
        return Response(polls.voters(who(request), room, seq))


class CloseView(APIView):
    """The end of a poll."""

    @extend_schema(request=None, responses=shapes.MessageOut)
    def post(self, request: Request, room: int, seq: int) -> Response:
        """Now."""
        return Response(answers.stands(polls.close_poll(who(request), room, seq)))
