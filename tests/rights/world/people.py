"""Who asks: every role with every tie, deny and account that mean something for it."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from itertools import product

# What became of what ties somebody to the place. The ends of OneRoster are exclusive: who ends today is gone today.
TIES = (
    *("live", "talk_open", "future", "ended", "ends_today", "last_day"),
    *("removed", "class_removed", "term_over", "school_ended"),
)
# Of a role in an org there is no class that could end.
TIES_OF_HEADS = ("live", "talk_open", "future", "ended", "ends_today", "last_day", "removed", "school_ended")
FEWER_TIES = ("live", "talk_open", "future", "ended", "removed", "school_ended")
TIES_OF_STRANGERS = ("live", "talk_open", "school_ended")
LIVE = ("live",)

NO_DENY = ("none",)
DENIES_OF_STAFF = ("none", "in_org", "everywhere")
DENIES_OF_GUARDIANS = ("none", "pair", "pair_other_record", "in_org")
FINER_DENIES = ("pair_over", "pair_ran_out_today", "pair_until_tomorrow", "pair_other_child", "above", "everywhere")
DENIES = tuple(dict.fromkeys((*DENIES_OF_STAFF, "over", "elsewhere", *DENIES_OF_GUARDIANS, *FINER_DENIES)))

ACCOUNTS = ("active", "disabled", "without_role", "signed_out", "device_ended", "not_activated")

# Each role with the ties and denies that are crossed for it: every one of the ties with every one of the denies.
Blocks = tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
ROLES: dict[str, Blocks] = {
    "homeroom_teacher": ((TIES, DENIES_OF_STAFF),),
    "subject_teacher": ((TIES, ("none", "over")), (LIVE, ("above", "elsewhere"))),
    # Teaches the class a subject, in a class of its own that has no room.
    "lesson_teacher": ((TIES, NO_DENY), (LIVE, ("in_org",))),
    "proctor": ((FEWER_TIES, NO_DENY), (LIVE, ("in_org",))),
    "class_administrator": ((("live", "ended", "school_ended"), NO_DENY),),
    "pupil": ((TIES, ("none", "in_org", "over")),),
    "young_pupil": ((("live", "talk_open"), NO_DENY),),
    "adult_pupil": ((LIVE, ("none", "in_org")),),
    # The pupil's row names the guardian, then the guardian's row the pupil.
    "guardian": ((TIES, DENIES_OF_GUARDIANS), (LIVE, FINER_DENIES)),
    "parent": ((FEWER_TIES, NO_DENY),),
    "guardian_by_link": ((TIES_OF_STRANGERS, NO_DENY),),
    "relative": ((TIES_OF_STRANGERS, NO_DENY),),
    "teacher_and_parent": ((TIES, ("none", "pair")),),
    "teacher_with_other_record": ((("live", "talk_open", "ended", "last_day", "school_ended"), NO_DENY),),
    "principal": ((TIES_OF_HEADS, DENIES_OF_STAFF),),
    "site_administrator": ((TIES_OF_HEADS, NO_DENY), (LIVE, ("over",))),
    "officer_of_commune": ((FEWER_TIES, NO_DENY), (LIVE, ("in_org",))),
    "officer_of_department": ((FEWER_TIES, NO_DENY), (LIVE, ("in_org",))),
    "system_administrator": ((TIES_OF_STRANGERS, NO_DENY),),
    "colleague": ((TIES_OF_STRANGERS, NO_DENY),),
    "teacher_elsewhere": ((TIES_OF_STRANGERS, NO_DENY),),
    "guardian_elsewhere": ((TIES_OF_STRANGERS, NO_DENY),),
    "nobody": ((TIES_OF_STRANGERS, NO_DENY),),
}
# Whose accounts are tried in every state: what is closed is closed to each role alike.
HOLDERS = ("homeroom_teacher", "pupil", "guardian", "teacher_and_parent", "principal", "officer_of_commune")
GUARDIANS = frozenset({"guardian", "parent", "guardian_by_link", "relative", "teacher_and_parent"})
TEACHERS = frozenset({"homeroom_teacher", "subject_teacher", "lesson_teacher", "teacher_with_other_record"})


@dataclass(frozen=True, slots=True)
class Subject:
    """One who asks, named by their coordinates."""

    role: str
    tie: str = "live"
    deny: str = "none"
    account: str = "active"

    @property
    def name(self) -> str:
        """The sourcedId."""
        return ".".join(astuple(self))

    @property
    def scene(self) -> str:
        """The class at whose doors they ask: one a tie, as far as classes go; adults learn in a school of their own."""
        if self.role == "adult_pupil":
            return "adult"
        if self.role in OF_ORGS and self.tie not in {"talk_open", "school_ended"}:
            return "live"
        return self.tie

    @property
    def child(self) -> str:
        """The pupil whose guardian they are."""
        return f"{self.name}.con"

    @property
    def other_record(self) -> str:
        """Another record of the same human."""
        return f"{self.name}.kia"

    @property
    def other_guardian(self) -> str:
        """The other guardian of their child."""
        return f"{self.name}.hai"

    @property
    def is_admitted(self) -> bool:
        """Whether the server knows them by their session."""
        return self.account == "active" and self.role != "nobody"


OF_ORGS = frozenset(
    {"principal", "site_administrator", "officer_of_commune", "officer_of_department", "system_administrator"}
)


def subjects() -> list[Subject]:
    """Everybody."""
    return [*_active(), *_closed()]


def _active() -> Iterator[Subject]:
    for role, blocks in ROLES.items():
        for ties, denies in blocks:
            for tie, deny in product(ties, denies):
                yield Subject(role, tie, deny)


def _closed() -> Iterator[Subject]:
    for role, account in product(HOLDERS, ACCOUNTS[1:]):
        yield Subject(role, account=account)


def sample(seed: int) -> list[Subject]:
    """A few, among whom every value of every dimension is met, and each role with a tie that stands; which, by the seed."""
    odds = random.Random(seed)
    everybody = subjects()
    odds.shuffle(everybody)
    chosen = [next(each for each in everybody if each.role == role and each.tie == "live") for role in ROLES]
    met = set(_values(chosen))
    for each in everybody:
        if new := set(_values([each])) - met:
            chosen.append(each)
            met |= new
    return list(dict.fromkeys(chosen))


def _values(chosen: Iterable[Subject]) -> Iterator[tuple[str, str]]:
    for each in chosen:
        for field in fields(each):
            yield field.name, getattr(each, field.name)
