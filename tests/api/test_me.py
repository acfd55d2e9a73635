"""What the app asks first."""

import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from registry.models import Account, Source, SyncRun
from rooms.actions import post_message
from rooms.models import Room
from tests.cast import Cast


def browser_of(cast: Cast, name: str) -> Client:
    """Signed in as this person."""
    client = Client()
    client.force_login(cast.account(cast.people()[name]))
    return client


def test_nobody_is_refused_but_gets_the_token(db: None, client: Client) -> None:
    answer = client.get("/api/me")

    assert answer.status_code == 401
    assert answer.json() == {"code": "not_signed_in", "detail": "Hãy đăng nhập trước.", "retry": False}
    assert answer.cookies["csrf"].value


def test_a_guardian_has_her_children_with_class_school_and_tint(cast: Cast) -> None:
    me = browser_of(cast, "hoa").get("/api/me").json()

    school = {"id": cast.school.pk, "name": cast.school.name, "type": "school", "level": "th_thcs"}
    assert me["children"] == [
        {
            "id": child.pk,
            "name": child.name,
            "given_name": child.given_name,
            "class": {"id": its_class.pk, "title": its_class.title},
            "school": school,
            "tint": child.pk % 5 + 1,
        }
        for child, its_class in ((cast.an, cast.class_7a), (cast.chi, cast.class_6b))
    ]
    assert me["roles"] == [{"role": "guardian", "org": school, "position": ""}]
    assert me["homerooms"] == []
    assert me["may"] == {"compose": False, "registry": False}
    assert me["language"] == "vi"
    assert len(me["push_key"]) == 87
    uuid.UUID(me["epoch"])


@pytest.mark.parametrize(
    ("who", "compose", "registry"),
    [
        ("lan", True, False), ("minh", True, False), ("hanh", True, False), ("thu", True, False), ("son", True, True),
        ("phuc", True, True), ("tu", False, True), ("hoa", False, False), ("an", False, False), ("quang", True, False),
    ],
)  # fmt: skip
def test_the_tabs_follow_from_the_registry(cast: Cast, who: str, compose: bool, registry: bool) -> None:
    assert browser_of(cast, who).get("/api/me").json()["may"] == {"compose": compose, "registry": registry}


def test_the_school_looks_after_its_own_source(cast: Cast) -> None:
    assert not browser_of(cast, "hanh").get("/api/me").json()["may"]["registry"]
    Source.objects.create(name="Danh sách", kind="sheet", scope_org=cast.school)
    for name, may in (("hanh", True), ("thu", True), ("lan", False), ("quang", False)):
        assert browser_of(cast, name).get("/api/me").json()["may"]["registry"] is may, name


def test_held_imports_wait_for_those_who_decide(cast: Cast) -> None:
    held = SyncRun.objects.create(source=cast.source, state="held", kept_as="a.zip", file_sha256="0" * 64)
    SyncRun.objects.create(source=cast.source, state="applied", kept_as="b.zip", file_sha256="0" * 64)

    def waiting(name: str) -> int:
        return int(browser_of(cast, name).get("/api/me").json()["registry_waiting"])

    assert {name: waiting(name) for name in ("tu", "son", "phuc", "hanh", "hoa", "quang")} == {
        "tu": 1, "son": 1, "phuc": 0, "hanh": 0, "hoa": 0, "quang": 0,
    }  # fmt: skip
    held.confirmed_by = cast.son
    held.save()
    assert (waiting("son"), waiting("ha")) == (0, 1)


def test_the_number_of_queries_does_not_grow_with_held_imports(cast: Cast) -> None:
    client = browser_of(cast, "tu")
    client.get("/api/me")
    counts = []
    for number in range(3):
        with CaptureQueriesContext(connection) as queries:
            client.get("/api/me")
        counts.append(len(queries))
        source = Source.objects.create(name=f"nguồn {number}", scope_org=cast.school)
        SyncRun.objects.create(source=source, state="held", kept_as="a.zip", file_sha256="0" * 64)
    assert len(set(counts)) == 1


def test_a_teacher_has_her_classes(cast: Cast) -> None:
    for name, is_homeroom_teacher in (("lan", True), ("minh", False)):
        (homeroom,) = browser_of(cast, name).get("/api/me").json()["homerooms"]
        assert (homeroom["title"], homeroom["is_homeroom_teacher"]) == ("7A", is_homeroom_teacher)


def test_what_waits_is_counted(cast: Cast) -> None:
    room = Room.objects.get(kind="guardians", school_class=cast.class_7a)
    for text in ("Mai cả lớp mang áo mưa nhé", "Nhớ mang cả ủng"):
        post_message(cast.lan, room.pk, body=text, client_message_id=str(uuid.uuid4()))

    assert browser_of(cast, "hoa").get("/api/me").json()["unread"] == {"notices": 0, "messages": 2}
    assert browser_of(cast, "lan").get("/api/me").json()["unread"] == {"notices": 0, "messages": 0}
    assert browser_of(cast, "van").get("/api/me").json()["unread"] == {"notices": 0, "messages": 0}


def test_the_number_of_queries_does_not_grow_with_children_and_rooms(cast: Cast) -> None:
    one, many = browser_of(cast, "dung"), browser_of(cast, "hoa")
    one.get("/api/me")

    counts = []
    for client in (one, many):
        with CaptureQueriesContext(connection) as queries:
            client.get("/api/me")
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 12


def test_the_language_is_changed_and_kept(cast: Cast) -> None:
    client = browser_of(cast, "hoa")

    assert client.patch("/api/me", {"language": "en"}, content_type="application/json").json()["language"] == "en"
    assert Account.objects.get(person=cast.hoa).language == "en"
    refused = client.patch("/api/me", {"language": "fr"}, content_type="application/json")
    assert (refused.status_code, refused.json()["facts"]) == (400, {"field": "language"})
    assert Client().patch("/api/me", {"language": "en"}, content_type="application/json").status_code == 401
