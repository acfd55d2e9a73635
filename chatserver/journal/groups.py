"""What lines are looked for by: what somebody wants to know, not how the code calls it."""

from django.db.models import Q

VIEWED = ("broadcast.view", "question.view", "person.looked_at", "rights.looked_at", "rights.why")
TAKEN_AWAY = ("evidence.export", "reach.export", "cascade.export", "journal.roots")
# By the first part of an act.
PARTS = {
    "notices": ("broadcast", "draft", "node", "contact", "answer", "ladder"),
    "people": ("activation", "override", "devices", "second_factor", "password", "person", "rights"),
    "rooms": ("message", "room", "poll"),
    "registry": ("registry",),
}
GROUPS = ("viewed", "taken", *PARTS)


def condition(group: str) -> Q:
    """The lines of a group; what was only looked at or taken away stands in its own."""
    exact = {"viewed": VIEWED, "taken": TAKEN_AWAY}
    if group in exact:
        return Q(act__in=exact[group])
    found = Q()
    for part in PARTS[group]:
        found |= Q(act__startswith=f"{part}.")
    return found & ~Q(act__in=[*VIEWED, *TAKEN_AWAY])
