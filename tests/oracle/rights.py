"""What a seat may do in a room as it stands."""

from collections.abc import Collection

READ, POST, MODERATE, OPEN_TALK = "read", "post", "moderate", "open_talk"
NONE: frozenset[str] = frozenset()

# Decisions 22, 24, 28 and 32.
OF_SEAT = {
    ("class", "teacher"): {READ, POST, MODERATE, OPEN_TALK},
    ("class", "observer"): {READ},
    ("class", "pupil"): {READ},
    ("guardians", "teacher"): {READ, POST, MODERATE},
    ("guardians", "guardian"): {READ, POST},
    ("guardians", "observer"): {READ},
    ("staff", "head"): {READ, POST, MODERATE},
    ("staff", "staff"): {READ, POST},
    ("staff", "unit_head"): {READ, POST},
    ("community", "sender"): {READ, POST, MODERATE, OPEN_TALK},
    ("community", "staff"): {READ},
    ("community", "guardian"): {READ},
    ("community", "pupil"): {READ},
    ("thread", "guardian"): {READ, POST},
    ("thread", "teacher"): {READ, POST},
    ("thread", "office"): {READ, POST},
}
# Who writes only where it was opened: grown-ups in a community room, pupils in their class room, and nobody else.
WHEN_OPEN = {("community", "staff"), ("community", "guardian"), ("class", "pupil")}


def rights_of(kind: str, seat: str, *, is_talk_open: bool, seats: Collection[str]) -> frozenset[str]:
    """The rights of a seat in an open room in which these seats are taken."""
    rights = set(OF_SEAT[kind, seat])
    # A pupil writes only where a teacher is (decision 28).
    if (kind, seat) in WHEN_OPEN and is_talk_open and (seat != "pupil" or "teacher" in seats):
        rights.add(POST)
    return frozenset(rights)


def rights_of_keeper(kind: str) -> frozenset[str]:
    """In the archive of an org's rooms one reads; other archives are closed to everybody."""
    return frozenset({READ}) if kind in {"staff", "community"} else NONE
