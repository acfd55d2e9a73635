"""Notices on their way over REST (docs/protocol.md 4)."""

import uuid
from typing import Annotated, Any

import msgspec
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from broadcasts import models
from broadcasts.asking import PAGES, asking, page_of
from broadcasts.content import People, content_from, parsed
from broadcasts.describing import answer, body
from broadcasts.drafts import approving, breaking_glass, finding, keeping, serializers, shapes, submitting
from broadcasts.drafts.submitting import Submission
from broadcasts.foreseeing import foresee
from broadcasts.reach_shapes import Preview
from broadcasts.serializers import preview
from realtime.errors import Refusal
from registry.assurance import assurance_of

Version = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]


class Kept(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new draft: the client's name for it, and what was written, fit to be sent or not."""

    client_broadcast_id: uuid.UUID
    content: dict[str, Any]


class Revised(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was written, and the version that it was written over."""

    version: Version
    content: dict[str, Any]


class Seen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which version somebody looked at, and how many people they saw that it reaches."""

    version: Version
    people: People


class Submitted(Seen, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same of the author, who may mean a number of a document that was sent before."""

    duplicate_is_meant: bool = False

    def said(self) -> Submission:
        """As it is acted upon."""
        return Submission(version=self.version, people=self.people, duplicate_is_meant=self.duplicate_is_meant)


class BrokenGlass(Submitted, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """And why it cannot wait for a second person."""

    reason: str


class Declined(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the author should change."""

    reason: str


class DraftsView(APIView):
    """What one has on hand; and keeping a new one."""

    @extend_schema(operation_id="drafts_list", parameters=PAGES, responses={200: answer(shapes.DraftPage)})
    def get(self, request: Request) -> Response:
        """One's own drafts that have not become notices, newest first."""
        page, is_complete = finding.own(asking(request), **page_of(request))
        return Response({"drafts": [serializers.draft(one) for one in page], "complete": is_complete})

    @extend_schema(request=body(Kept), responses={201: answer(shapes.Draft), 200: answer(shapes.Draft)})
    def post(self, request: Request) -> Response:
        """Keep a draft. The same client_broadcast_id again: the one that is there, unchanged."""
        kept = parsed(Kept, request.data)
        draft, is_new = keeping.save(asking(request), kept.content, client_broadcast_id=kept.client_broadcast_id)
        return Response(serializers.draft(draft), status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


class DraftView(APIView):
    """One draft of one's own."""

    @extend_schema(responses={200: answer(shapes.Draft)})
    def get(self, request: Request, draft_id: int) -> Response:
        """Whatever has become of it."""
        return Response(serializers.draft(finding.own_one(asking(request), draft_id)))

    @extend_schema(request=body(Revised), responses={200: answer(shapes.Draft)})
    def put(self, request: Request, draft_id: int) -> Response:
        """Another content in place of that of `version`."""
        revised = parsed(Revised, request.data)
        draft = keeping.revise(asking(request), draft_id, revised.content, version=revised.version)
        return Response(serializers.draft(draft))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, draft_id: int) -> Response:
        """It is not wanted any more. Again: nothing happens."""
        keeping.discard(asking(request), draft_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class SubmitView(APIView):
    """Sending a draft off."""

    @extend_schema(request=body(Submitted), responses={200: answer(shapes.Draft)})
    def post(self, request: Request, draft_id: int) -> Response:
        """It waits for a second person, leaves in ten seconds or at its hour, or has left."""
        said = parsed(Submitted, request.data).said()
        draft = submitting.submit(asking(request), draft_id, said, assurance=assurance_of(request))
        return Response(serializers.draft(draft))


class UndoView(APIView):
    """Taking a draft back."""

    @extend_schema(request=None, responses={200: answer(shapes.Draft)})
    def post(self, request: Request, draft_id: int) -> Response:
        """Until it has left; it can be changed again."""
        return Response(serializers.draft(submitting.undo(asking(request), draft_id)))


class BreakGlassView(APIView):
    """Sending alone what wants a second person."""

    @extend_schema(request=body(BrokenGlass), responses={200: answer(shapes.Draft)})
    def post(self, request: Request, draft_id: int) -> Response:
        """With a reason; all who could have been the second person are told at once."""
        broken = parsed(BrokenGlass, request.data)
        draft = breaking_glass.break_glass(
            asking(request), draft_id, broken.said(), reason=broken.reason, assurance=assurance_of(request)
        )
        return Response(serializers.draft(draft))


class ApprovalsView(APIView):
    """What waits for one's decision."""

    @extend_schema(operation_id="approvals_list", responses={200: answer(shapes.Approvals)})
    def get(self, request: Request) -> Response:
        """The most pressing first; and what was sent in the last seven days without anybody's."""
        person = asking(request)
        return Response(
            shapes.Approvals(
                approvals=[serializers.approval(one) for one in finding.waiting_for(person)],
                broke_glass=[serializers.approval(one) for one in finding.reported_to(person)],
            )
        )


class ApprovalView(APIView):
    """One of them."""

    @extend_schema(responses={200: answer(shapes.Approval)})
    def get(self, request: Request, draft_id: int) -> Response:
        """The exact text, and whom it would reach now."""
        draft = finding.decidable(asking(request), draft_id)
        return Response(serializers.approval(draft, _reach(draft)))


class ApproveView(APIView):
    """Being the second person."""

    @extend_schema(request=body(Seen), responses={200: answer(shapes.Approval)})
    def post(self, request: Request, draft_id: int) -> Response:
        """It leaves: at once where it is very urgent, else in ten seconds or at its hour."""
        seen = parsed(Seen, request.data)
        draft = approving.approve(
            asking(request), draft_id, version=seen.version, people=seen.people, assurance=assurance_of(request)
        )
        return Response(serializers.approval(draft))


class DeclineView(APIView):
    """Not letting it go."""

    @extend_schema(request=body(Declined), responses={200: answer(shapes.Approval)})
    def post(self, request: Request, draft_id: int) -> Response:
        """It goes back to its author, who reads the reason."""
        declined = parsed(Declined, request.data)
        return Response(serializers.approval(approving.decline(asking(request), draft_id, reason=declined.reason)))


def _reach(draft: models.Draft) -> Preview | None:
    """What sending it would mean now; None where nothing waits, or its author may not send it any more."""
    if draft.state != models.Draft.State.SUBMITTED:
        return None
    try:
        return preview(foresee(draft.author, content_from(draft.content)))
    except Refusal:
        return None
