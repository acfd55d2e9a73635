"""A notice on its way: kept while it is written, submitted, decided by a second person, until it leaves or comes back."""
