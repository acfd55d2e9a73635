"""What every view of notices reads from a request."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from realtime.errors import BadInput, NotSignedIn
from registry.models import Person
from registry.people import person_of

PAGE, LONGEST_PAGE = 20, 100
BEFORE = OpenApiParameter("before", int, description="Only those older than this id")
LIMIT = OpenApiParameter("limit", int, description=f"At most so many ({PAGE}; up to {LONGEST_PAGE})")
PAGES = [BEFORE, LIMIT]


def asking(request: Request) -> Person:
    """Who asks; NotSignedIn."""
    person = person_of(request)
    if person is None:
        raise NotSignedIn
    return person


def page_of(request: Request) -> dict[str, Any]:
    """Which page of a list: `before` an id, at most `limit`."""
    return {"before": number(request, "before"), "limit": min(number(request, "limit") or PAGE, LONGEST_PAGE)}


def number(request: Request, name: str) -> int | None:
    """An id or a count in the address, or None where there is none."""
    text = request.query_params.get(name)
    if not text:
        return None
    # Ids are positive and fit the database's integer.
    if not (len(text) < 20 and text.isascii() and text.isdigit() and 0 < int(text) < 2**63):
        raise BadInput(field=name)
    return int(text)
