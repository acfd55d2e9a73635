"""Files that go with notices: taken in, made harmless, kept under their digest, given to whoever may have them."""
