"""Daphne, made fit to face many phones: bounded in what it takes and holds, and polite when it stops."""

# Before anything names the reactor: daphne chooses it.
import daphne.server  # noqa: F401
