"""What rooms keep."""

from rooms.models.file import File, Upload
from rooms.models.message import Mention, Message
from rooms.models.room import Member, Room
from rooms.models.said import Pin, Reaction, Vote

__all__ = ["File", "Member", "Mention", "Message", "Pin", "Reaction", "Room", "Upload", "Vote"]
