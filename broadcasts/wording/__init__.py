"""Texts to begin a notice from: built in, one's own, and those that an org keeps for all who send in its name."""
