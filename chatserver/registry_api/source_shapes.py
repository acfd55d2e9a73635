"""Sources as staff screens get them, and what may be said about them."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from chatserver.me import OrgRefOut
from chatserver.registry_api.serializers import RunOut, moment, run_shape
from chatserver.signin.serializers import Closed
from registry import shapes
from registry.models import Source, SyncRun
from registry.staleness import ALARM
from registry.sync.permission import needs_two
from registry.sync.rest.due import latest_time
from registry.sync.rest.sources import version_of

Kind = Source.Kind
TIME = "%H:%M"


class _RestIn(Closed):
    name = serializers.CharField(max_length=200)
    endpoint = serializers.CharField(max_length=500, required=False)
    token_endpoint = serializers.CharField(max_length=500, required=False)
    client_id = serializers.CharField(max_length=255, required=False)
    secret = serializers.CharField(max_length=500, required=False, write_only=True, trim_whitespace=True)
    runs_at = serializers.TimeField(required=False, allow_null=True, help_text="HH:MM in Vietnam; null: never")

    def validate_endpoint(self, given: str) -> str:
        """As it is kept."""
        return given.rstrip("/")


class SourceIn(_RestIn):
    """A new source; the fields of a REST source may follow."""

    kind = serializers.ChoiceField(choices=Kind.choices)
    scope = serializers.IntegerField(min_value=1)


class SourceChangeIn(_RestIn):
    """What is not named stays. An empty secret cannot be said: what is there is changed, not taken away."""

    name = serializers.CharField(max_length=200, required=False)


class ScopesIn(Closed):
    search = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")


class ScopesOut(serializers.Serializer[Any]):
    scopes = OrgRefOut(many=True)
    truncated = serializers.BooleanField(help_text="There are more: search for a name")


class _AccessOut(serializers.Serializer[Any]):
    endpoint = serializers.CharField(allow_blank=True)
    token_endpoint = serializers.CharField(allow_blank=True)
    client_id = serializers.CharField(allow_blank=True)
    has_secret = serializers.BooleanField()
    version = serializers.CharField(help_text="Of OneRoster, by the address")


class SourceOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.CharField(help_text=", ".join(Kind.values))
    scope = OrgRefOut(allow_null=True)
    needs_two = serializers.BooleanField()
    heard_at = serializers.DateTimeField(allow_null=True)
    runs_at = serializers.CharField(allow_null=True, help_text="HH:MM in Vietnam")
    next_run_at = serializers.DateTimeField(allow_null=True)
    late_since = serializers.DateTimeField(
        allow_null=True, help_text="When a source with a time was last read, if that is more than 26 hours ago"
    )
    access = _AccessOut(allow_null=True, help_text="REST sources, for those who may set them up")
    may = serializers.ListField(child=serializers.ChoiceField(choices=["send", "pull", "set_up"]))
    runs = RunOut(many=True)


class SourcesOut(serializers.Serializer[Any]):
    sources = SourceOut(many=True)
    largest_package = serializers.IntegerField(help_text="In bytes; a larger one is not read")
    largest_list = serializers.IntegerField(help_text="In bytes; a larger spreadsheet is not read")
    may_add = serializers.BooleanField(help_text="Whether there is an org for which one may set up a source")


def source_shape(source: Source, runs: Iterable[SyncRun], *, to_set_up: Collection[int]) -> dict[str, Any]:
    """Source; `to_set_up` are the numbers of those whose access the reader may change."""
    may_set_up = source.pk in to_set_up
    return {
        "id": source.pk,
        "name": source.name,
        "kind": source.kind,
        "scope": shapes.org_ref(source.scope_org) if source.scope_org else None,
        "needs_two": needs_two(source),
        "heard_at": moment(source.heard_at),
        "runs_at": source.runs_at.strftime(TIME) if source.runs_at else None,
        "next_run_at": moment(_next(source)),
        "late_since": moment(_late_since(source)),
        "access": _access(source) if may_set_up and source.kind == Kind.REST else None,
        "may": _orders(source, may_set_up=may_set_up),
        "runs": [run_shape(run) for run in runs],
    }


def _orders(source: Source, *, may_set_up: bool) -> list[str]:
    is_set_up = all((source.endpoint, source.token_endpoint, source.client_id, source.client_secret))
    # What is read over the network needs no upload; until it is set up there is nothing else.
    orders = ["pull"] if source.kind == Kind.REST and is_set_up else ["send"]
    return [*orders, "set_up"] if may_set_up else orders


def _access(source: Source) -> dict[str, Any]:
    return {
        "endpoint": source.endpoint,
        "token_endpoint": source.token_endpoint,
        "client_id": source.client_id,
        "has_secret": bool(source.client_secret),
        "version": version_of(source),
    }


def _next(source: Source) -> dt.datetime | None:
    if source.runs_at is None:
        return None
    here = timezone.localtime()
    latest = latest_time(source.runs_at, here)
    return latest + dt.timedelta(days=1)


def _late_since(source: Source) -> dt.datetime | None:
    last = source.heard_at or source.created_at
    return last if source.runs_at is not None and timezone.now() - last >= ALARM else None
