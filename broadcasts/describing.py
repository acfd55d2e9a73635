"""The shapes of notices for the API's description: what is sent from msgspec, what is answered from typed dicts."""

from typing import Any, cast

import msgspec
from django.db import models
from drf_spectacular.plumbing import resolve_type_hint

NULL = {"type": "null"}


def answer(hint: Any) -> dict[str, Any]:
    """The schema of an answer."""
    return cast("dict[str, Any]", resolve_type_hint(hint))  # type: ignore[no-untyped-call]


def body(shape: type[msgspec.Struct]) -> dict[str, dict[str, Any]]:
    """The schema of what a client sends, in one piece."""
    _references, parts = msgspec.json.schema_components([shape], ref_template="{name}", schema_hook=_choices)
    return {"application/json": cast("dict[str, Any]", _whole(parts[shape.__name__], parts))}


def _choices(kind: type) -> dict[str, Any]:
    # Django's choices are enumerations that msgspec reads, but does not describe.
    return {"type": "string", "enum": cast("type[models.TextChoices]", kind).values}


def _nullable(part: dict[str, Any], parts: Any) -> dict[str, Any]:
    """OpenAPI 3.0 has no type for null: it is said beside the one type that the field has otherwise."""
    (other,) = [one for one in part["anyOf"] if one != NULL]
    rest = {key: value for key, value in part.items() if key != "anyOf"}
    return {**_whole(other, parts), **rest, "nullable": True}


def _whole(part: Any, parts: dict[str, Any]) -> Any:
    if isinstance(part, dict):
        if "$ref" in part:
            return _whole(parts[part["$ref"]], parts)
        if NULL in part.get("anyOf", []):
            return _nullable(part, parts)
        # OpenAPI 3.0 knows no empty list of required fields.
        return {key: _whole(value, parts) for key, value in part.items() if (key, value) != ("required", [])}
    return [_whole(one, parts) for one in part] if isinstance(part, list) else part
