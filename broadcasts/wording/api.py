"""Templates over REST (docs/protocol.md 4)."""

from typing import TypedDict, cast

import msgspec
from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from broadcasts.asking import asking
from broadcasts.content import parsed
from broadcasts.describing import answer, body
from broadcasts.ids import Id
from broadcasts.models import Kind, Template
from broadcasts.shapes import OrgRef
from broadcasts.wording import keeping
from broadcasts.wording.keeping import Wording
from registry.shapes import org_ref


class TemplateIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A text to keep; `org`: for all who send in its name and below it."""

    name: str
    kind: Kind
    title: str
    body: str
    org: Id | None = None


class TemplateOut(TypedDict):
    """`id` is null and `slug` names it where it is built in. `is_own`: one's own, or of an org that one speaks for; it may
    be removed."""

    id: int | None
    slug: str | None
    name: str
    kind: str
    title: str
    body: str
    org: OrgRef | None
    is_own: bool


class Templates(TypedDict):
    templates: list[TemplateOut]


class TemplatesView(APIView):
    """Texts to begin from."""

    @extend_schema(responses={200: answer(Templates)})
    def get(self, request: Request) -> Response:
        """One's own and one's orgs' by name, then those that are built in, in one's language."""
        found = keeping.open_to(asking(request))
        removable = keeping.may_remove(asking(request), found)
        language = "en" if (get_language() or "").startswith("en") else "vi"
        built_in = [_built_in(slug, texts[language]) for slug, texts in keeping.built_in().items()]
        return Response({"templates": [*(_kept(one, is_own=one.pk in removable) for one in found), *built_in]})

    @extend_schema(request=body(TemplateIn), responses={201: answer(TemplateOut)})
    def post(self, request: Request) -> Response:
        """Keep one."""
        given = parsed(TemplateIn, request.data)
        wording = Wording(name=given.name, kind=given.kind, title=given.title, body=given.body)
        kept = keeping.keep(asking(request), wording, org_id=given.org)
        return Response(_kept(kept, is_own=True), status=status.HTTP_201_CREATED)


class TemplateView(APIView):
    """One of them."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, template_id: int) -> Response:
        """Remove one's own, or one of an org that one speaks for."""
        keeping.remove(asking(request), template_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _kept(one: Template, *, is_own: bool) -> TemplateOut:
    return TemplateOut(
        id=one.pk,
        slug=None,
        name=one.name,
        kind=one.kind,
        title=one.title,
        body=one.body,
        org=cast("OrgRef", org_ref(one.org)) if one.org else None,
        is_own=is_own,
    )


def _built_in(slug: str, wording: Wording) -> TemplateOut:
    return TemplateOut(
        id=None,
        slug=slug,
        name=wording.name,
        kind=wording.kind,
        title=wording.title,
        body=wording.body,
        org=None,
        is_own=False,
    )
