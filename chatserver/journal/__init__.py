"""Nhật ký: what was done in a unit and below it, for whoever heads it."""
