"""Who chose what, for those who may know."""

from collections import defaultdict
from typing import Any

from registry.models import Person
from rooms import policy
from rooms.errors import VotesAreSecret
from rooms.kinds import Right
from rooms.models import Member, Vote
from rooms.opening import message_in
from rooms.people import Shown, shown, with_labels
from rooms.polls.voting import poll_of

MOST = 1_000


def voters(person: Person, room_id: int, seq: int) -> dict[str, Any]:
    """By option, who chose it, of those who have a seat now; the same queries for ten votes and for a thousand.

    Raises VotesAreSecret where the poll shows no names and the person does not lead the room.
    """
    place = policy.require(person, Right.READ, room_id)
    message = message_in(place, seq)
    poll = poll_of(message)
    if not poll["shows_names"] and Right.MODERATE not in place.rights:
        raise VotesAreSecret
    votes = Vote.objects.filter(message=message, person__memberships__room=room_id)
    chosen = list(votes.order_by("pk").values_list("person", "option")[: MOST + 1])
    people = {pk for pk, _option in chosen}
    seats = with_labels(Member.objects.filter(room=room_id, person__in=people), person="person")
    called: dict[int, Shown] = {seat.person_id: shown(seat, person=seat.person, seat=seat.seat) for seat in seats}
    by_option: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for pk, option in chosen[:MOST]:
        if pk in called:
            by_option[option].append(called[pk].ref())
    options = [{"id": option["id"], "people": by_option[option["id"]]} for option in poll["options"]]
    return {"options": options, "truncated": len(chosen) > MOST}
