"""Who asks whom, who reads what was asked, who answers to whom: and nobody else."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from broadcasts.commands import readers_among
from broadcasts.models import Broadcast, Question
from registry import audit
from registry.changes import AccessChange
from registry.models import AuditLine, Enrolment, GuardianLink, Person, Source
from registry.signals import access_changed
from rooms.models import Room
from tests.broadcasts.questions.conftest import Desk
from tests.broadcasts.questions.test_story import OTHER
from tests.broadcasts.writing import publish
from tests.cast import Cast


def other_side(asked: Any) -> int | None:
    """Who is asked; None: the office."""
    room = Room.objects.get(pk=asked["room"]["id"])
    return room.teacher_id


def test_whom_a_question_goes_to(desk: Desk, cast: Cast) -> None:
    of_class = publish(cast.lan, cast.class_7a, roles=["guardians"])
    of_subject = publish(cast.minh, cast.class_7a, roles=["guardians"])
    of_school = publish(cast.hanh, cast.school, roles=["guardians"])
    of_department = publish(cast.son, cast.so, roles=["guardians"])
    assert other_side(desk.ask(cast.hoa, of_class, cast.an, OTHER)) == cast.lan.pk
    assert other_side(desk.ask(cast.hoa, of_subject, cast.an, OTHER)) == cast.minh.pk
    assert other_side(desk.ask(cast.hoa, of_school, cast.an, OTHER)) == cast.lan.pk
    assert other_side(desk.ask(cast.hoa, of_school, cast.chi, OTHER)) == cast.mai.pk
    assert other_side(desk.ask(cast.hoa, of_department, cast.an, OTHER)) is None
    Enrolment.objects.filter(person__in=[cast.lan, cast.minh], role="teacher").update(status="tobedeleted")
    access_changed.send(sender=Source, change=AccessChange(everything=True))
    assert other_side(desk.ask(cast.hoa, of_school, cast.an, "Ai dạy lớp con ạ?")) is None


def test_nobody_asks_about_what_is_not_theirs(desk: Desk, cast: Cast) -> None:
    notice = publish(cast.hanh, cast.school)
    for person, student in (
        (cast.van, cast.khanh),
        (cast.van, cast.an),
        (cast.hoa, cast.binh),
        (cast.an, cast.an),
        (cast.lan, cast.an),
        (cast.quang, cast.an),
        (cast.son, cast.an),
    ):
        desk.ask(person, notice, student, OTHER, status=404)
    GuardianLink.objects.filter(guardian=cast.hoa, student=cast.an).update(state="blocked")
    desk.ask(cast.hoa, notice, cast.an, OTHER, status=404)
    assert Question.objects.count() == 0


def test_a_right_that_ended_takes_all_of_it(desk: Desk, cast: Cast) -> None:
    notice = publish(cast.lan, cast.class_7a, roles=["guardians"])
    name = str(uuid.uuid4())
    asked = desk.ask(cast.hoa, notice, cast.an, OTHER, client_message_id=name)
    desk.answer(cast.lan, notice, [asked["question"]["id"]])
    GuardianLink.objects.filter(guardian=cast.hoa, student=cast.an).update(state="blocked")
    access_changed.send(sender=Source, change=AccessChange(people={cast.hoa.pk, cast.an.pk}))
    desk.get(cast.hoa, f"{notice.pk}/answers", status=404)
    desk.ask(cast.hoa, notice, cast.an, OTHER, client_message_id=name, status=404)
    desk.get(cast.hoa, f"questions/quoted?room={asked['room']['id']}", status=404)


def test_who_reads_what_was_asked(desk: Desk, cast: Cast) -> None:
    notice = publish(cast.hanh, cast.school, roles=["guardians"])
    asked = desk.ask(cast.hoa, notice, cast.an, OTHER)["question"]["id"]
    # Who is asked: all of it.
    (group,) = desk.queue(cast.lan, notice)["groups"]
    assert (group["class"]["title"], group["questions"][0]["asker"]["id"]) == ("7A", cast.hoa.pk)
    # Who speaks for the school that issued it: the text.
    (seen,) = desk.queue(cast.hanh, notice)["groups"]
    (question,) = seen["questions"]
    assert (question["body"], question["asker"], question["student"], question["room"]) == (OTHER, None, None, None)
    # Who may send to the whole school from above: how many.
    above = desk.queue(cast.son, notice)
    assert (above["waiting"], above["groups"], above["may_answer_all"]) == (1, [], True)
    # Everybody else, those who have the notice too: nothing.
    for person in (cast.hoa, cast.dung, cast.mai, cast.minh, cast.an, cast.quang, cast.van):
        desk.get(person, f"{notice.pk}/questions", status=404)
        desk.answer(person, notice, [asked], status=404)
        assert desk.get(person, "questions")["waiting"] == 0
        desk.post(person, f"{notice.pk}/questions/{asked}/place", {"with": None}, status=404)
    desk.answer(cast.son, notice, [asked], status=404)
    assert desk.get(cast.hanh, "questions")["waiting"] == 0


def test_a_teacher_answers_to_the_class_and_the_school_to_all(desk: Desk, cast: Cast) -> None:
    notice = publish(cast.hanh, cast.school, roles=["guardians"])
    of_7a = desk.ask(cast.hoa, notice, cast.an, OTHER)["question"]["id"]
    of_6b = desk.ask(cast.hoa, notice, cast.chi, OTHER)["question"]["id"]
    assert desk.answer(cast.lan, notice, [of_7a])["by"] == "Giáo viên lớp 7A"
    assert len(desk.get(cast.dung, f"{notice.pk}/answers")["answers"]) == 1
    desk.answer(cast.mai, notice, [of_6b], answer="Không cần ạ.")
    # Hoa has it through both classes, Dũng through one; who may send to the school sees both.
    assert len(desk.get(cast.hoa, f"{notice.pk}/answers")["answers"]) == 2
    assert len(desk.get(cast.dung, f"{notice.pk}/answers")["answers"]) == 1
    assert len(desk.get(cast.hanh, f"{notice.pk}/answers")["answers"]) == 2
    for person in (cast.van, cast.quang, cast.khanh):
        desk.get(person, f"{notice.pk}/answers", status=404)
    told = desk.answer(cast.hanh, notice, [], question="Có học bù không?", answer="Có.")
    assert told["by"] == cast.school.name
    assert len(desk.get(cast.dung, f"{notice.pk}/answers")["answers"]) == 2
    assert desk.answer(cast.lan, notice, [], status=403)["code"] == "not_allowed"


def test_the_office_answers_what_came_from_above_to_its_school(desk: Desk, cast: Cast) -> None:
    notice = publish(cast.son, cast.so, roles=["guardians"])
    asked = desk.ask(cast.hoa, notice, cast.an, OTHER)["question"]["id"]
    desk.get(cast.lan, f"{notice.pk}/questions", status=404)
    (group,) = desk.queue(cast.thu, notice)["groups"]
    assert group["unit"]["id"] == cast.school.pk
    assert desk.answer(cast.thu, notice, [asked])["by"] == cast.school.name
    assert len(desk.get(cast.dung, f"{notice.pk}/answers")["answers"]) == 1
    assert desk.get(cast.van, f"{notice.pk}/answers")["answers"] == []


def test_questions_of_two_classes_are_two_answers(desk: Desk, cast: Cast) -> None:
    Enrolment.objects.create(
        source=cast.source,
        sourced_id="lan-6b",
        person=cast.lan,
        school_class=cast.class_6b,
        school=cast.school,
        role="teacher",
        is_primary=True,
    )
    Enrolment.objects.filter(person=cast.mai).update(is_primary=False)
    access_changed.send(sender=Source, change=AccessChange(everything=True))
    notice = publish(cast.hanh, cast.school, roles=["guardians"])
    one = desk.ask(cast.hoa, notice, cast.an, OTHER)["question"]["id"]
    two = desk.ask(cast.hoa, notice, cast.chi, OTHER)["question"]["id"]
    assert [len(group["questions"]) for group in desk.queue(cast.lan, notice)["groups"]] == [1, 1]
    assert desk.answer(cast.lan, notice, [one, two], status=400)["code"] == "several_places"
    moved = desk.post(cast.lan, f"{notice.pk}/questions/{one}/place", {"with": two}, status=400)
    assert moved["code"] == "several_places"


def test_the_trail_has_ids_and_no_text(desk: Desk, cast: Cast) -> None:
    notice = publish(cast.lan, cast.class_7a, roles=["guardians"])
    asked = desk.ask(cast.hoa, notice, cast.an, OTHER)["question"]["id"]
    answer = desk.answer(cast.lan, notice, [asked])["id"]
    assert desk.client(cast.lan).delete(f"/api/broadcasts/{notice.pk}/answers/{answer}").status_code == 204
    lines = AuditLine.objects.filter(act__startswith="answer.").order_by("pk")
    assert [(line.act, line.actor_id, line.details) for line in lines] == [
        ("answer.publish", cast.lan.pk, {"answer": answer, "questions": 1}),
        ("answer.withdraw", cast.lan.pk, {"answer": answer}),
    ]
    assert audit.verify_chain() is None


@pytest.mark.parametrize("path", ["{notice}/questions", "{notice}/answers", "questions"])
def test_reading_costs_the_same_for_few_and_for_many(desk: Desk, cast: Cast, path: str) -> None:
    notice = publish(cast.lan, cast.class_7a, roles=["guardians"])

    def cost(person: Person) -> int:
        desk.get(person, path.format(notice=notice.pk))
        with CaptureQueriesContext(connection) as asked:
            desk.get(person, path.format(notice=notice.pk))
        return len(asked)

    desk.ask(cast.hoa, notice, cast.an, OTHER)
    desk.answer(cast.lan, notice, [desk.ask(cast.hoa, notice, cast.an, "Mấy giờ về?")["question"]["id"]])
    few = cost(cast.lan)
    for number in range(4):
        desk.ask(cast.dung, notice, cast.binh, f"Số {number}?")
        more = desk.ask(cast.hoa, notice, cast.an, f"Thứ {number}?")["question"]["id"]
        desk.answer(cast.lan, notice, [more])
    assert cost(cast.lan) == few


def test_a_recalled_notice_keeps_its_answers_from_its_readers(desk: Desk, cast: Cast) -> None:
    notice = publish(cast.hanh, cast.school, roles=["guardians"])
    asked = desk.ask(cast.hoa, notice, cast.an, OTHER)["question"]["id"]
    desk.ask(cast.hoa, notice, cast.an, "Còn mũ ạ?")
    desk.answer(cast.lan, notice, [asked])
    Broadcast.objects.filter(pk=notice.pk).update(superseded_how="thu_hoi")
    under = desk.get(cast.hoa, f"{notice.pk}/answers")
    assert (under["answers"], len(under["mine"])) == ([], 2)
    assert desk.queue(cast.lan, notice)["body"] == ""
    assert desk.queue(cast.hanh, notice)["body"] == notice.body


def test_open_apps_of_its_readers_alone_are_told(desk: Desk, cast: Cast) -> None:
    notice = publish(cast.hanh, cast.school, roles=["guardians"])
    asked = desk.ask(cast.hoa, notice, cast.an, OTHER)["question"]["id"]
    everybody = [one.pk for one in cast.people().values()]
    answer = desk.answer(cast.lan, notice, [asked])["id"]
    assert readers_among(answer, everybody) == {cast.hoa.pk, cast.dung.pk}
    GuardianLink.objects.filter(guardian=cast.dung).update(state="blocked")
    assert readers_among(answer, everybody) == {cast.hoa.pk}


def test_a_conversation_that_ended_waits_for_nobody(desk: Desk, cast: Cast) -> None:
    notice = publish(cast.hanh, cast.school, roles=["guardians"])
    asked = desk.ask(cast.hoa, notice, cast.an, OTHER)["question"]["id"]
    assert desk.queue(cast.hanh, notice)["waiting"] == 1
    GuardianLink.objects.filter(guardian=cast.hoa, student=cast.an).update(state="blocked")
    access_changed.send(sender=Source, change=AccessChange(people={cast.hoa.pk, cast.an.pk}))
    assert desk.get(cast.lan, "questions")["waiting"] == 0
    assert (desk.queue(cast.hanh, notice)["waiting"], desk.queue(cast.hanh, notice)["groups"]) == (0, [])
    desk.answer(cast.lan, notice, [asked], status=404)
    assert desk.answer(cast.hanh, notice, [asked], status=409)["code"] == "already_answered"
