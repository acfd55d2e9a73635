"""What people do to a message that is there: Reaction, Pin, Vote."""

from django.db import models

from registry.models import Person
from rooms.models.message import Message
from rooms.models.room import Room


class Reaction(models.Model):
    """One person's answer to a message without a word. A changed one is a new row: the newest come first."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    # A word of rooms/reactions.py.
    kind = models.CharField(max_length=8)

    class Meta:
        constraints = [models.UniqueConstraint("message", "person", name="rooms_reaction_once")]


class Pin(models.Model):
    """A message that stands above its room until a date."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="pins")
    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="pin")
    by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    seat = models.CharField(max_length=16)
    until = models.DateTimeField()


class Vote(models.Model):
    """One option of a poll that one person chose; its number is the option's in Message.poll."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="votes", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    option = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint("message", "person", "option", name="rooms_vote_once")]
