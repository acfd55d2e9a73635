"""What a message carries beside its text: whom it answers, who is named in it, a poll, or another message as a whole."""

from rooms.carrying.carried import PLAIN, Carried, Source
from rooms.carrying.forwarding import forwarded
from rooms.carrying.loading import load

__all__ = ["PLAIN", "Carried", "Source", "forwarded", "load"]
