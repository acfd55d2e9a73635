"""Daphne, made fit to face many phones: bounded in what it takes and holds, and polite when it stops."""
