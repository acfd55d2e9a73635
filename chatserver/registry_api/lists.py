"""Spreadsheets as staff screens get them: what each column was taken for, and what somebody should say about it."""

from types import MappingProxyType
from typing import Any

from rest_framework import serializers

from chatserver.signin.serializers import Closed
from registry.models import SyncRun
from registry.sync.sheet import columns
from registry.sync.sheet.report import LABELS
from registry.sync.sheet.rolling import Extent
from registry.sync.sheet.sent import KINDS, Said, said_of

# What cannot be answered by the file alone, and the refusals that ask for it.
QUESTIONS: MappingProxyType[str, frozenset[str]] = MappingProxyType(
    {
        "columns": frozenset({"sheet_no_header", "sheet_no_identity", "sheet_no_class", "sheet_column_twice"}),
        "kind": frozenset({"sheet_kind_unknown"}),
        "extent": frozenset({"sheet_whole_school_or_not"}),
    }
)
# Without one of them somebody should look; a list of staff or of pupils without guardians is still of use.
_NEEDED = frozenset({columns.NAME, columns.CODE, columns.CLASS})
_MOST_HEADERS = 400


class ListIn(Closed):
    """`list`: .xlsx or .csv, as the program saved it."""

    list = serializers.FileField(max_length=200)
    rollover = serializers.BooleanField(required=False, default=False)


class MappingIn(Closed):
    """`columns`: meanings by header, as somebody says; headers that are not named stay what they were taken for."""

    columns = serializers.DictField(child=serializers.ChoiceField(choices=list(columns.MEANINGS)), required=False)
    kind = serializers.ChoiceField(choices=list(KINDS), required=False, allow_null=True)
    extent = serializers.ChoiceField(choices=[each.value for each in Extent], required=False)
    school_year = serializers.IntegerField(min_value=2000, max_value=2100, required=False, allow_null=True)

    def validate_columns(self, given: dict[str, str]) -> dict[str, str]:
        """As many as sheets can have."""
        if len(given) > _MOST_HEADERS:
            raise serializers.ValidationError("too many")
        return given


class _ColumnOut(serializers.Serializer[Any]):
    cell = serializers.CharField()
    header = serializers.CharField()
    meaning = serializers.CharField(allow_null=True)
    confidence = serializers.FloatField(help_text="1: it is read so; less: a question")


class _SheetOut(serializers.Serializer[Any]):
    sheet = serializers.CharField(allow_blank=True)
    kind = serializers.CharField(allow_null=True, help_text=", ".join(KINDS))
    row = serializers.IntegerField()
    missing = serializers.ListField(child=serializers.CharField())
    columns = _ColumnOut(many=True)


class _MeaningOut(serializers.Serializer[Any]):
    meaning = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        """`label` is a word of Serializer's own."""
        return super().get_fields() | {"label": serializers.CharField()}


class MappingOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    kind = serializers.CharField(allow_null=True, help_text="As somebody said")
    extent = serializers.CharField(help_text=", ".join(each.value for each in Extent))
    school_year = serializers.IntegerField(allow_null=True)
    asks = serializers.ListField(child=serializers.ChoiceField(choices=list(QUESTIONS)))
    sheets = _SheetOut(many=True)
    meanings = _MeaningOut(many=True)


def list_shape(run: SyncRun) -> dict[str, Any] | None:
    """What a run shows of its list; None where it came as something else."""
    said = said_of(run)
    return {"name": said.name, "asks": _asks(run, said)} if said else None


def mapping_shape(run: SyncRun, said: Said) -> dict[str, Any]:
    """Mapping."""
    return {
        "name": said.name,
        "kind": said.kind or None,
        "extent": said.extent,
        "school_year": said.school_year,
        "asks": _asks(run, said),
        "sheets": [
            {**sheet, "kind": {"pupil": "pupils", "staff": "staff"}.get(sheet["kind"] or "")} for sheet in said.sheets
        ],
        "meanings": [{"meaning": meaning, "label": str(LABELS[meaning])} for meaning in columns.MEANINGS],
    }


def _asks(run: SyncRun, said: Said) -> list[str]:
    open_in_sheets = {
        "columns": any(_is_unclear(sheet) for sheet in said.sheets),
        "kind": any(sheet["kind"] is None for sheet in said.sheets),
    }
    return [
        question for question, codes in QUESTIONS.items() if open_in_sheets.get(question) or run.refusal_code in codes
    ]


def _is_unclear(sheet: dict[str, Any]) -> bool:
    guessed = any(column["meaning"] and column["confidence"] < 1 for column in sheet["columns"])
    return guessed or not _NEEDED.isdisjoint(sheet["missing"])
