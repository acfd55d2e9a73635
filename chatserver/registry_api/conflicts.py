"""What is wrong with a package, for people: each cause once, with the first rows that it concerns."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from rest_framework import serializers

from chatserver.signin.serializers import Closed
from registry.models import SyncIssue, SyncRun
from registry.sync.report import as_json, outcome_of
from registry.sync.sheet.sent import said_of

PAGE = 20
ROWS_SHOWN = 8
_SHOWN = ("severity", "code", "detail", "file", "column", "sourced_id", "rows", "dependants")


class ConflictsIn(Closed):
    severity = serializers.ChoiceField(choices=SyncIssue.Severity.values, required=False)
    offset = serializers.IntegerField(min_value=0, max_value=1_000_000, required=False, default=0)


class _RowOut(serializers.Serializer[Any]):
    line = serializers.IntegerField(allow_null=True)
    cell = serializers.CharField(allow_blank=True, help_text="In a spreadsheet")
    sourced_id = serializers.CharField(allow_blank=True)


class _CauseOut(serializers.Serializer[Any]):
    severity = serializers.ChoiceField(choices=SyncIssue.Severity.values)
    code = serializers.CharField()
    detail = serializers.CharField()
    file = serializers.CharField(allow_blank=True)
    column = serializers.CharField(allow_blank=True)
    sourced_id = serializers.CharField(allow_blank=True)
    rows = serializers.IntegerField()
    dependants = serializers.IntegerField(help_text="Rows that fall with it")
    first = _RowOut(many=True)


class ConflictsOut(serializers.Serializer[Any]):
    causes = _CauseOut(many=True)
    total = serializers.IntegerField()
    rows = serializers.DictField(child=serializers.IntegerField(), help_text="Rows by severity, over all")


def conflicts(run: SyncRun, *, offset: int, severity: str = "") -> dict[str, Any]:
    """A page of causes: what refuses the package first, then rows set aside, then what was tolerated."""
    told = as_json(outcome_of(run))
    said = said_of(run)
    found = sorted(_causes(told, list_name=said.name[:60] if said else ""), key=_rank)
    rows: Counter[str] = Counter()
    for cause in found:
        rows[cause["severity"]] += cause["rows"] + cause["dependants"]
    if severity:
        found = [cause for cause in found if cause["severity"] == severity]
    return {"causes": found[offset : offset + PAGE], "total": len(found), "rows": dict(rows)}


def _causes(told: dict[str, Any], *, list_name: str) -> Iterator[dict[str, Any]]:
    """Of a package a cause is a column; of a list, whose issues name cells, whatever is wrong in the same way."""
    of_list: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for cause in told["causes"]:
        if cause["file"] == list_name or cause["file"].endswith(".xlsx"):
            of_list[cause["severity"], cause["code"]].append(cause)
        else:
            alike = [cause] if cause["dependants"] else [each for each in told["issues"] if _key(each) == _key(cause)]
            yield _cause(cause, [(each["line"], "", each["sourced_id"]) for each in alike])
    for causes in of_list.values():
        whole = causes[0] | {"column": "", "sourced_id": "", "rows": sum(each["rows"] for each in causes)}
        yield _cause(whole, [(each["line"], each["column"], each["sourced_id"]) for each in causes])


def _cause(cause: dict[str, Any], rows: list[tuple[int | None, str, str]]) -> dict[str, Any]:
    return {
        **{name: cause[name] for name in _SHOWN},
        "first": [
            {"line": line, "cell": cell, "sourced_id": sourced_id}
            for line, cell, sourced_id in rows[:ROWS_SHOWN]
            if line or cell or sourced_id
        ],
    }


def _rank(cause: dict[str, Any]) -> tuple[int, int]:
    return SyncIssue.Severity.values.index(cause["severity"]), -cause["rows"] - cause["dependants"]


def _key(issue: dict[str, Any]) -> tuple[object, ...]:
    return issue["root"], issue["file"], issue["column"], issue["code"]
