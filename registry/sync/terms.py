"""How a source's files are to be read: its version, and what its owner told about its habits."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Terms:
    """Read with every row. `deletes` and the rest come from the manifest; see Source for the habits."""

    version: str
    end_date_inclusive: bool = False
    family_name_first: bool = True
