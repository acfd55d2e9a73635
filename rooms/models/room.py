"""Room and Member: fields and constraints, nothing clever."""

from django.db import models

from registry.models import Org, Person, SchoolClass


class Room(models.Model):
    """A place to talk. `head` is the newest change number, moved by rooms/sequence.py only, under this row's lock;
    `roster` moves with every change of its members (decision 29). `kind` is a slug checked against rooms/kinds/."""

    class State(models.TextChoices):
        OPEN = "open", "open"
        ARCHIVED = "archived", "archived"

    kind = models.CharField(max_length=24)
    # "class:12", "guardians:12", "staff:3", "community:3", "thread:STUDENT:GUARDIAN:TEACHER" or "...:office-ORG": a new
    # school's office never inherits what was written to the old one.
    key = models.CharField(max_length=80, unique=True)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="rooms", db_index=False)
    school_class = models.ForeignKey(SchoolClass, null=True, blank=True, on_delete=models.PROTECT, related_name="rooms")
    student = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="rooms_about")
    guardian = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="rooms_as_guardian"
    )
    # Empty in a thread with the school's office.
    teacher = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="rooms_as_teacher"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    # Class room: pupils may post. Community room: replies are open. Set by the kind's moderators.
    is_talk_open = models.BooleanField(default=False)
    head = models.BigIntegerField(default=0)
    # Number of messages ever posted: the last seq.
    last_seq = models.BigIntegerField(default=0)
    last_posted_at = models.DateTimeField(null=True, blank=True)
    roster = models.BigIntegerField(default=0)
    # When the last of its pins ends, so that rooms without any are asked nothing more.
    pinned_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["org", "kind"]), models.Index(fields=["student"])]

    def __str__(self) -> str:
        return f"room {self.pk}"


class Member(models.Model):
    """A person in a room, derived by rooms/roster.py from the registry; how far they have the room and have read it."""

    # The two composite indexes below serve both columns alone as well: a first load writes 250,000 of these rows.
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="members", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships", db_index=False)
    # The word of the kind (rooms/kinds/) for what the person is here: teacher, pupil, guardian, head ...
    seat = models.CharField(max_length=16)
    have_seq = models.BigIntegerField(default=0)
    read_seq = models.BigIntegerField(default=0)
    is_muted = models.BooleanField(default=False)
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint("room", "person", name="rooms_member_once")]
        indexes = [models.Index(fields=["person", "room"])]
