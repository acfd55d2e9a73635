"""Runs as staff screens get them, and what may be sent about them."""

import datetime as dt
from typing import Any

from rest_framework import serializers

from chatserver.registry_api.lists import QUESTIONS, list_shape
from chatserver.signin.serializers import Closed
from registry.models import Org, Person, SyncRun
from registry.sync.codes import sentence
from registry.sync.holding import LONGEST_REASON
from registry.sync.report import changes, tables_of
from registry.sync.sheet.container import MOST_BYTES

State = SyncRun.State
MEGABYTE = 1 << 20
# A province with every subject class packs into 30 MB.
LARGEST_PACKAGE = 256 * MEGABYTE
LARGEST_LIST = MOST_BYTES
ORDERS = ["apply", "confirm", "decline", "roll_back", "explain"]


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
    org_name = serializers.CharField(allow_blank=True)
    found = serializers.IntegerField()
    limit = serializers.IntegerField()
    is_open = serializers.BooleanField()
    ids = serializers.ListField(child=serializers.CharField(), help_text="sourcedIds of up to 20 of them")


class _MembersOut(serializers.Serializer[Any]):
    org = serializers.IntegerField()
    name = serializers.CharField()
    granted = serializers.IntegerField()
    revoked = serializers.IntegerField()


class _PeopleOut(serializers.Serializer[Any]):
    stored = serializers.IntegerField()
    added = serializers.IntegerField()
    changed = serializers.IntegerField()
    removed = serializers.IntegerField()


class _ListOut(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="The file's")
    asks = serializers.ListField(
        child=serializers.ChoiceField(choices=list(QUESTIONS)), help_text="What somebody should say about it"
    )


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
    stored = serializers.DictField(
        child=serializers.IntegerField(), allow_null=True, help_text="Live records before, by table"
    )
    people = serializers.DictField(child=_PeopleOut(), allow_null=True, help_text="By students, staff, guardians")
    members = _MembersOut(many=True, allow_null=True)
    list = _ListOut(allow_null=True, help_text="What came as a spreadsheet")
    progress = _ProgressOut(allow_null=True)
    confirmed_by = SomebodyOut(allow_null=True)
    seconded_by = SomebodyOut(allow_null=True)
    confirmation = serializers.CharField(allow_blank=True)
    rolled_back_by = SomebodyOut(allow_null=True)
    rolled_back_at = serializers.DateTimeField(allow_null=True)
    rollback_reason = serializers.CharField(allow_blank=True)
    may = serializers.ListField(child=serializers.ChoiceField(choices=ORDERS))

    def get_fields(self) -> dict[str, Any]:
        """All of them, and the source's id."""
        return super().get_fields() | {"source": serializers.IntegerField()}


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
        "started_at": moment(run.started_at),
        "finished_at": moment(run.finished_at),
        "started_by": somebody(run.started_by),
    }


def run_detail(run: SyncRun, *, may: list[str]) -> dict[str, Any]:
    """Run with everything that a decision asks for; `may` are the orders that make sense now."""
    units = _names_of(run, {valve["org"] for valve in run.valves if valve["org"]})
    return run_shape(run) | {
        "source": run.source_id,
        "tables": tables_of(run),
        "valves": [
            {**valve, "detail": sentence(valve["valve"], "valve"), "org_name": units.get(valve["org"], "")}
            for valve in run.valves
        ],
        **{name: run.counts.get(name) for name in ("stored", "people", "members")},
        "list": list_shape(run),
        "progress": run.counts.get("progress") if run.state == State.RECEIVED else None,
        "confirmed_by": somebody(run.confirmed_by),
        "seconded_by": somebody(run.seconded_by),
        "confirmation": run.confirmation,
        "rolled_back_by": somebody(run.rolled_back_by),
        "rolled_back_at": moment(run.rolled_back_at),
        "rollback_reason": run.rollback_reason,
        "may": may,
    }


def _names_of(run: SyncRun, sourced_ids: set[str]) -> dict[str, str]:
    """Units that valves name, as people call them: the source's own, or others' in its scope."""
    if not sourced_ids:
        return {}
    found = Org.objects.filter(sourced_id__in=sourced_ids).order_by("pk").values_list("sourced_id", "source", "name")
    own = {sourced_id: name for sourced_id, source, name in found if source == run.source_id}
    return {sourced_id: name for sourced_id, _source, name in found} | own


def somebody(person: Person | None) -> dict[str, Any] | None:
    return {"id": person.pk, "name": person.name} if person else None


def moment(at: dt.datetime | None) -> str | None:
    """ISO 8601 in UTC, to the second."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
