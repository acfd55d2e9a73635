"""G14: forty-five acknowledgements without noise; six like questions, one answer; nobody waits a day unseen."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from broadcasts import actions
from broadcasts.models import Acknowledgement, Broadcast, Question
from delivery.models import Delivery, Dispatch
from registry.changes import AccessChange
from registry.models import GuardianLink, Person, Source
from registry.signals import access_changed
from rooms.models import Member, Message
from tests.broadcasts.questions.conftest import Desk
from tests.broadcasts.test_publishing import crowd
from tests.broadcasts.writing import publish
from tests.cast import Cast
from tests.delivery.conftest import Work
from tests.delivery.push_service import Browser, PushService

ALIKE = (
    "Cô ơi mấy giờ các con tập trung ạ?",
    "Cho hỏi giờ tập trung ngày mai",
    "Tập trung lúc mấy giờ vậy cô?",
    "gio tap trung la may gio ạ",
    "Thưa cô, giờ tập trung là khi nào?",
    "Ngày mai con tập trung giờ nào ạ",
)
OTHER = "Con có cần mang áo mưa không ạ?"


@pytest.fixture
def families(cast: Cast) -> list[tuple[Person, Person]]:
    """More guardians of 7A, each with their child."""
    crowd(cast, 43)
    access_changed.send(sender=Source, change=AccessChange(everything=True))
    links = GuardianLink.objects.filter(student__sourced_id__startswith="crowd-").select_related("guardian", "student")
    found = [(link.guardian, link.student) for link in links.order_by("guardian")]
    return [(cast.hoa, cast.an), (cast.dung, cast.binh), *found]


@pytest.fixture
def notice(cast: Cast, families: list[tuple[Person, Person]]) -> Broadcast:
    """What the homeroom teacher wrote to 7A's families."""
    return publish(cast.lan, cast.class_7a, roles=["guardians"], title="Đi tham quan", body="Sáng thứ Bảy.")


def test_forty_five_acknowledgements_are_no_message_and_no_push(
    cast: Cast, notice: Broadcast, families: list[tuple[Person, Person]]
) -> None:
    assert len(families) == 45
    before = (Message.objects.count(), Dispatch.objects.count(), Delivery.objects.count())
    for guardian, child in families:
        actions.acknowledge(guardian, notice.pk, students=[child.pk])
    assert Acknowledgement.objects.filter(broadcast=notice, acknowledged_at__isnull=False).count() == 45
    assert (Message.objects.count(), Dispatch.objects.count(), Delivery.objects.count()) == before


def test_six_like_questions_are_one_answer_and_six_are_told(
    desk: Desk, cast: Cast, notice: Broadcast, families: list[tuple[Person, Person]], service: PushService, work: Work
) -> None:
    askers = families[:6]
    for (guardian, child), text in zip(askers, ALIKE, strict=True):
        desk.ask(guardian, notice, child, text)
    seventh, its_child = families[6]
    desk.ask(seventh, notice, its_child, OTHER)
    queue = desk.queue(cast.lan, notice)
    assert (queue["waiting"], [len(group["questions"]) for group in queue["groups"]]) == (7, [6, 1])
    first = queue["groups"][0]
    assert [one["asker"]["id"] for one in first["questions"]] == [guardian.pk for guardian, _child in askers]

    work()  # What the messages themselves ring, rings before anybody has a phone.
    phones = {person.pk: Browser(service.url(str(person.pk))) for person, _child in families}
    for person, _child in families:
        phones[person.pk].subscribe(person)
    published = desk.answer(cast.lan, notice, [one["id"] for one in first["questions"]])
    assert published["by"] == "Giáo viên lớp 7A"
    work()
    rung = sorted(int(push.path.strip("/")) for push in service.pushes)
    assert rung == sorted(guardian.pk for guardian, _child in askers)
    told = phones[rung[0]].read(service.pushes[0])
    assert (told["type"], told["url"]) == ("answer", f"/thong-bao/{notice.pk}")
    assert "giờ" not in told["title"] + told["body"]

    for guardian, child in [*families[:9], families[-1]]:
        under = desk.get(guardian, f"{notice.pk}/answers")
        assert [one["answer"] for one in under["answers"]] == ["7 giờ 15, ở sân trường."]
        others = {name for human in families for name in (human[0].name, human[1].name)}
        assert not [name for name in others if name in str(under["answers"])]
        is_asker = (guardian, child) in askers
        assert [one["state"] for one in under["mine"]] == (
            ["answered"] if is_asker else ["waiting"] if guardian == seventh else []
        )
    left = desk.queue(cast.lan, notice)
    assert [len(group["questions"]) for group in left["groups"]] == [1]
    assert left["answers"][0]["merged"] == 6


def test_what_waits_longer_than_a_day_is_listed_and_counted(desk: Desk, cast: Cast, notice: Broadcast) -> None:
    desk.ask(cast.hoa, notice, cast.an, OTHER)
    desk.ask(cast.dung, notice, cast.binh, ALIKE[0])
    assert desk.get(cast.lan, "questions") | {"notices": []} == {"notices": [], "waiting": 2, "overdue": 0}
    Question.objects.filter(asker=cast.hoa).update(asked_at=timezone.now() - dt.timedelta(hours=24, minutes=1))
    (listed,) = desk.get(cast.lan, "questions")["notices"]
    assert (listed["broadcast"]["id"], listed["waiting"], listed["overdue"]) == (notice.pk, 2, 1)
    marked = [one["is_overdue"] for group in desk.queue(cast.lan, notice)["groups"] for one in group["questions"]]
    assert marked == [True, False]
    me = desk.client(cast.lan).get("/api/me").json()
    assert me["questions_waiting"] == 2


def test_an_answer_in_the_conversation_ends_the_waiting(desk: Desk, cast: Cast, notice: Broadcast) -> None:
    asked = desk.ask(cast.hoa, notice, cast.an, OTHER)
    room = asked["room"]["id"]
    quoted = desk.get(cast.lan, f"questions/quoted?room={room}")["questions"]
    assert [(one["seq"], one["broadcast"], one["state"]) for one in quoted] == [
        (asked["message"]["seq"], {"id": notice.pk, "title": "Đi tham quan"}, "waiting")
    ]
    said = {"client_message_id": "7d5f7bd5-5a0a-4a2c-8a51-0c52b5b5f0aa", "body": "Có ạ, trời có thể mưa."}
    assert (
        desk.client(cast.lan).post(f"/api/rooms/{room}/messages", said, content_type="application/json").status_code
        == 201
    )
    assert desk.get(cast.lan, "questions")["waiting"] == 0
    (own,) = desk.get(cast.hoa, f"{notice.pk}/answers")["mine"]
    assert (own["state"], own["answer"]) == ("answered", None)
    # Asked again, somebody waits again.
    desk.ask(cast.hoa, notice, cast.an, "Thế còn ủng ạ?")
    assert desk.get(cast.lan, "questions")["waiting"] == 1


def test_asked_twice_under_one_name_is_asked_once(desk: Desk, cast: Cast, notice: Broadcast) -> None:
    named: dict[str, Any] = {"client_message_id": "0b4f7bd5-5a0a-4a2c-8a51-0c52b5b5f0aa"}
    first = desk.ask(cast.hoa, notice, cast.an, OTHER, **named)
    again = desk.ask(cast.hoa, notice, cast.an, OTHER, **named, status=200)
    assert again["question"] == first["question"]
    assert (Question.objects.count(), Message.objects.count()) == (1, 1)
    assert desk.ask(cast.hoa, notice, cast.an, "Anders", **named, status=409)["code"] == "name_taken"
    other = publish(cast.lan, cast.class_7a, roles=["guardians"])
    assert desk.ask(cast.hoa, other, cast.an, OTHER, **named, status=409)["code"] == "name_taken"


def test_the_same_answer_again_tells_nobody_again(desk: Desk, cast: Cast, notice: Broadcast) -> None:
    asked = desk.ask(cast.hoa, notice, cast.an, OTHER)["question"]["id"]
    named: dict[str, Any] = {"client_answer_id": "0b4f7bd5-5a0a-4a2c-8a51-0c52b5b5f0ab"}
    first = desk.answer(cast.lan, notice, [asked], **named)
    assert desk.answer(cast.lan, notice, [asked], **named, status=200)["id"] == first["id"]
    assert Dispatch.objects.filter(source="question_answered").count() == 1
    refused = desk.answer(cast.lan, notice, [asked], status=409)
    assert (refused["code"], refused["facts"]["questions"]) == ("already_answered", [asked])


def test_a_question_is_moved_in_and_out(desk: Desk, cast: Cast, notice: Broadcast) -> None:
    one = desk.ask(cast.hoa, notice, cast.an, ALIKE[0])["question"]["id"]
    two = desk.ask(cast.dung, notice, cast.binh, ALIKE[1])["question"]["id"]
    three = desk.ask(cast.dung, notice, cast.binh, OTHER)["question"]["id"]

    def moved(question: int, to: int | None) -> list[list[int]]:
        queue = desk.post(cast.lan, f"{notice.pk}/questions/{question}/place", {"with": to}, status=200)
        return [[each["id"] for each in group["questions"]] for group in queue["groups"]]

    assert moved(two, None) == [[one], [two], [three]]
    assert moved(three, one) == [[one, three], [two]]
    assert moved(two, three) == [[one, two, three]]
    assert moved(one, None) == [[one], [two, three]]


def test_taken_back_an_answer_is_gone_and_the_questions_wait_again(desk: Desk, cast: Cast, notice: Broadcast) -> None:
    asked = desk.ask(cast.hoa, notice, cast.an, OTHER)["question"]["id"]
    answer = desk.answer(cast.lan, notice, [asked])["id"]
    path = f"/api/broadcasts/{notice.pk}/answers/{answer}"
    assert desk.client(cast.hoa).delete(path).status_code == 404
    assert desk.client(cast.lan).delete(path).status_code == 204
    assert desk.client(cast.lan).delete(path).status_code == 204
    assert desk.get(cast.dung, f"{notice.pk}/answers")["answers"] == []
    assert desk.queue(cast.lan, notice)["waiting"] == 1


def test_a_question_that_is_taken_back_waits_no_more(desk: Desk, cast: Cast, notice: Broadcast) -> None:
    asked = desk.ask(cast.hoa, notice, cast.an, OTHER)
    path = f"/api/rooms/{asked['room']['id']}/messages/{asked['message']['seq']}"
    assert desk.client(cast.hoa).delete(path).status_code == 200
    assert desk.get(cast.lan, "questions")["waiting"] == 0
    assert desk.answer(cast.lan, notice, [asked["question"]["id"]], status=409)["code"] == "already_answered"


@pytest.mark.parametrize(
    "text", ["Cháu An có được nghỉ không?", "Trần Minh An đi xe nào?", "Chị Phạm Thị Hoa hỏi", "minh an ở tổ mấy?"]
)
def test_no_name_of_who_asked_goes_out(desk: Desk, cast: Cast, notice: Broadcast, text: str) -> None:
    asked = desk.ask(cast.hoa, notice, cast.an, OTHER)["question"]["id"]
    refused = desk.answer(cast.lan, notice, [asked], question=text, status=400)
    assert (refused["code"], refused["facts"]["field"]) == ("names_somebody", "question")
    assert desk.answer(cast.lan, notice, [asked], answer=text, status=400)["facts"]["field"] == "answer"
    assert Member.objects.filter(room__kind="thread").count() == 2
    desk.answer(cast.lan, notice, [asked], question="Có an toàn không?", answer="Rất an toàn, hoa cũng có.")
