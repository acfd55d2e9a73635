"""Headers, parts and what browsers may keep."""

import pytest
from django.test import Client

from tests.cast import Cast
from tests.files import making
from tests.files.sending import FILES, fetched, taken


@pytest.fixture
def file(lan: Client) -> int:
    """A document of some size."""
    return int(taken(lan, making.pdf(making.document(pages=30)), "Công văn 688.pdf")["id"])


def test_a_document_is_shown_as_what_it_is_and_as_nothing_else(lan: Client, file: int) -> None:
    answer = fetched(lan, file)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == (
        "inline; filename=\"Cong van 688.pdf\"; filename*=UTF-8''C%C3%B4ng%20v%C4%83n%20688.pdf"
    )
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert int(answer["Content-Length"]) == len(answer.getvalue())
    assert answer["Accept-Ranges"] == "bytes"


def test_a_picture_is_shown_in_a_sandbox(lan: Client) -> None:
    answer = fetched(lan, taken(lan, making.photograph(), "anh.jpg"))
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer["Content-Disposition"] == 'inline; filename="anh.jpg"'


def test_the_browser_keeps_it_and_asks_before_it_shows_it_again(lan: Client, file: int) -> None:
    answer = fetched(lan, file)
    assert answer["Cache-Control"] == "private, no-cache"
    assert "Cookie" in answer["Vary"]
    again = fetched(lan, file, **{"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", answer["ETag"])
    assert again["Cache-Control"] == "private, no-cache"
    assert fetched(lan, file, **{"If-None-Match": '"other"'}).status_code == 200


def test_the_small_picture_has_a_tag_of_its_own(lan: Client) -> None:
    picture = taken(lan, making.saved(making.picture(900, 600)), "anh.jpg")["id"]
    assert fetched(lan, picture)["ETag"] != lan.get(f"{FILES}/{picture}?width=640")["ETag"]


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("bytes=100-", 100, None),
        ("bytes=-7", -7, None),
        ("bytes=0-999999999", 0, None),
        ("bytes=-999999999", 0, None),
        ("Bytes = 3 - 5", 3, 6),
    ],
)
def test_a_part_is_sent(lan: Client, file: int, asked: str, start: int, end: int | None) -> None:
    whole = fetched(lan, file).getvalue()
    answer = fetched(lan, file, Range=asked)
    assert answer.status_code == 206
    assert answer.getvalue() == whole[start:end]
    first = start % len(whole)
    assert answer["Content-Range"] == f"bytes {first}-{first + len(whole[start:end]) - 1}/{len(whole)}"
    assert int(answer["Content-Length"]) == len(answer.getvalue())


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=-0"])
def test_a_part_beyond_the_end_is_refused(lan: Client, file: int, asked: str) -> None:
    size = len(fetched(lan, file).getvalue())
    answer = fetched(lan, file, Range=asked)
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{size}")


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=0-1,5-6",
        "bytes=5-2",
        "bytes=a-b",
        "bytes=-",
        "rows=0-1",
        "bytes=0",
        "bytes=" + "9" * 40 + "-",
        "bytes=٣-٥",
    ],
)
def test_of_what_is_no_range_and_of_several_the_whole_is_sent(lan: Client, file: int, asked: str) -> None:
    answer = fetched(lan, file, Range=asked)
    assert (answer.status_code, len(answer.getvalue())) == (200, int(answer["Content-Length"]))


def test_a_part_of_another_version_is_not_mixed_in(lan: Client, file: int) -> None:
    etag = fetched(lan, file)["ETag"]
    assert fetched(lan, file, **{"Range": "bytes=0-1", "If-Range": etag}).status_code == 206
    for other in ('"other"', f"W/{etag}", "Wed, 21 Oct 2015 07:28:00 GMT"):
        assert fetched(lan, file, **{"Range": "bytes=0-1", "If-Range": other}).status_code == 200


def test_the_head_alone_says_how_much_it_is(lan: Client, file: int) -> None:
    answer = lan.head(f"{FILES}/{file}")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer["Content-Length"]) == len(fetched(lan, file).getvalue())


def test_a_file_that_is_not_on_this_machine_is_not_there(
    lan: Client, file: int, caplog: pytest.LogCaptureFixture
) -> None:
    from broadcasts.models import Attachment
    from rooms.files import store

    store.path_of(Attachment.objects.get(pk=file).sha256).unlink()
    answer = fetched(lan, file)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert f"file of attachment {file} is missing" in caplog.text


def test_an_id_beyond_all_rows_is_not_there(cast: Cast, lan: Client) -> None:
    assert fetched(lan, 2**62).status_code == 404
    assert lan.get(f"{FILES}/{2**70}").status_code == 404
