"""Classic mistakes, planted into the server's own functions for the length of a test: a walk has to meet each of them."""

import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import FunctionType
from typing import Any
from unittest import mock

from registry import denies, kept, selectors
from registry.sync import guardians, touched
from rooms import concerned, roster, seating, standing, wanted
from rooms.kinds import base, community, school_class, staff, thread


@dataclass(frozen=True, slots=True)
class Fault:
    """A function in which `right` is written, and `wrong` in its place."""

    name: str
    where: Callable[..., Any]
    right: str
    wrong: str

    def __str__(self) -> str:
        return self.name


FAULTS = [
    Fault("a_disabled_person_keeps_their_roles", selectors.live_roles, ", person__enabled=True", ""),
    Fault("the_last_day_counts", selectors.within, 'f"{ends}__gt": day', 'f"{ends}__gte": day'),
    Fault("a_link_alone_makes_a_guardian", selectors.live_guardian_links, ".filter(Exists(student_role))", ""),
    Fault("a_removed_class_keeps_its_teacher", selectors.enrolments_in_time, "school_class__status=Status.ACTIVE,", ""),
    Fault(
        "a_deny_is_for_one_record_only", denies.allowed_pair, "_OF_PAIR",
        '"EXISTS (SELECT 1 FROM registry_localoverride o WHERE o.ended_at IS NULL AND (o.until IS NULL OR o.until > %s)'
        ' AND o.person_id = {0} AND o.student_id = {1})"',
    ),
    Fault("a_deny_lasts_a_day_longer", denies.allowed_in, "params=(day.isoformat(),)", 'params=("2026-01-01",)'),
    Fault("an_archive_is_written_in", base.RoomKind.rights, "return Right.READ if", "return Right.READ | Right.POST if"),
    Fault("a_pupil_is_alone_with_an_adult", wanted.WantedSeats.part_pairs, "HAVING COUNT(*) = 2", "HAVING COUNT(*) = 0"),
    Fault("a_parent_sits_as_teacher_too", thread.Thread.grounds, '~kin(day, adult="teacher", student="student"), ', ""),
    Fault("a_small_child_has_a_seat", school_class.ClassRoom.grounds, 'of_age("person__", "school__"), ', ""),
    Fault("whoever_runs_the_registry_reads_along", community._seats_of_roles, '.exclude(role="systemAdministrator")', ""),
    Fault("the_clerk_of_a_unit_is_its_head", staff.Staff.grounds, "role__in=HEAD_ROLES", "role__in=SENDING_ROLES"),
    Fault("childrens_rooms_are_forgotten", concerned._of_people, "children.union(people)", "people"),
    Fault("a_conversation_never_comes_back", standing.match_threads, "| _set_state(back, Room.State.OPEN)", ""),
    Fault("one_side_may_not_withdraw", guardians.Links._is_over, "before[each] and not now[each] for", "False for"),
    Fault(
        "rooms_of_the_dead_stay_open", roster.revise_for,
        "bool(change.everything or change.classes or change.orgs)", "change.everything",
    ),
    Fault("whose_guardians_they_are_is_forgotten", concerned.concern_of, "|= guardians.union(people)", "|= people"),
    Fault("who_changed_is_forgotten", concerned.concern_of, "|= guardians.union(people)", "|= guardians"),
    Fault(
        "whose_enrolment_it_was_is_forgotten", touched.Touched.note,
        'self._found.people.update(enrolments.values_list("person", flat=True))', "pass",
    ),
]  # fmt: skip


@contextmanager
def planted(fault: Fault) -> Iterator[None]:
    """While the block runs, the mistake is in the server."""
    function = fault.where
    source = textwrap.dedent(inspect.getsource(function))
    assert fault.right in source, f"{fault.name}: {fault.right!r} is not in {function.__qualname__} any more"
    space: dict[str, Any] = {}
    # The module's own names: a decorator's are another's.
    names = vars(sys.modules[function.__module__])
    exec(compile(source.replace(fault.right, fault.wrong), f"<{fault.name}>", "exec"), names, space)
    wrong = space[function.__name__]
    with ExitStack() as stack:
        for owner in _owners(function):
            for name in [name for name, value in vars(owner).items() if value is function]:
                stack.enter_context(mock.patch.object(owner, name, wrong))
        _forget()
        stack.callback(_forget)
        yield


def _owners(function: Callable[..., Any]) -> Iterator[Any]:
    """Every module that has the function by name, and the class that it belongs to."""
    assert isinstance(function, FunctionType)
    if "." in function.__qualname__:
        yield getattr(sys.modules[function.__module__], function.__qualname__.split(".")[0])
        return
    yield from [module for module in list(sys.modules.values()) if function in _values(module)]


def _values(module: Any) -> list[Any]:
    # By its type alone: isinstance() would wake what a module keeps asleep, such as the site of an app that is not there.
    return [value for value in list(getattr(module, "__dict__", {}).values()) if type(value) is FunctionType]


def _forget() -> None:
    """Statements written before are not those of this function."""
    seating._written.cache_clear()
    kept.forget()
