"""Polls: what one may be, voting and its end, and who chose what."""

from rooms.polls.ballots import Ballot
from rooms.polls.voters import voters
from rooms.polls.voting import close_poll, vote

__all__ = ["Ballot", "close_poll", "vote", "voters"]
