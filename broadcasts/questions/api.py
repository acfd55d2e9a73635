"""Questions about a notice over REST (docs/protocol.md 4.0d). Views translate; policy.py says what is whose."""

import msgspec
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from broadcasts.asking import asking, number
from broadcasts.content import parsed
from broadcasts.describing import answer, body
from broadcasts.evidence.acts import record_questions_viewed
from broadcasts.ids import Id
from broadcasts.questions import answering, finding, policy, serializers, shapes
from broadcasts.questions import asking as questions
from realtime.errors import BadInput
from rooms.listing import room_for
from rooms.models import Message
from rooms.people import with_labels
from rooms.serializers import messages_json


class Placed(msgspec.Struct, forbid_unknown_fields=True, rename={"with_": "with"}):
    """With which question to put it; null: by itself."""

    with_: Id | None


class WaitingView(APIView):
    """Câu hỏi chờ."""

    @extend_schema(responses={200: answer(shapes.Waiting)})
    def get(self, request: Request) -> Response:
        """The notices about which somebody waits for one's answer, and how many wait longer than a day."""
        return Response(serializers.waiting(finding.waiting_at(asking(request))))


class QuotedView(APIView):
    """A conversation."""

    @extend_schema(
        parameters=[OpenApiParameter("room", int, required=True, description="The conversation")],
        responses={200: answer(shapes.QuotedIn)},
    )
    def get(self, request: Request) -> Response:
        """Which of its messages ask about which notice."""
        room = number(request, "room")
        if room is None:
            raise BadInput(field="room")
        found = finding.asked_in(asking(request), room)
        return Response(shapes.QuotedIn(questions=[serializers.quoted(one) for one in found]))


class QuestionsView(APIView):
    """Questions about a notice."""

    @extend_schema(operation_id="broadcasts_questions", responses={200: answer(shapes.Queue)})
    def get(self, request: Request, broadcast_id: int) -> Response:
        """What waits at one's desk, those alike together, and what was answered to all."""
        desk = policy.desk_of(asking(request), broadcast_id)
        queue = finding.queue_of(desk)
        if any(one.room_id not in desk.rooms for group in queue.groups for one in group.questions):
            record_questions_viewed(desk.person, desk.broadcast)
        return Response(serializers.queue(queue))

    @extend_schema(
        request=body(questions.Asked), responses={201: answer(shapes.AskedNow), 200: answer(shapes.AskedNow)}
    )
    def post(self, request: Request, broadcast_id: int) -> Response:
        """Ask in private, about one's child. The same again: as it is, asked once."""
        person = asking(request)
        question, is_new = questions.ask(person, broadcast_id, parsed(questions.Asked, request.data))
        message = with_labels(Message.objects.filter(pk=question.message_id), person="author").get()
        told = shapes.AskedNow(
            question=serializers.own(question),
            room=room_for(person, question.room_id),
            message=messages_json([message])[0],
        )
        return Response(told, status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


class PlaceView(APIView):
    """Sorting what waits."""

    @extend_schema(request=body(Placed), responses={200: answer(shapes.Queue)})
    def post(self, request: Request, broadcast_id: int, question_id: int) -> Response:
        """Put a question with another one, or by itself."""
        placed = parsed(Placed, request.data)
        desk = answering.place(asking(request), broadcast_id, question_id, with_=placed.with_)
        return Response(serializers.queue(finding.queue_of(desk)))


class AnswersView(APIView):
    """What stands under a notice."""

    @extend_schema(operation_id="broadcasts_answers", responses={200: answer(shapes.Answers)})
    def get(self, request: Request, broadcast_id: int) -> Response:
        """What was answered to all, and what one asked oneself."""
        person = asking(request)
        found = finding.with_merged(policy.open_to(person, broadcast_id))
        told = shapes.Answers(
            answers=[serializers.public_answer(one) for one in found],
            mine=[serializers.own(one) for one in finding.asked_by(person, broadcast_id)],
        )
        return Response(told)

    @extend_schema(
        request=body(answering.Answered),
        responses={201: answer(shapes.PublicAnswer), 200: answer(shapes.PublicAnswer)},
    )
    def post(self, request: Request, broadcast_id: int) -> Response:
        """Trả lời chung: answer to all, settling these questions. The same again: as it is, and nobody is told twice."""
        person = asking(request)
        published, is_new = answering.publish(person, broadcast_id, parsed(answering.Answered, request.data))
        told = serializers.public_answer(published)
        return Response(told, status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


class AnswerView(APIView):
    """One answer to all."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, broadcast_id: int, answer_id: int) -> Response:
        """Take it back; what it had settled waits again."""
        answering.withdraw(asking(request), broadcast_id, answer_id)
        return Response(status=status.HTTP_204_NO_CONTENT)
