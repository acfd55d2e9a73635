"""Letters over REST: who has one, who has an account, print, take back. For the school's office only."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chatserver.letters import policy
from chatserver.letters.addressees import Addressee, State, addressees
from chatserver.letters.policy import Office
from chatserver.letters.printing import Wanted, print_letters, take_back
from chatserver.letters.shapes import LettersOut, PrintIn, TakeBackIn
from chatserver.signin.people import account_of, required_person
from chatserver.signin.serializers import NothingOut, checked

PDF = {(200, "application/pdf"): OpenApiTypes.BINARY}


class SchoolLettersView(APIView):
    """The letters of a school."""

    @extend_schema(operation_id="letters_of_school", responses=LettersOut)
    def get(self, request: Request, school: int) -> Response:
        """How far each class is."""
        office = policy.office_of_school(required_person(request), school)
        return Response(_told(office, addressees(office.school, office.classes)))

    @extend_schema(request=PrintIn, responses=PDF)
    def post(self, request: Request, school: int) -> HttpResponse:
        """A PDF of fresh letters for the school. Their codes are shown here once and kept nowhere."""
        return _printed(request, policy.office_of_school(required_person(request), school))


class ClassLettersView(APIView):
    """The letters of a class."""

    @extend_schema(operation_id="letters_of_class", responses=LettersOut)
    def get(self, request: Request, school_class: int) -> Response:
        """How far everybody is, by name."""
        office = policy.office_of_class(required_person(request), school_class)
        return Response(_told(office, addressees(office.school, office.classes)))

    @extend_schema(request=PrintIn, responses=PDF)
    def post(self, request: Request, school_class: int) -> HttpResponse:
        """A PDF of fresh letters for the class. Their codes are shown here once and kept nowhere."""
        return _printed(request, policy.office_of_class(required_person(request), school_class))


class TakeBackView(APIView):
    """A letter that went to the wrong house."""

    @extend_schema(request=TakeBackIn, responses=NothingOut)
    def post(self, request: Request, school_class: int) -> Response:
        """The person's open letter opens nothing any more."""
        office = policy.office_of_class(required_person(request), school_class)
        take_back(office, checked(TakeBackIn, request)["person"], by=account_of(request))
        return Response({})


def _printed(request: Request, office: Office) -> HttpResponse:
    given = checked(PrintIn, request)
    people = frozenset(given["people"]) if "people" in given else None
    pdf, count = print_letters(office, Wanted(people=people, again=given["again"]), by=account_of(request))
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={
            "Content-Disposition": 'attachment; filename="phieu-kich-hoat.pdf"',
            "Cache-Control": "no-store",
            "X-Letters": str(count),
        },
    )


def _told(office: Office, found: list[Addressee]) -> dict[str, Any]:
    # A mother of two stands in both classes' lists, and once in the school's number.
    by_class = {
        school_class.pk: [each for each in found if any(child.class_id == school_class.pk for child in each.about)]
        for school_class in office.classes
    }
    is_class = len(office.classes) == 1
    return {
        "school": office.school.pk,
        "school_name": office.school.name,
        "people": len(found),
        "counts": _counts(found),
        "classes": [
            {"id": each.pk, "title": each.title, "people": len(inside), "counts": _counts(inside)}
            for each in office.classes
            for inside in [by_class[each.pk]]
        ],
        # A whole school by name is a list nobody reads, and more names than anybody needs.
        "addressees": [_shown(each) for each in found] if is_class else [],
    }


def _counts(found: Iterable[Addressee]) -> dict[str, int]:
    counted = Counter(each.state for each in found)
    return {state.value: counted[state] for state in State}


def _shown(each: Addressee) -> dict[str, Any]:
    is_open = each.letter is not None and each.state in {State.PRINTED, State.EXPIRED}
    return {
        "id": each.person.pk,
        "name": each.person.name,
        "is_pupil": each.is_pupil,
        "children": [{"given_name": child.given_name, "class_title": child.class_title} for child in each.children],
        "state": each.state.value,
        "printed_at": each.letter.created_at if is_open and each.letter else None,
        "expires_at": each.letter.expires_at if is_open and each.letter else None,
    }
