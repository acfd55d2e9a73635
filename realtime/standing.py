"""What people may follow, and where it stands: the two questions to the topics' owners, for many people at once."""

from collections.abc import Collection
from dataclasses import dataclass

from realtime.topics import owner_of, owners


@dataclass(frozen=True, slots=True)
class Standing:
    """An answer of the owners: each person's topics, and each topic's head."""

    topics: dict[int, set[str]]
    heads: dict[str, int]


def standing(person_pks: Collection[int]) -> Standing:
    """Everything that these people may follow now. As many queries for 1 as for 500. Needs a database thread."""
    topics: dict[int, set[str]] = {pk: set() for pk in person_pks}
    for owner in owners.values():
        for pk, names in owner.topics_for(person_pks).items():
            topics[pk] |= names
    return Standing(topics, heads_of(set().union(*topics.values())))


def heads_of(names: Collection[str]) -> dict[str, int]:
    """The newest rev of each topic, one query an owner. Needs a database thread."""
    heads: dict[str, int] = {}
    for prefix, owner in owners.items():
        if its_own := [name for name in names if name.partition(".")[0] == prefix]:
            heads |= owner.heads(its_own)
    return heads


def wire_id(name: str) -> str:
    """How clients name a topic in heads: "room.42" is "42"."""
    return name.partition(".")[2]


def named_for(names: Collection[str]) -> dict[str, list[int]]:
    """What one may still see, in access.changed's words: {"rooms": [7, 42]}. Every owner that gives topics is named."""
    found: dict[str, list[int]] = {f"{prefix}s": [] for prefix in owners if not is_on_request(prefix)}
    for name in names:
        if (owner := owner_of(name)) is not None:
            found.setdefault(f"{owner.prefix}s", []).append(int(wire_id(name)))
    return {key: sorted(ids) for key, ids in found.items()}


def is_on_request(prefix: str) -> bool:
    """True for owners whose topics are only followed by order (Follow), never by right alone."""
    return bool(getattr(owners[prefix], "is_on_request", False))
