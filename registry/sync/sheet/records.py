"""One row of a list as people: a pupil with those who answer for them, or a member of staff."""

import datetime as dt
from typing import NamedTuple

from registry.sync.sheet.names import Name
from registry.sync.sheet.values import ClassTitle


class Adult(NamedTuple):
    """Who answers for a pupil. Without a number the letter reaches them through the pupil alone."""

    name: Name
    phone: str
    relation: str


class PupilRow(NamedTuple):
    """A pupil of this school, in one class. `unread` are the relations (mother, father,
    guardian) of which the row says nothing: whoever was there stays."""

    row: int
    name: Name
    code: str
    birth: dt.date | None
    school_class: ClassTitle
    adults: tuple[Adult, ...]
    unread: tuple[str, ...]


class StaffRow(NamedTuple):
    """Someone who works at this school. `homeroom` and `teaches` are classes as the cells name them."""

    row: int
    name: Name
    code: str
    birth: dt.date | None
    phone: str
    email: str
    gender: str
    position: str
    is_teaching: bool
    homeroom: tuple[str, ...]
    teaches: tuple[str, ...]
