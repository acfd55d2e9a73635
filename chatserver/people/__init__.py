"""People and what they may see, for those who speak for their org. To everybody else there is nobody here."""
