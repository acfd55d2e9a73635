"""Sources over REST: what one looks after, setting one up, and having one read now."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chatserver.registry_api import shown, work
from chatserver.registry_api.answers import RUN, accepted
from chatserver.registry_api.serializers import LARGEST_LIST, LARGEST_PACKAGE
from chatserver.registry_api.source_shapes import (
    ScopesIn,
    ScopesOut,
    SourceChangeIn,
    SourceIn,
    SourceOut,
    SourcesOut,
    source_shape,
)
from chatserver.registry_sources import making
from chatserver.registry_sources.errors import NotSetUp
from chatserver.signin.people import required_person
from chatserver.signin.serializers import checked
from realtime.errors import NotFound
from registry import audit, shapes
from registry.models import Person, Source, SyncRun
from registry.sync.errors import PackageRefused
from registry.sync.permission import orgs_to_set_up
from registry.sync.rest.sources import access_of
from rooms.given import asked


class SourcesView(APIView):
    """What one looks after."""

    @extend_schema(operation_id="registry_sources_list", responses=SourcesOut)
    def get(self, request: Request) -> Response:
        """The sources that the signed-in person may feed, each with its last runs."""
        person = required_person(request)
        to_set_up = shown.to_set_up(person)
        return Response(
            {
                "sources": [
                    source_shape(source, source.last_runs, to_set_up=to_set_up)  # type: ignore[attr-defined]  # prefetched
                    for source in shown.sources(person)
                ],
                "largest_package": LARGEST_PACKAGE,
                "largest_list": LARGEST_LIST,
                "may_add": orgs_to_set_up(person).exists(),
            }
        )

    @extend_schema(request=SourceIn, responses={201: SourceOut})
    def post(self, request: Request) -> Response:
        """Set up a source for an org below one's own: a OneRoster REST provider, packages, or a school's lists."""
        person = required_person(request)
        if not orgs_to_set_up(person).exists():
            raise NotFound
        given = checked(SourceIn, request)
        scope = shown.scope(person, given.pop("scope"))
        source = making.make(given.pop("kind"), given.pop("name"), scope, by=person, **given)
        return Response(_answer(person, source), status=status.HTTP_201_CREATED)


class SourceView(APIView):
    """One of them."""

    @extend_schema(responses=SourceOut)
    def get(self, request: Request, source_id: int) -> Response:
        """The source and its newest runs."""
        person = required_person(request)
        return Response(_answer(person, shown.source(person, source_id)))

    @extend_schema(request=SourceChangeIn, responses=SourceOut)
    def patch(self, request: Request, source_id: int) -> Response:
        """Another name, address, secret or time. The secret is kept sealed and told to nobody; another address wants it
        entered again."""
        person = required_person(request)
        source = shown.source_to_set_up(person, source_id)
        making.change(source, by=person, **checked(SourceChangeIn, request))
        return Response(_answer(person, source))


class PullView(APIView):
    """Having a source read now."""

    @extend_schema(request=None, responses=RUN)
    def post(self, request: Request, source_id: int) -> Response:
        """Read a REST source and begin a dry run of what it gives; nothing is applied before somebody says so."""
        person = required_person(request)
        source = shown.source(person, source_id)
        try:
            access_of(source)
        except PackageRefused:
            raise NotSetUp from None
        run = SyncRun.objects.create(source=source, trigger=SyncRun.Trigger.UPLOAD, started_by=person)
        audit.record(
            person,
            "registry.pull_asked",
            subject=f"sync_run:{run.pk}",
            concerning=source.scope_org_id,
        )
        work.begin_pull(run)
        return accepted(run)


class ScopesView(APIView):
    """For which orgs one may set up sources."""

    @extend_schema(parameters=[ScopesIn], responses=ScopesOut)
    def get(self, request: Request) -> Response:
        """Up to 50 by name; empty for whoever may set up none."""
        orgs, is_more = shown.scopes(required_person(request), asked(ScopesIn, request)["search"])
        return Response({"scopes": [shapes.org_ref(org) for org in orgs], "truncated": is_more})


def _answer(person: Person, source: Source) -> dict[str, object]:
    return source_shape(source, shown.runs_of(source), to_set_up=shown.to_set_up(person))
