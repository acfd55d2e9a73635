"""A list as one parameter: the statement stays the same however long the list is, on either database."""

import json
from collections.abc import Collection

from django.db import connection
from django.db.models.expressions import RawSQL


def rows_of_numbers() -> str:
    """SQL for a table `n(number)` of the numbers in the parameter that takes its place."""
    if connection.vendor == "postgresql":
        return "unnest(%s::bigint[]) AS n(number)"
    return "(SELECT value AS number FROM json_each(%s)) AS n"


def as_parameter(numbers: Collection[int]) -> list[int] | str:
    """The numbers as that parameter."""
    return list(numbers) if connection.vendor == "postgresql" else json.dumps(list(numbers))


def rows_of_texts() -> str:
    """SQL for a table `t(text)` of the texts in the parameter that takes its place."""
    if connection.vendor == "postgresql":
        return "unnest(%s::text[]) AS t(text)"
    return "(SELECT value AS text FROM json_each(%s)) AS t"


def as_text_parameter(texts: Collection[str]) -> list[str] | str:
    """The texts as that parameter."""
    return list(texts) if connection.vendor == "postgresql" else json.dumps(list(texts))


def these(numbers: Collection[int]) -> RawSQL:
    """The numbers for `field__in`: a thousand of them cost the ORM what one does."""
    return RawSQL(f"SELECT n.number FROM {rows_of_numbers()}", [as_parameter(numbers)])  # noqa: S608, S611  constants
