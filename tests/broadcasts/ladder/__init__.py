"""The ladder: what happens after a notice has left, quiet hours, and how often a household rings."""
