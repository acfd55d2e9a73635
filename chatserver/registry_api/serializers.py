"""Sources and runs as staff screens get them, and what may be sent about them."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from chatserver.me import OrgRefOut
from chatserver.signin.serializers import Closed
from registry import shapes
from registry.models import Person, Source, SyncRun
from registry.sync.codes import sentence
from registry.sync.holding import LONGEST_REASON
from registry.sync.permission import needs_two
from registry.sync.report import changes, tables_of

State = SyncRun.State
MEGABYTE = 1 << 20
# A province with every subject class packs into 30 MB.
LARGEST_PACKAGE = 256 * MEGABYTE


class PackageIn(Closed):
    package = serializers.FileField()
    rollover = serializers.BooleanField(required=False, default=False)


class ReasonIn(Closed):
    reason = serializers.CharField(max_length=LONGEST_REASON // 2)


class SomebodyOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class _ValveOut(serializers.Serializer[Any]):
    valve = serializers.CharField()
    detail = serializers.CharField()
    table = serializers.CharField(allow_blank=True)
    org = serializers.CharField(allow_blank=True, help_text="sourcedId of the unit; empty: over all")
    found = serializers.IntegerField()
    limit = serializers.IntegerField()
    is_open = serializers.BooleanField()
    ids = serializers.ListField(child=serializers.CharField(), help_text="sourcedIds of up to 20 of them")


class _MembersOut(serializers.Serializer[Any]):
    org = serializers.IntegerField()
    name = serializers.CharField()
    granted = serializers.IntegerField()
    revoked = serializers.IntegerField()


class _ProgressOut(serializers.Serializer[Any]):
    stage = serializers.CharField()
    done = serializers.IntegerField()


class RunOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    state = serializers.CharField(help_text=", ".join(State.values))
    trigger = serializers.ChoiceField(choices=SyncRun.Trigger.values)
    mode = serializers.CharField()
    code = serializers.CharField(allow_null=True)
    detail = serializers.CharField(allow_null=True)
    changes = serializers.IntegerField()
    is_rollover = serializers.BooleanField()
    started_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    started_by = SomebodyOut(allow_null=True)


class RunDetailOut(RunOut):
    # `source` is a word of Serializer's own: see get_fields.
    tables = serializers.DictField(child=serializers.DictField(child=serializers.IntegerField()))
    valves = _ValveOut(many=True)
    members = _MembersOut(many=True, allow_null=True)
    progress = _ProgressOut(allow_null=True)
    confirmed_by = SomebodyOut(allow_null=True)
    seconded_by = SomebodyOut(allow_null=True)
    confirmation = serializers.CharField(allow_blank=True)
    rolled_back_by = SomebodyOut(allow_null=True)
    rolled_back_at = serializers.DateTimeField(allow_null=True)
    rollback_reason = serializers.CharField(allow_blank=True)
    may = serializers.ListField(child=serializers.ChoiceField(choices=["apply", "confirm", "decline", "roll_back"]))

    def get_fields(self) -> dict[str, Any]:
        """All of them, and the source's id."""
        return super().get_fields() | {"source": serializers.IntegerField()}


class SourceOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=Source.Kind.values)
    scope = OrgRefOut(allow_null=True)
    needs_two = serializers.BooleanField()
    heard_at = serializers.DateTimeField(allow_null=True)
    runs = RunOut(many=True)


class SourcesOut(serializers.Serializer[Any]):
    sources = SourceOut(many=True)
    largest_package = serializers.IntegerField(help_text="In bytes; a larger one is not read")


def source_shape(source: Source, runs: Iterable[SyncRun]) -> dict[str, Any]:
    """Source."""
    return {
        "id": source.pk,
        "name": source.name,
        "kind": source.kind,
        "scope": shapes.org_ref(source.scope_org) if source.scope_org else None,
        "needs_two": needs_two(source),
        "heard_at": _moment(source.heard_at),
        "runs": [run_shape(run) for run in runs],
    }


def run_shape(run: SyncRun) -> dict[str, Any]:
    """Run: what a list shows of it."""
    return {
        "id": run.pk,
        "state": run.state,
        "trigger": run.trigger,
        "mode": run.mode,
        "code": run.refusal_code or None,
        "detail": sentence(run.refusal_code, "refused") if run.refusal_code else None,
        "changes": changes(tables_of(run)),
        "is_rollover": bool(run.counts.get("rollover")),
        "started_at": _moment(run.started_at),
        "finished_at": _moment(run.finished_at),
        "started_by": _person(run.started_by),
    }


def run_detail(run: SyncRun, *, may: list[str]) -> dict[str, Any]:
    """Run with everything that a decision asks for; `may` are the orders that make sense now."""
    return run_shape(run) | {
        "source": run.source_id,
        "tables": tables_of(run),
        "valves": [{**valve, "detail": sentence(valve["valve"], "valve")} for valve in run.valves],
        "members": run.counts.get("members"),
        "progress": run.counts.get("progress") if run.state == State.RECEIVED else None,
        "confirmed_by": _person(run.confirmed_by),
        "seconded_by": _person(run.seconded_by),
        "confirmation": run.confirmation,
        "rolled_back_by": _person(run.rolled_back_by),
        "rolled_back_at": _moment(run.rolled_back_at),
        "rollback_reason": run.rollback_reason,
        "may": may,
    }


def _person(person: Person | None) -> dict[str, Any] | None:
    return {"id": person.pk, "name": person.name} if person else None


def _moment(at: dt.datetime | None) -> str | None:
    """ISO 8601 in UTC, to the second."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
