"""The ten characters by which anybody finds a notice: nine by chance and one that tells a slip of the pen.

The alphabet is that of activation codes: 32 characters without the look-alikes 0/O and 1/I. The tenth makes the word
divisible in the field of 32 elements (x^5 + x^2 + 1), so that one wrong character, or two that changed places, never
make another good code. Nine characters are 45 bits: among a million notices one guess in 35 million finds any.
"""

import re
import secrets

from registry.activation import ALPHABET

LENGTH = 10
_MODULUS, _OVERFLOW = 0b100101, 0b100000


def fresh() -> str:
    """A code that nobody had before; where chance gave one twice, the database refuses the second."""
    plain = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return plain + ALPHABET[_shifted(_remainder(plain))]


def read(typed: str) -> str | None:
    """The code in what somebody typed, without case, spaces and hyphens; None: no code of ours."""
    plain = re.sub(r"[\s\-–—.]+", "", typed).upper()
    return plain if len(plain) == LENGTH and set(plain) <= set(ALPHABET) and not _remainder(plain) else None


def grouped(code: str) -> str:
    """XXXXX XXXXX, as it is shown."""
    return f"{code[:5]} {code[5:]}"


def _remainder(plain: str) -> int:
    total = 0
    for letter in plain:
        total = _shifted(total) ^ ALPHABET.index(letter)
    return total


def _shifted(value: int) -> int:
    doubled = value << 1
    return doubled ^ _MODULUS if doubled & _OVERFLOW else doubled
