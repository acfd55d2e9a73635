"""Documents by their number: the same one is not sent out twice unnoticed."""

import datetime as dt
from dataclasses import dataclass

from broadcasts.content import Content
from broadcasts.correcting.rows import whole_row
from broadcasts.models import Broadcast
from registry.models import Org
from registry.selectors import today
from registry.text import fold


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A document that was issued under the same number."""

    broadcast: int
    issued_on: dt.date


def duplicate_of(content: Content, issuer: Org) -> Duplicate | None:
    """The newest document of this issuer with the same number and symbol in the same year (numbers begin anew each year:
    Nghị định 30/2020/NĐ-CP, Điều 15), or None. Exercises are no documents; and what
    takes the place of a document may bear its number."""
    if content.number is None or content.is_exercise:
        return None
    year = (content.issued_on or today()).year
    alike = Broadcast.objects.filter(
        issuer=issuer, number=content.number, issued_on__year=year, is_exercise=False
    ).order_by("-pk")
    if content.corrects and (corrected := Broadcast.objects.filter(pk=content.corrects.broadcast).first()):
        alike = alike.exclude(pk__in=whole_row(corrected).values("pk"))
    # "688/SGDDT-VP" is 688/SGDĐT-VP, on whichever keyboard it was written.
    for pk, symbol, issued_on in alike.values_list("pk", "symbol", "issued_on"):
        if issued_on and fold(symbol) == fold(content.symbol):
            return Duplicate(pk, issued_on)
    return None
