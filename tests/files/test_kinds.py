"""What is taken at all, how much of it, and under which name."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from broadcasts.files import limits, uploading
from broadcasts.models import Attachment
from realtime.polling import Pace
from rooms.files.names import disposition
from tests.files import making
from tests.files.sending import FILES, fetched, refused, send, taken

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (making.archive(), "cong-van.pdf", "file_not_what_it_says"),
        (making.archive(), "bang-diem.xlsx", "file_kind_not_taken"),
        (b"MZ\x90\0", "anh.jpg", "file_not_what_it_says"),
        (b"MZ\x90\0", "cai-dat.exe", "file_kind_not_taken"),
        (SVG, "hinh.svg", "file_kind_not_taken"),
        (SVG, "hinh.png", "file_not_what_it_says"),
        (b"<html>", "khong-ten", "file_kind_not_taken"),
        (b"GIF89a", "dong.gif", "file_kind_not_taken"),
        (b"\0\0\0\x18ftypheic", "IMG_0001.HEIC", "file_kind_not_taken"),
        (b"a", "x.pdf", "file_not_what_it_says"),
        (making.saved(making.picture()), "cong-van.pdf", "file_not_what_it_says"),
        (making.pdf(), "anh.jpg", "file_not_what_it_says"),
    ],
)
def test_content_decides_and_not_the_name(lan: Client, data: bytes, name: str, code: str) -> None:
    assert refused(lan, data, name) == code


def test_a_name_without_an_ending_is_enough(lan: Client) -> None:
    assert taken(lan, making.pdf(), "cong-van")["name"] == "cong-van.pdf"


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("..\\..\\Công văn 688.PDF", "Công văn 688.pdf"),
        ("C:\\fakepath\\a.pdf", "a.pdf"),
        ("anh\u202egpj.pdf", "anhgpj.pdf"),
        ("a   b .pdf", "a b.pdf"),
        (".pdf", "tep.pdf"),
        ("Quyết định 12.3", "Quyết định 12.3.pdf"),
        ("x" * 240 + ".pdf", "x" * 200 + ".pdf"),
    ],
)
def test_a_name_is_one_line_that_says_what_it_is(lan: Client, sent: str, shown: str) -> None:
    assert taken(lan, making.pdf(), sent)["name"] == shown


def test_a_name_is_told_in_both_ways_that_browsers_know() -> None:
    assert disposition("a.pdf") == 'inline; filename="a.pdf"'
    assert disposition('Đề "thi".pdf') == (
        "inline; filename=\"De _thi_.pdf\"; filename*=UTF-8''%C4%90%E1%BB%81%20%22thi%22.pdf"
    )
    assert "\n" not in disposition("a\nSet-Cookie: x.pdf")


def test_a_file_of_more_than_10_megabytes_is_refused(lan: Client) -> None:
    answer = send(lan, b"%PDF-" + b"0" * limits.LARGEST_FILE)
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    assert answer.json()["facts"] == {"megabytes": 10}


def test_a_form_has_one_file_and_nothing_else(lan: Client) -> None:
    one = SimpleUploadedFile("a.pdf", making.pdf())
    for form in ({}, {"file": "words"}, {"other": one}, {"file": one, "more": "x"}, {"file": [one, one]}):
        answer = lan.post(FILES, form)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_input"), form
    assert lan.post(FILES, {"file": SimpleUploadedFile("a.pdf", b"")}).status_code == 400
    assert lan.post(FILES, b"{}", content_type="application/json").status_code == 400
    assert lan.post(FILES, b"nonsense", content_type="multipart/form-data; boundary=x").status_code == 400
    assert not Attachment.objects.exists()


def test_the_same_twice_is_kept_once(lan: Client) -> None:
    sent = making.pdf()
    first, second = taken(lan, sent, "a.pdf"), taken(lan, sent, "b.pdf")
    assert first["id"] != second["id"]
    assert len({one.sha256 for one in Attachment.objects.all()}) == 1
    assert fetched(lan, second).getvalue() == sent


def test_uploads_that_no_notice_uses_are_bounded(lan: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploading, "MOST_UNUSED", 2)
    for _number in range(2):
        taken(lan, making.pdf())
    answer = send(lan, making.pdf())
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_unused_files")


def test_who_uploads_one_after_the_other_waits(lan: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploading, "_pace", Pace(a_second=0.001, at_once=2))
    assert [send(lan, b"x").status_code for _number in range(3)] == [400, 400, 429]
