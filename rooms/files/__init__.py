"""Files that go with messages, and what they share with those of notices: taken in, made harmless, kept under their digest,
given to whoever may have them."""
