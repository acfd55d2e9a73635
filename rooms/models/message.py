"""Message and who is named in it: fields and constraints, nothing clever."""

from django.db import models
from django.db.models import Q

from registry.models import Person
from rooms.models.room import Room


class Message(models.Model):
    """One contribution. `seq` is its place on screen for ever; `rev` its newest change. A removed one keeps its row."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="messages", db_index=False)
    seq = models.BigIntegerField()
    rev = models.BigIntegerField()
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="messages", db_index=False)
    # What the author was here when writing: stays true after the seat has ended.
    author_seat = models.CharField(max_length=16)
    client_message_id = models.UUIDField()
    body = models.TextField()
    # SHA-256 of the body as first sent: the same name with another body is refused, also after an edit.
    body_digest = models.BinaryField(max_length=32)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # Of the same room. What is told of it is read when it is told: no words are kept twice.
    reply_to = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replies", db_index=False
    )
    # The first of those that it is a copy of, in another room.
    forwarded_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="copies", db_index=False
    )
    # How many rows of Mention there are: most messages have none, and nobody asks.
    mention_count = models.PositiveSmallIntegerField(default=0, db_default=0)
    mentions_all = models.BooleanField(default=False, db_default=False)
    # As they are told (docs/protocol.md 3), made from the rows of Reaction and Vote under the room's lock.
    reactions = models.JSONField(null=True, blank=True)
    poll = models.JSONField(null=True, blank=True)
    # As they are told, made from the rows of File when the message is: reading it asks for no more.
    files = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("room", "seq", name="rooms_message_seq_once"),
            models.UniqueConstraint("author", "client_message_id", name="rooms_message_named_once"),
        ]
        indexes = [
            models.Index(fields=["room", "rev"]),
            # Few messages are polls, answers or copies: only those are in these.
            models.Index(fields=["room"], condition=Q(poll__isnull=False), name="rooms_message_polls"),
            models.Index(fields=["reply_to"], condition=Q(reply_to__isnull=False), name="rooms_message_answers"),
            models.Index(
                fields=["forwarded_from"], condition=Q(forwarded_from__isnull=False), name="rooms_message_copies"
            ),
        ]


class Mention(models.Model):
    """Somebody who is named in a message, and what they were in the room when they were."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="named", db_index=False)
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    seat = models.CharField(max_length=16)

    class Meta:
        constraints = [models.UniqueConstraint("message", "person", name="rooms_mention_once")]
