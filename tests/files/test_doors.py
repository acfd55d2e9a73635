"""Who may upload, and who may open what: asked every time, also of what a browser has already."""

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from broadcasts.files.attaching import hold
from broadcasts.models import Attachment, Broadcast, Draft
from registry import overrides
from tests.broadcasts.writing import draft, publish
from tests.cast import Cast
from tests.files import making
from tests.files.sending import FILES, fetched, send, taken, uploaded
from tests.invariants.test_doors import signed_in

EVERYBODY = ("an", "binh", "chi", "hoa", "dung", "lan", "minh", "mai", "hanh", "thu", "son", "phuc", "quang", "van")


def openers(cast: Cast, file: int) -> set[str]:
    """Who gets its bytes; everybody else is told that there is none."""
    found = set()
    nothing = fetched(signed_in(cast, "quang"), 10**12).content
    for name in EVERYBODY:
        browser = signed_in(cast, name)
        answer = fetched(browser, file)
        if answer.status_code == 200:
            found.add(name)
        else:
            assert (answer.status_code, answer.content) == (404, nothing), name
            # The other ways to the same bytes.
            for headers in ({"Range": "bytes=0-1"}, {"If-None-Match": "*"}, {"If-None-Match": f'"{sha_of(file)}"'}):
                assert fetched(browser, file, **headers).status_code == 404
            assert browser.head(f"{FILES}/{file}").status_code == 404
            assert browser.get(f"{FILES}/{file}?width=640").status_code == 404
    return found


def sha_of(file: int) -> str:
    return Attachment.objects.get(pk=file).sha256


def waiting(cast: Cast, file: int, state: str = Draft.State.SUBMITTED) -> Draft:
    """A draft of the head's with this file, on its way in the name of her school."""
    kept = Draft.objects.create(
        author=cast.hanh,
        client_broadcast_id=uuid.uuid4(),
        content={},
        state=state,
        issuer=cast.school,
        submitted_at=timezone.now(),
        decide_by=timezone.now() + dt.timedelta(hours=1),
    )
    hold(kept, [file])
    return kept


def test_only_who_may_send_anything_may_upload(cast: Cast) -> None:
    for name in EVERYBODY:
        answer = send(signed_in(cast, name), making.pdf())
        may = name in {"lan", "minh", "mai", "hanh", "thu", "son", "phuc", "quang"}
        assert answer.status_code == (201 if may else 403), name
    answer = send(Client(), making.pdf())
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


def test_an_upload_is_its_owners_alone(cast: Cast) -> None:
    assert openers(cast, uploaded(cast, "hanh")) == {"hanh"}


def test_what_is_being_written_is_its_authors_alone(cast: Cast) -> None:
    file = uploaded(cast, "hanh")
    waiting(cast, file, Draft.State.WRITING)
    assert openers(cast, file) == {"hanh"}


def test_who_may_decide_about_a_draft_may_open_its_files(cast: Cast) -> None:
    file = uploaded(cast, "hanh")
    waiting(cast, file)
    assert openers(cast, file) == {"hanh", "thu", "son", "phuc"}


def test_who_has_a_notice_has_its_files_and_so_has_who_oversees_it(cast: Cast) -> None:
    file = uploaded(cast, "lan")
    publish(cast.lan, cast.class_7a, roles=["guardians"], attachments=[file])
    # Guardians of 7A; its teachers and the head of the school. Not the office, which sends to no class.
    assert openers(cast, file) == {"hoa", "dung", "lan", "minh", "hanh"}


def test_a_notice_to_the_school_is_overseen_from_above(cast: Cast) -> None:
    file = uploaded(cast, "hanh")
    publish(cast.hanh, cast.school, roles=["teachers"], attachments=[file])
    assert openers(cast, file) == {"hanh", "lan", "minh", "mai", "thu", "son", "phuc"}


def test_a_right_that_ended_ends_what_the_browser_has(cast: Cast) -> None:
    file = uploaded(cast, "lan")
    publish(cast.lan, cast.class_7a, roles=["guardians"], attachments=[file])
    browser = signed_in(cast, "dung")
    etag = fetched(browser, file)["ETag"]
    assert fetched(browser, file, **{"If-None-Match": etag}).status_code == 304
    overrides.deny(
        cast.dung,
        student=cast.binh,
        by=cast.account(cast.hanh),
        reason="Quyết định của tòa",
        review_on=dt.date(2099, 1, 1),
    )
    assert fetched(browser, file, **{"If-None-Match": etag}).status_code == 404
    assert fetched(browser, file, Range="bytes=0-1").status_code == 404


def test_recipients_are_told_of_the_files_of_a_notice_and_of_no_other(cast: Cast) -> None:
    lan = signed_in(cast, "lan")
    second, first = taken(lan, making.pdf(), "b.pdf"), taken(lan, making.photograph(), "a.jpg")
    told = publish(cast.lan, cast.class_7a, roles=["guardians"], attachments=[first["id"], second["id"]])
    publish(cast.lan, cast.class_7a, roles=["guardians"])
    page = signed_in(cast, "hoa").get("/api/broadcasts").json()["broadcasts"]
    assert [one["files"] for one in page] == [[], [first, second]]
    assert signed_in(cast, "hoa").get(f"/api/broadcasts/{told.pk}").json()["files"] == [first, second]
    sent = lan.get("/api/broadcasts/sent").json()["broadcasts"]
    assert [one["files"] for one in sent] == [[], [first, second]]


@pytest.mark.parametrize("notices", [1, 4])
def test_a_page_asks_as_often_for_the_files_of_four_notices_as_of_one(
    cast: Cast, notices: int, django_assert_num_queries: object
) -> None:
    for _number in range(notices):
        publish(cast.lan, cast.class_7a, roles=["guardians"], attachments=[uploaded(cast, "lan")])
    hoa, lan = signed_in(cast, "hoa"), signed_in(cast, "lan")
    hoa.get("/api/broadcasts")
    lan.get("/api/broadcasts/sent")
    with django_assert_num_queries(6):  # type: ignore[operator]
        assert hoa.get("/api/broadcasts").status_code == 200
    with django_assert_num_queries(7):  # type: ignore[operator]
        assert lan.get("/api/broadcasts/sent").status_code == 200


def test_opening_a_file_asks_the_database_few_questions(cast: Cast, django_assert_max_num_queries: object) -> None:
    file = uploaded(cast, "hanh")
    publish(cast.hanh, cast.school, roles=["guardians"], attachments=[file])
    hoa = signed_in(cast, "hoa")
    fetched(hoa, file)
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        assert fetched(hoa, file).status_code == 200


def test_files_reach_a_notice_by_way_of_a_draft(cast: Cast) -> None:
    lan = signed_in(cast, "lan")
    file = taken(lan, making.pdf())
    content = draft(cast.class_7a, roles=["guardians"], attachments=[file["id"]])
    answer = lan.post(
        "/api/broadcasts/drafts",
        {"client_broadcast_id": str(uuid.uuid4()), "content": content},
        content_type="application/json",
    )
    assert answer.status_code == 201, answer.content
    assert answer.json()["files"] == [file]
    assert not Broadcast.objects.exists()
    # Nobody else's.
    mai = signed_in(cast, "mai")
    content = draft(cast.class_6b, attachments=[file["id"]])
    answer = mai.post(
        "/api/broadcasts/drafts",
        {"client_broadcast_id": str(uuid.uuid4()), "content": content},
        content_type="application/json",
    )
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.json()["facts"] == {"field": "attachments"}
