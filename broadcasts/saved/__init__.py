"""Selections kept under a name for the next time. Whom they mean, and whether one may still send there, is asked anew
each time."""
