"""Mistakes that a server could have, one at a time: an app of tests that `serve` is started with (faulty_settings.py)."""

import os
from collections.abc import Callable
from typing import Any

from django.apps import AppConfig

FAULTS: dict[str, Callable[[], None]] = {}


class FaultsConfig(AppConfig):
    """Plants the fault that the environment names once every app is there."""

    name = "tests.rights.world"
    label = "small_world_faults"

    def ready(self) -> None:
        """What the process does from now on is wrong."""
        FAULTS[os.environ["WORLD_FAULT"]]()


def fault(plant: Callable[[], None]) -> Callable[[], None]:
    """Registers it under its name."""
    FAULTS[plant.__name__] = plant
    return plant


@fault
def history_asks_nobody() -> None:
    """The page of messages is given to whoever knows the room's number."""
    from rooms import policy, selectors
    from rooms.models import Room

    def history(_person: Any, room_id: int, **_options: Any) -> dict[str, Any]:
        room = Room.objects.filter(pk=room_id).first()
        if room is None:
            raise policy.NotFound
        return {"messages": [], "head": room.head, "complete": True}

    selectors.history = history
    from rooms import actions

    actions.open_room = lambda _person, _room: None


@fault
def files_are_given_to_whoever_has_a_pass() -> None:
    """The number of a file is enough."""
    from rooms.files import policy

    policy.may_open = lambda _person, _file: True


@fault
def catching_up_forgets_who_asks() -> None:
    """Every room that exists is caught up with."""
    from rooms import catching_up
    from rooms.models import Room

    def heads(away: list[Any]) -> Any:
        found = {pk: (head, last) for pk, head, last in Room.objects.values_list("pk", "head", "last_seq")}
        return {one.person.pk: found for one in away}

    catching_up._heads = heads


@fault
def sockets_follow_what_is_archived_or_not_theirs() -> None:
    """A socket follows every room of the school's classes, and nobody looks again before writing."""
    from rooms.models import Room
    from rooms.topics import RoomTopics

    def topics_for(_self: RoomTopics, person_pks: Any) -> dict[int, set[str]]:
        rooms = {f"room.{pk}" for pk in Room.objects.filter(kind="guardians").values_list("pk", flat=True)}
        return {person: set(rooms) for person in person_pks}

    def roster(_self: RoomTopics, topic: str, people: Any) -> tuple[int, set[int]]:
        number = Room.objects.values_list("roster", flat=True).get(pk=topic.partition(".")[2])
        return number, set(people)

    RoomTopics.topics_for = topics_for
    RoomTopics.roster = roster


@fault
def anybody_takes_back_anything() -> None:
    """Who reads a room may empty what others wrote there."""
    from rooms.kinds import Right
    from rooms.kinds.base import RoomKind

    told = RoomKind.rights

    def rights(self: RoomKind, seat: str, room: Any) -> Right:
        found = told(self, seat, room)
        return found | Right.MODERATE if Right.READ in found else found

    RoomKind.rights = rights


@fault
def the_disabled_stay_signed_in() -> None:
    """A session is enough, whatever became of the person in the registry."""
    from registry import people
    from registry.models import Person

    people.live_people = Person.objects.all


@fault
def strangers_are_told_that_a_room_exists() -> None:
    """The refusal depends on whether the room is there."""
    from realtime.errors import NotAllowed, NotFound
    from rooms import policy
    from rooms.models import Room

    told = policy.find

    def find(person: Any, room_id: int, *, lock: bool = False) -> Any:
        try:
            return told(person, room_id, lock=lock)
        except NotFound:
            if Room.objects.filter(pk=room_id).exists():
                raise NotAllowed from None
            raise

    policy.find = find


@fault
def ended_devices_are_remembered() -> None:
    """Signing a device out leaves its session."""
    from chatserver.signin import devices

    devices.end_session = lambda _hash: None


@fault
def pupils_write_without_asking() -> None:
    """The talk of a class need not be opened."""
    from rooms.kinds import Right
    from rooms.kinds.school_class import ClassRoom

    ClassRoom.grants = ClassRoom.grants | {"pupil": Right.READ | Right.POST}


@fault
def presence_is_told_everywhere() -> None:
    """Who is here is told in rooms of whole classes."""
    from rooms.kinds.base import RoomKind
    from rooms.kinds.guardians import Guardians

    assert issubclass(Guardians, RoomKind)
    Guardians.is_private = True


@fault
def anybody_explains_anybody() -> None:
    """Why somebody may see a room is told to whoever asks."""
    from rooms import policy, why
    from rooms.models import Room

    def asked_about(_asker: Any, room_id: int) -> Room:
        room = Room.objects.filter(pk=room_id).select_related(*policy.RELATED).first()
        if room is None:
            raise why.NotFound
        return room

    from chatserver.rights import api

    api.room_asked_about = asked_about
