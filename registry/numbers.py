"""A list of numbers as one parameter: the statement stays the same however long the list is, on either database."""

from collections.abc import Collection

from django.db import connection


def rows_of_numbers() -> str:
    """SQL for a table `n(number)` of the numbers in the parameter that takes its place."""
    if connection.vendor == "postgresql":
        return "unnest(%s::bigint[]) AS n(number)"
    return "(SELECT value AS number FROM json_each(%s)) AS n"


def as_parameter(numbers: Collection[int]) -> list[int] | str:
    """The numbers as that parameter."""
    return list(numbers) if connection.vendor == "postgresql" else str(list(numbers))
