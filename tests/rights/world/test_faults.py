"""The world notices: servers with a mistake planted in them, each found at the doors where it shows."""

import asyncio
import random
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Q

from registry import kept, selectors
from rooms import roster, seating
from tests.proofs import WHOLE
from tests.rights.world import deeds
from tests.rights.world.asking import Crowd
from tests.rights.world.building import World, build, folder_for, sign_in
from tests.rights.world.deeds import Deed
from tests.rights.world.facts import answer
from tests.rights.world.faults import FAULTS
from tests.rights.world.judging import Judge
from tests.rights.world.people import Subject
from tests.rights.world.places import everywhere
from tests.wire import serving

pytestmark = pytest.mark.django_db(transaction=True)
REQUESTS = {deed.name: deed for deed in (*deeds.OPENING, *deeds.REQUESTS)}
ORDERS = {deed.name: deed for deed in deeds.ORDERS}
# Each fault with the doors at which it must show.
SHOWS: dict[str, tuple[Deed, ...]] = {
    "history_asks_nobody": (REQUESTS["read by request"],),
    "files_are_given_to_whoever_has_a_pass": (REQUESTS["open a file by pass"],),
    "catching_up_forgets_who_asks": (deeds.RESUME, deeds.SYNC, deeds.POLL_ROOMS),
    "sockets_follow_what_is_archived_or_not_theirs": (deeds.HELLO, deeds.HEAR),
    "anybody_takes_back_anything": (
        ORDERS["take back another's by socket"],
        REQUESTS["take back another's by request"],
    ),
    "the_disabled_stay_signed_in": (REQUESTS["see by request"], deeds.LIST),
    "strangers_are_told_that_a_room_exists": (REQUESTS["see by request"], ORDERS["tell that one is here by socket"]),
    "ended_devices_are_remembered": (REQUESTS["see by request"],),
    "pupils_write_without_asking": (ORDERS["post by socket"], REQUESTS["post by request"]),
    "presence_is_told_everywhere": (ORDERS["tell that one is here by socket"],),
    "anybody_explains_anybody": (REQUESTS["ask why by request"],),
}
FEW = [
    Subject("homeroom_teacher"),
    Subject("pupil"),
    Subject("guardian"),
    Subject("guardian", "ended"),
    Subject("guardian", deny="pair"),
    Subject("guardian", account="disabled"),
    Subject("guardian", account="device_ended"),
    Subject("teacher_elsewhere"),
]


@pytest.fixture
def world(transactional_db: None, tmp_path: Path) -> World:
    return build(everywhere(FEW), tmp_path)


def test_every_fault_is_tried() -> None:
    assert SHOWS.keys() == FAULTS.keys()


@pytest.mark.prove
@pytest.mark.timeout(600)
def test_a_fault_shows_at_its_doors(world: World, tmp_path: Path) -> None:
    """In one world: what each leaves behind is somebody's message, and changes no right. A few of them; all are tried in
    the long proof."""
    judge = Judge(world, answer(world))
    chosen = [*SHOWS] if WHOLE else random.SystemRandom().sample([*SHOWS], 2)
    for fault in chosen:
        doors = SHOWS[fault]
        sign_in(world)
        environment = {"DJANGO_SETTINGS_MODULE": "tests.rights.world.faulty_settings", "WORLD_FAULT": fault}
        with serving(DATA_DIR=folder_for(tmp_path), **environment) as server:
            found = asyncio.run(Crowd(world, server.port, judge.speakers, at=doors).knock())
        for door in doors:
            assert judge.differences(found, [door]), f"{fault} was not noticed: {door.name}"


def inclusive(day: Any, begins: str = "begins_on", ends: str = "ends_on") -> Q:
    """The last day counts: what many exporters mean, and OneRoster does not."""
    ended = Q(**{f"{ends}__isnull": True}) | Q(**{f"{ends}__gte": day})
    return ended & (Q(**{f"{begins}__isnull": True}) | Q(**{f"{begins}__lte": day}))


DERIVED: dict[str, tuple[str, Any]] = {
    "a deny of a guardian is forgotten": ("allowed_pair", lambda _day: Q()),
    "a deny in an org is forgotten": ("allowed_in", lambda _day, **_columns: Q()),
    "the end of a date counts": ("within", inclusive),
}


def test_a_fault_in_deriving_shows_in_the_rows(transactional_db: None, tmp_path: Path) -> None:
    """Who has which seat is compared row by row, not only where somebody knocks."""
    also = [Subject("guardian", "ends_today"), Subject("pupil", deny="in_org")]
    world = build(everywhere([*FEW, *also]), tmp_path)
    judge = Judge(world, answer(world))
    for fault, (name, wrong) in DERIVED.items():
        assert not judge.traces(), fault
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(selectors, name, wrong)
            seating._written.cache_clear()
            kept.forget()
            roster.revise_all()
            assert judge.traces(), f"{fault} was not noticed"
        seating._written.cache_clear()
        kept.forget()
        roster.revise_all()
    assert not judge.traces()
