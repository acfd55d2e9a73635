"""People over REST, for those who speak for their org. To everybody else there is nothing here."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from broadcasts.assured import require_fresh
from chatserver.people.letting_in import let_in_again
from chatserver.people.page import page_of
from chatserver.people.policy import office_of
from chatserver.people.rooms import rooms_of
from chatserver.people.search import Wanted, search
from chatserver.people.shapes import (
    FoundPeopleOut,
    LetInOut,
    PersonPageOut,
    PersonRoomsOut,
    SearchIn,
    SignedOutOut,
    SignOutIn,
)
from chatserver.people.signing_out import sign_out_everywhere
from chatserver.signin.people import required_person
from chatserver.signin.serializers import checked
from registry import audit
from registry.assurance import assurance_of
from registry.belonging import unit_of
from rooms.given import asked


class PeopleView(APIView):
    """The people of the orgs that one speaks for."""

    @extend_schema(operation_id="people_find", parameters=[SearchIn], responses=FoundPeopleOut)
    def get(self, request: Request) -> Response:
        """By name, role, class and unit. Above a school somebody has to be named: a province is not read from the beginning."""
        office, given = office_of(required_person(request)), asked(SearchIn, request)
        wanted = Wanted(
            words=given["q"],
            part=given.get("role", ""),
            org=given.get("org"),
            school_class=given.get("class"),
            after=given.get("after"),
        )
        return Response(search(office, wanted, limit=given["limit"]))


class PersonView(APIView):
    """One person."""

    @extend_schema(operation_id="people_one", responses=PersonPageOut)
    def get(self, request: Request, person: int) -> Response:
        """What the registry says of them, and what was decided here. Who looked stands in the audit trail."""
        office = office_of(required_person(request))
        found = office.find(person)
        told = page_of(office, found)
        audit.record(office.person, "person.looked_at", subject=f"person:{found.pk}", concerning=unit_of(found.pk))
        return Response(told)


class PersonRoomsView(APIView):
    """What one person may see."""

    @extend_schema(operation_id="people_rooms", responses=PersonRoomsOut)
    def get(self, request: Request, person: int) -> Response:
        """Their rooms, each with its causes, and those that only a deny keeps them from."""
        office = office_of(required_person(request))
        found = office.find(person)
        told = rooms_of(office, found)
        audit.record(office.person, "rights.looked_at", subject=f"person:{found.pk}", concerning=unit_of(found.pk))
        return Response(told)


class SignOutView(APIView):
    """The devices of one person."""

    @extend_schema(operation_id="people_sign_out", request=SignOutIn, responses=SignedOutOut)
    def post(self, request: Request, person: int) -> Response:
        """All of them are signed out now. Households need a new letter afterwards, staff their password."""
        office = office_of(required_person(request))
        because = checked(SignOutIn, request)["because"]
        return Response({"devices": sign_out_everywhere(office, office.find(person), because=because)})


class LostFactorsView(APIView):
    """Somebody who has lost every second factor."""

    @extend_schema(operation_id="people_let_in", request=None, responses=LetInOut)
    def post(self, request: Request, person: int) -> Response:
        """Let them in again: their factors are taken away and all their devices signed out; the code in the answer goes with
        their password, once. Who asks has confirmed their own second factor; superiors are told."""
        office = office_of(required_person(request))
        found = office.find(person)
        require_fresh(assurance_of(request))
        code, until = let_in_again(office, found)
        return Response({"code": code, "expires_at": until})
