"""Proofs whose whole length `make prove` runs, and `make test` a slice of."""

import os

# Everything, instead of a slice.
WHOLE = bool(os.environ.get("PROVE"))
