"""Denies and causes over REST. To everybody who does not answer for the people concerned, there is nothing here."""

from collections.abc import Iterator
from contextlib import contextmanager

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chatserver.rights.errors import DecidedAbove
from chatserver.rights.serializers import (
    DeniesOut,
    DenyIn,
    DenyOut,
    EndIn,
    PageIn,
    WhyIn,
    WhyOut,
    deny_json,
    why_json,
)
from chatserver.signin.people import account_of, required_person
from chatserver.signin.serializers import checked
from realtime.errors import NotFound
from registry import audit, overrides
from registry.models import LocalOverride, Org, Person
from registry.override_policy import visible_to
from rooms.given import asked
from rooms.why import room_asked_about, why


@contextmanager
def in_our_words() -> Iterator[None]:
    """The registry's refusals, told as everything else is: whose business it is not, to them there is no such thing."""
    try:
        yield
    except overrides.NotYours as refused:
        raise NotFound from refused
    except overrides.ConcernsYou as refused:
        raise DecidedAbove from refused


class DeniesView(APIView):
    """Denies in the orgs that one speaks for."""

    @extend_schema(parameters=[PageIn], responses=DeniesOut)
    def get(self, request: Request) -> Response:
        """Made there or below, newest first, ended ones too; empty for everybody else."""
        page = asked(PageIn, request)
        found = visible_to(required_person(request)).select_related(*_SHOWN).order_by("-pk")
        if "before" in page:
            found = found.filter(pk__lt=page["before"])
        rows = list(found[: page["limit"] + 1])
        told = [deny_json(row) for row in rows[: page["limit"]]]
        return Response({"denies": told, "complete": len(rows) <= page["limit"]})

    @extend_schema(request=DenyIn, responses={201: DenyOut})
    def post(self, request: Request) -> Response:
        """Deny a person as a child's guardian, in an org and below it, or everywhere; from now on. The same again is the
        same deny."""
        given = checked(DenyIn, request)
        person = _person(given["person"])
        student = _person(given["student"]) if given["student"] is not None else None
        org = _org(given["org"]) if given["org"] is not None else None
        with in_our_words():
            made = overrides.deny(
                person,
                by=account_of(request),
                reason=given["reason"],
                student=student,
                org=org,
                until=given["until"],
                review_on=given["review_on"],
            )
        return Response(deny_json(made), status=201)


class EndDenyView(APIView):
    """The end of one."""

    @extend_schema(request=EndIn, responses=DenyOut)
    def post(self, request: Request, deny: int) -> Response:
        """What the registry says counts again. Who could have made it may end it, unless it was made above them."""
        given = checked(EndIn, request)
        found = visible_to(required_person(request)).filter(pk=deny).first()
        if found is None:
            raise NotFound
        with in_our_words():
            overrides.end(found, by=account_of(request), reason=given["reason"])
        return Response(deny_json(LocalOverride.objects.select_related(*_SHOWN).get(pk=deny)))


class WhyView(APIView):
    """Why can she see this room?"""

    @extend_schema(parameters=[WhyIn], responses=WhyOut)
    def get(self, request: Request) -> Response:
        """Every cause and every deny, for those who speak for the room's org or one above it."""
        asker, about = required_person(request), asked(WhyIn, request)
        room, person = room_asked_about(asker, about["room"]), _person(about["person"])
        audit.record(asker, "rights.why", subject=f"person:{person.pk}", concerning=room.org_id, room=room.pk)
        return Response(why_json(person.pk, room, why(person, room), asker=asker))


_SHOWN = ("person", "student", "org", "made_by__person", "ended_by__person")


def _person(pk: int) -> Person:
    found = Person.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def _org(pk: int) -> Org:
    found = Org.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found
