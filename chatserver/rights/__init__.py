"""Local denies and the question why somebody may see a room, for those who answer for it. Holds no rules."""
