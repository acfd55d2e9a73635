"""Notices over REST, as the app asks for them."""

import uuid
from typing import Any

import pytest
from django.test import Client

from broadcasts import shapes
from broadcasts.counting import Totals
from broadcasts.models import Broadcast
from registry.models import Org, Person, SchoolClass
from tests.assured import assure
from tests.broadcasts.writing import draft, publish
from tests.cast import Cast


@pytest.fixture(autouse=True)
def _without_undo(settings: Any) -> None:
    """What one may send alone leaves at once; how it waits is told in drafts/."""
    settings.UNDO_SECONDS = 0


class Browser:
    """A signed-in person's requests, a second factor given just now."""

    def __init__(self, cast: Cast, person: Person, language: str = "vi") -> None:
        self.client = Client(headers={"Accept-Language": language})
        self.client.force_login(cast.account(person), backend="allauth.account.auth_backends.AuthenticationBackend")
        assure(self.client, browser=f"browser-of-{person.pk}")

    def get(self, path: str, status: int = 200) -> Any:
        """The JSON of a GET."""
        answer = self.client.get(f"/api/broadcasts{path}")
        assert answer.status_code == status, answer.content
        return answer.json()

    def post(self, path: str, body: Any = None, *, status: int = 200) -> Any:
        """The JSON of a POST."""
        answer = self.client.post(f"/api/broadcasts{path}", body, content_type="application/json")
        assert answer.status_code == status, answer.content
        return answer.json()

    def publish(
        self, to: Org | SchoolClass, *, status: int = 201, name: uuid.UUID | None = None, **different: Any
    ) -> Any:
        """Send a notice."""
        body = draft(to, **different) | {"client_broadcast_id": str(name or uuid.uuid4())}
        return self.post("", body, status=status)


def test_from_the_officer_to_the_guardian_and_back(cast: Cast) -> None:
    son, hoa = Browser(cast, cast.son), Browser(cast, cast.hoa)
    reach = son.post("/preview", draft(cast.dong_sen, urgency="khan", roles=["guardians"]))
    assert (
        reach
        | {
            "units": 1,
            "schools": 1,
            "classes": 2,
            "households": 2,
            "people": 2,
            "by_role": {"guardians": 2, "students": 0, "teachers": 0, "staff": 0},
            "with_push": 0,
        }
        == reach
    )
    sent = son.publish(cast.dong_sen, urgency="khan", roles=["guardians"])
    assert sent.keys() == shapes.Sent.__annotations__.keys()
    assert sent["issuer"] == {"name": cast.so.name, "is_official": True}
    assert sent["audience"] == {"title": "Xã Đồng Sen", "roles": ["guardians"], "narrowed": None}
    assert sent["totals"] == {
        "recipients": 2, "delivered": 0, "seen": 0, "wanted": 3, "acknowledged": 0, "units": 1, "units_done": 0,
    }  # fmt: skip

    (card,) = hoa.get("")["broadcasts"]
    assert card.keys() == shapes.Inbox.__annotations__.keys()
    assert [child["student"]["given_name"] for child in card["for"]] == ["An", "Chi"]
    assert card["for"][0]["student"]["class"]["title"] == "7A"
    assert card["for"][0]["student"]["school"]["name"] == cast.school.name
    assert card["seen_at"] is None
    assert hoa.get(f"/{sent['id']}") == card | {"may_correct": False, "may_prove": False, "to_correct": []}

    assert set(hoa.post(f"/{sent['id']}/read")) == {"seen_at"}
    card = hoa.post(f"/{sent['id']}/acknowledge", {"students": [cast.an.pk]})
    assert [bool(child["acknowledged_at"]) for child in card["for"]] == [True, False]
    assert card["seen_at"].endswith("Z")

    progress = son.get(f"/{sent['id']}/progress")
    assert progress.keys() == shapes.Progress.__annotations__.keys()
    (unit,) = progress["units"]
    assert unit["unit"]["name"] == cast.school.name
    assert unit["commune"]["name"] == "Xã Đồng Sen"
    assert unit["totals"] == progress["totals"] == progress["broadcast"]["totals"]
    assert unit["totals"].keys() == Totals.__annotations__.keys()
    assert (unit["totals"]["delivered"], unit["totals"]["seen"], unit["totals"]["acknowledged"]) == (1, 1, 1)
    (listed,) = son.get("/sent")["broadcasts"]
    assert listed == progress["broadcast"]


def test_a_guardian_elsewhere_sees_nothing(cast: Cast) -> None:
    sent = publish(cast.son, cast.dong_sen)
    for stranger in (cast.van, cast.quang, cast.tu):
        browser = Browser(cast, stranger)
        assert browser.get("") == {"broadcasts": [], "complete": True}
        assert browser.get("/sent") == {"broadcasts": [], "complete": True}
        for path in (f"/{sent.pk}", f"/{sent.pk}/progress"):
            assert browser.get(path, 404)["code"] == "not_found"
        for path in (f"/{sent.pk}/read", f"/{sent.pk}/acknowledge"):
            assert browser.post(path, {}, status=404)["code"] == "not_found"
    assert Browser(cast, cast.hoa).get(f"/{sent.pk}/progress", 404)["code"] == "not_found"
    assert Browser(cast, cast.son).get("/999999", 404)["code"] == "not_found"


def test_nobody_is_told_to_sign_in(cast: Cast) -> None:
    sent = publish(cast.son, cast.dong_sen)
    for path in ("", "/audiences", "/sent", f"/{sent.pk}", f"/{sent.pk}/progress"):
        assert Client().get(f"/api/broadcasts{path}").status_code == 401


def test_the_same_name_again_is_answered_as_before(cast: Cast) -> None:
    son, name = Browser(cast, cast.son), uuid.uuid4()
    first = son.publish(cast.dong_sen, name=name)
    assert son.publish(cast.dong_sen, name=name, status=200) == first
    assert son.publish(cast.dong_sen, name=name, status=409, title="Khác")["code"] == "name_taken"
    assert Broadcast.objects.count() == 1


def test_who_is_sender_and_recipient_sees_both_sides(cast: Cast) -> None:
    sent = publish(cast.son, cast.school)
    told = Browser(cast, cast.thu).get(f"/{sent.pk}")
    assert told["for"] == [{"student": None, "acknowledged_at": None}]
    assert told["totals"]["recipients"] == sent.receipts.count()
    assert "for" not in Browser(cast, cast.son).get(f"/{sent.pk}")
    assert "totals" not in Browser(cast, cast.lan).get(f"/{sent.pk}")


@pytest.mark.parametrize(
    ("different", "code", "field"),
    [
        ({"title": " \n "}, "empty", "title"),
        ({"body": ""}, "empty", "body"),
        ({"body": "\u202e\u2067"}, "empty", "body"),
        ({"title": "x" * 501}, "too_long", "title"),
        ({"body": "x" * 10_001}, "too_long", "body"),
        ({"body": "x" * 100_000}, "too_long", "body"),
        ({"body": None}, "bad_input", "body"),
        ({"title": 7}, "bad_input", "title"),
        ({"urgency": "hỏa tốc"}, "bad_input", "urgency"),
        ({"kind": "quang_cao"}, "bad_input", "kind"),
        ({"roles": []}, "bad_input", "roles"),
        ({"roles": ["everybody"]}, "bad_input", "roles"),
        ({"roles": "guardians"}, "bad_input", "roles"),
        ({"audience": {}}, "bad_input", "audience"),
        ({"audience": {"org": "1"}}, "bad_input", "audience"),
        ({"audience": {"org": 1, "class": 1}}, "bad_input", "audience"),
        ({"audience": {"person": 1}}, "bad_input", "audience"),
        ({"audience": {"org": 10**40}}, "bad_input", "audience"),
        ({"audience": {"org": -1}}, "bad_input", "audience"),
        ({"audience": 1}, "bad_input", "audience"),
        ({"wants_acknowledgement": "yes"}, "bad_input", "wants_acknowledgement"),
        ({"is_official": True}, "bad_input", "is_official"),
        ({"client_broadcast_id": "7"}, "bad_input", "client_broadcast_id"),
    ],
)
def test_what_cannot_be_sent_is_refused_by_its_field(cast: Cast, different: Any, code: str, field: str) -> None:
    son = Browser(cast, cast.son)
    body = draft(cast.so) | {"client_broadcast_id": str(uuid.uuid4())} | different
    refusal = son.post("", body, status=400)
    assert refusal["code"] == code
    assert refusal["facts"]["field"] == field
    if "client_broadcast_id" not in different:
        assert son.post("/preview", draft(cast.so) | different, status=400) == refusal
    assert not Broadcast.objects.exists()


def test_odd_bodies_and_questions_are_refused_too(cast: Cast) -> None:
    son, sent = Browser(cast, cast.son), publish(cast.son, cast.so)
    for body in ([], "x", 7, None):
        assert son.post("", body, status=400)["code"] == "bad_input"
        assert son.post("/preview", body, status=400)["code"] == "bad_input"
    for question in ("?before=x", "?limit=-1", "?before=99999999999999999999", "?limit=0", "?before=%C2%B2"):
        assert son.get(question, 400)["facts"]["field"] in {"before", "limit"}
    for question in ("?commune=x", "?school=1;2", "?state=done"):
        assert son.get(f"/{sent.pk}/progress{question}", 400)["code"] == "bad_input"
    hoa = Browser(cast, cast.hoa)
    for body in ({"students": "1"}, {"students": [0]}, {"students": [True]}, {"pupils": []}, []):
        assert hoa.post(f"/{sent.pk}/acknowledge", body, status=400)["code"] == "bad_input"
    assert (
        hoa.post(f"/{sent.pk}/acknowledge", {"students": [cast.binh.pk]}, status=409)["code"]
        == "nothing_to_acknowledge"
    )


def test_refusals_speak_the_readers_language(cast: Cast) -> None:
    english = Browser(cast, cast.quang, "en").publish(cast.school, status=403)
    assert english["code"] == "not_your_audience"
    assert english["detail"] == "You cannot send notices to this unit or class. Nothing was sent."
    vietnamese = Browser(cast, cast.quang).publish(cast.school, status=403)
    assert vietnamese["detail"].startswith("Không có quyền gửi thông báo")
    urgent = Browser(cast, cast.lan).publish(cast.class_7a, urgency="khan", status=403)
    assert urgent["code"] == "not_your_urgency"
    nobody = Browser(cast, cast.phuc).publish(cast.school, roles=["staff"], status=201)
    assert nobody["totals"]["recipients"] == 2


def test_what_one_may_send_to(cast: Cast) -> None:
    told = Browser(cast, cast.son).get("/audiences")
    assert [(org["org"]["name"], org["depth"]) for org in told["orgs"]] == [
        (cast.so.name, 0),
        ("Xã Đồng Sen", 1),
        ("Xã Tân Sơn", 1),
        ("Trường TH&THCS Đồng Sen", 2),
        ("Trường THCS Tân Sơn", 2),
    ]
    assert {org["as"]["id"] for org in told["orgs"]} == {cast.so.pk}
    named = {org["org"]["id"]: org["org"]["name"] for org in told["orgs"]}
    # The tree as the picker draws it: the org right above each, none above the top of what one may send to.
    assert [named.get(org["parent"]) for org in told["orgs"]] == [
        None,
        cast.so.name,
        cast.so.name,
        "Xã Đồng Sen",
        "Xã Tân Sơn",
    ]
    assert told["classes"] == []
    head = Browser(cast, cast.hanh).get("/audiences")
    assert [one["title"] for one in head["classes"]] == ["6B", "7A"]
    assert all(one["official"] for one in head["classes"])
    (own,) = Browser(cast, cast.lan).get("/audiences")["classes"]
    assert (own["title"], own["official"], own["urgencies"]) == ("7A", False, ["thuong"])
    assert Browser(cast, cast.hoa).get("/audiences") == {"orgs": [], "classes": [], "choices": None}


def test_pages_of_what_was_sent_and_received(cast: Cast) -> None:
    sent = [publish(cast.son, cast.school).pk for _n in range(3)]
    for person, path in ((cast.son, "/sent"), (cast.hoa, "")):
        browser = Browser(cast, person)
        first = browser.get(f"{path}?limit=2")
        assert [one["id"] for one in first["broadcasts"]] == [sent[2], sent[1]]
        assert first["complete"] is False
        second = browser.get(f"{path}?limit=2&before={sent[1]}")
        assert [one["id"] for one in second["broadcasts"]] == [sent[0]]
        assert second["complete"] is True


def test_vietnamese_is_kept_composed_and_overrides_are_dropped(cast: Cast) -> None:
    sent = Browser(cast, cast.son).publish(
        cast.school, title="Nghi\u0309 ho\u0323c\n\u202e", body="  Kính gửi\r\nquý vị\x00 "
    )
    assert sent["title"] == "Nghỉ học"
    assert sent["body"] == "Kính gửi\nquý vị"
