"""What rooms keep."""

from rooms.models.message import Mention, Message
from rooms.models.room import Member, Room
from rooms.models.said import Pin, Reaction, Vote

__all__ = ["Member", "Mention", "Message", "Pin", "Reaction", "Room", "Vote"]
