"""What a revision of the seats changed."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Difference:
    """What a revision changed: seats given, taken and exchanged, in which rooms, for whom."""

    granted: int = 0
    revoked: int = 0
    moved: int = 0
    rooms: set[int] = field(default_factory=set)
    people: set[int] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.rooms)
