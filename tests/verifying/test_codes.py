"""The code on a notice: a slip of the pen never finds another notice."""

import itertools
import random

from broadcasts.verifying import codes
from registry.activation import ALPHABET


def test_a_fresh_code_is_read_however_it_is_typed() -> None:
    for _ in range(200):
        code = codes.fresh()
        assert len(code) == 10
        assert set(code) <= set(ALPHABET)
        typed = f" {codes.grouped(code).lower()}\n"
        assert codes.read(code) == codes.read(typed) == codes.read("-".join(code)) == code


def test_fresh_codes_differ() -> None:
    assert len({codes.fresh() for _ in range(2_000)}) == 2_000


def test_one_wrong_character_is_no_code() -> None:
    code = codes.fresh()
    for place, letter in itertools.product(range(10), ALPHABET):
        wrong = code[:place] + letter + code[place + 1 :]
        assert wrong == code or codes.read(wrong) is None


def test_two_characters_that_changed_places_are_no_code() -> None:
    for _ in range(50):
        code = codes.fresh()
        for one, other in itertools.combinations(range(10), 2):
            letters = list(code)
            letters[one], letters[other] = letters[other], letters[one]
            swapped = "".join(letters)
            assert swapped == code or codes.read(swapped) is None


def test_nothing_else_is_a_code() -> None:
    code = codes.fresh()
    for typed in ("", code[:9], code + code[0], "0O1I" + code[4:], "😀" * 10, " ", code[:9] + "ß"):
        assert codes.read(typed) is None
    # One in 32 of what is typed at random passes: the tenth character is for slips, not for secrecy.
    dice = random.Random(8)
    passed = sum(codes.read("".join(dice.choices(ALPHABET, k=10))) is not None for _ in range(3_200))
    assert 50 < passed < 160
