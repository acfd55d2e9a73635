"""A text that somebody was sent, against the notice: one changed character is not the notice."""

import unicodedata

import pytest

from broadcasts.models import Broadcast
from broadcasts.verifying.comparing import compare

BODY = (
    "Kính gửi Quý phụ huynh.\n\nNgày 07/10/2026 học sinh toàn trường nghỉ học do mưa lũ.\n"
    "Đề nghị gia đình giữ các con ở nhà và theo dõi thông báo tiếp theo."
)


@pytest.fixture
def notice() -> Broadcast:
    """A notice as it was issued."""
    return Broadcast(
        issuer_name="Trường TH&THCS Đồng Sen",
        title="Nghỉ học do mưa lũ",
        body=BODY,
        number=12,
        symbol="TB-ĐS",
        code="K7M4QXP29D",
    )


def shared(notice: Broadcast, address: str = "http://127.0.0.1:8000") -> str:
    """As the app copies it."""
    head = f"{notice.issuer_name}\nSố 12/TB-ĐS\n{notice.title}\n\n{notice.body}"
    return f"{head}\n\nMã kiểm tra: K7M4Q XP29D\n{address}/kt/K7M4QXP29D"


def test_the_text_the_title_with_it_and_what_the_app_shares_match(notice: Broadcast) -> None:
    for text in (BODY, f"{notice.title}\n{BODY}", shared(notice), f"\ufeff{BODY}"[1:]):
        assert compare(notice, text).matches


def test_what_only_looks_otherwise_to_a_machine_matches(notice: Broadcast) -> None:
    assert compare(notice, unicodedata.normalize("NFD", BODY)).matches
    assert compare(notice, BODY.replace("\n", "\r\n")).matches
    spaced = BODY.replace(" ", "\u00a0 ")
    assert compare(notice, f"  {spaced}\n\n").matches


def test_every_single_character_counts(notice: Broadcast) -> None:
    for text in (BODY, shared(notice)):
        for place, letter in enumerate(text):
            for other in ("x" if letter != "x" else "y", "", letter + "\u200b", letter + "."):
                changed = text[:place] + other + text[place + 1 :]
                # Space for space is the same text.
                if changed.split() != text.split():
                    assert not compare(notice, changed).matches, (place, letter, other)


def test_letters_that_look_alike_do_not_match(notice: Broadcast) -> None:
    assert not compare(notice, BODY.replace("a", "а", 1)).matches


def test_what_was_put_in_is_shown_between_what_both_have(notice: Broadcast) -> None:
    forged = BODY.replace("ở nhà", "ở nhà, chuyển 500.000 đ tiền cứu trợ")
    found = compare(notice, forged)
    assert (found.matches, found.is_part) == (False, False)
    assert found.pasted == "nhà, chuyển 500.000 đ tiền cứu trợ"
    assert found.original == "nhà"
    assert found.before.endswith("giữ các con ở ")
    assert found.after.startswith(" và theo dõi")


def test_what_was_changed_is_shown_in_whole_words(notice: Broadcast) -> None:
    found = compare(notice, BODY.replace("07/10/2026", "08/10/2026"))
    assert (found.pasted.strip(), found.original.strip()) == ("08/10/2026", "07/10/2026")
    assert found.before.endswith("Ngày ")


def test_what_was_left_out_is_shown(notice: Broadcast) -> None:
    found = compare(notice, BODY.replace("toàn trường ", ""))
    assert found.original.strip() == "toàn trường"
    assert not found.matches


def test_a_part_is_not_the_notice(notice: Broadcast) -> None:
    for part in (BODY[:-10], BODY[12:], "học sinh toàn trường nghỉ học"):
        found = compare(notice, part)
        assert (found.matches, found.is_part) == (False, True)


def test_another_address_below_it_does_not_match(notice: Broadcast) -> None:
    found = compare(notice, shared(notice, "https://truong-gia.example"))
    assert not found.matches
    assert "truong-gia.example" in found.pasted


def test_any_text_at_all_gets_an_answer(notice: Broadcast) -> None:
    for text in ("", " ", "\x00", "x" * 40_000, "Ngày " * 5_000, BODY + BODY, BODY[::-1]):
        found = compare(notice, text)
        assert not found.matches
        assert len(found.pasted) <= 201
        assert len(found.original) <= 201
