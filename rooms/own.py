"""What a person did to messages: beside them in an answer and never in an event, which is the same for every reader."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from registry.models import Person
from rooms.models import Message, Reaction, Vote


@dataclass(slots=True)
class Own:
    """One person's reaction and votes on one message."""

    reaction: str | None = None
    vote: list[int] = field(default_factory=list)

    def json(self) -> dict[str, Any]:
        """Own."""
        return {"reaction": self.reaction, "vote": self.vote}


# By seq.
Mine = dict[int, Own]


def own_of(person: Person, messages: Collection[Message]) -> Mine:
    """What this person did to these: at most two queries, and none where nobody did anything."""
    touched = {message.pk: message.seq for message in messages if message.reactions or message.poll}
    found = own_of_all({person.pk}, touched)
    return {touched[message]: own for (_person, message), own in found.items()}


def own_of_all(people: Collection[int], touched: Collection[int]) -> dict[tuple[int, int], Own]:
    """By (person, message), what each did to those of these messages to which anybody did anything."""
    found: dict[tuple[int, int], Own] = defaultdict(Own)
    if touched:
        reactions = Reaction.objects.filter(message__in=touched, person__in=people)
        for person, message, kind in reactions.values_list("person", "message", "kind"):
            found[person, message].reaction = kind
        votes = Vote.objects.filter(message__in=touched, person__in=people).order_by("option")
        for person, message, option in votes.values_list("person", "message", "option"):
            found[person, message].vote.append(option)
    return found


def told_own(mine: Mine) -> dict[str, Any]:
    """`mine` of an answer; left out where there is nothing."""
    return {"mine": {str(seq): own.json() for seq, own in sorted(mine.items())}} if mine else {}
