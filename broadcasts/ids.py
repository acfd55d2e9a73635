"""Numbers of records as clients give them."""

from typing import Annotated

import msgspec

# Positive, and within the database's integer.
Id = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
