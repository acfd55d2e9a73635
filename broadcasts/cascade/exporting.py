"""The units of a chain as a file."""

from collections.abc import Iterator, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from broadcasts.cascade.chain import Link, in_pieces
from broadcasts.cascade.policy import View
from broadcasts.cascade.relays import CLASSES, UNITS, Down
from broadcasts.cascade.rows import Row, rows_of
from broadcasts.cascade.words import State
from broadcasts.ledger.exporting import Line
from registry.models import Person

AT_ONCE = 200


def lines_of(view: View, links: list[Link], asking: Person) -> Iterator[list[Line]]:
    """The table in pieces, each of which costs the same few statements; its header first."""
    yield [_header()]
    for piece in in_pieces(links, AT_ONCE):
        yield _lines(rows_of(view, piece, asking))


def _header() -> Line:
    return (
        _("Commune"),
        _("Unit"),
        _("State"),
        _("Overdue"),
        _("Confirmed at"),
        _("Passed down at"),
        _("Passed down to"),
        _("Done at"),
        _("Note"),
        _("People and telephones"),
        _("Contacts"),
    )


def _lines(rows: Sequence[Row]) -> list[Line]:
    return [_line(row) for row in rows]


def _line(row: Row) -> Line:
    node, stand = row.node, row.link.stand
    people = [" ".join(filter(None, (one.person.name, one.person.position, one.person.phone))) for one in row.people]
    contacts = [f"{_time(each.contact.at)} {each.contact.by.name} {each.contact.note}".strip() for each in row.contacts]
    return (
        row.link.commune.name if row.link.commune else "",
        row.link.org.name,
        _state(stand.state),
        _("overdue") if stand.is_overdue else "",
        _time(node.confirmed_at),
        _time(node.relayed_at),
        _down(row.down) if row.down else "",
        _time(node.completed_at),
        node.note,
        "; ".join(people),
        "; ".join(contacts),
    )


def _state(state: State) -> str:
    return {
        State.COMPLETED: _("carried out"),
        State.RELAYED: _("passed down"),
        State.CONFIRMED: _("confirmed"),
        State.SEEN: _("opened, not confirmed"),
        State.WAITING: _("not reached yet"),
    }[state]


def _down(down: Down) -> str:
    of = {CLASSES: _("classes"), UNITS: _("units")}.get(down.of, _("people"))
    return f"{down.done}/{down.total} {of}"


def _time(at: object) -> str:
    return timezone.localtime(at).strftime("%d/%m/%Y %H:%M") if at else ""  # type: ignore[arg-type]
