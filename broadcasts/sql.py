"""SQL made of the registry's querysets: who is concerned is decided there, how rows are combined is decided here."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, models


@dataclass(frozen=True, slots=True)
class Sql:
    """A text with its parameters, in the same order."""

    text: str
    params: tuple[Any, ...] = ()


def sql_of(queryset: "models.QuerySet[Any, Any]") -> Sql:
    """The SELECT behind a queryset; its columns stand in the order of its values()."""
    text, params = queryset.query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
    return Sql(text, tuple(params))


def with_tables(tables: dict[str, Sql], selects: Iterable[str]) -> Sql:
    """The rows of all `selects`, which may read the named `tables` ("pupil(person_id, unit_id)")."""
    named = ", ".join(f"{name} AS ({table.text})" for name, table in tables.items())
    params = [param for table in tables.values() for param in table.params]
    return Sql(f"WITH {named} " + " UNION ALL ".join(selects), tuple(params))
