"""What each way to narrow an audience means: named people, and always those who are left out."""

import pytest

from broadcasts import actions, policy
from broadcasts.audiences import audience_for, audience_of
from broadcasts.content import content_from
from broadcasts.errors import EmptyAudience, NotYourAudience
from broadcasts.models import Broadcast
from broadcasts.selection import Selection
from registry.models import Account, Org, Person, SchoolClass
from tests.broadcasts.audiences.town import Town
from tests.broadcasts.writing import draft, publish
from tests.cast import Cast


def to(author: Person, base: Org | SchoolClass, roles: list[str], **narrowed: object) -> set[tuple[str, str | None]]:
    """Who has it and for whom, by given name, when it is sent; nobody: an empty set."""
    kind = "org" if isinstance(base, Org) else "class"
    try:
        broadcast = publish(author, base, roles=roles, audience={kind: base.pk, **narrowed})
    except EmptyAudience:
        return set()
    rows = broadcast.acknowledgements.select_related("person", "student")
    return {(row.person.given_name, row.student.given_name if row.student else None) for row in rows}


def test_a_level_means_its_schools_and_of_schools_of_two_levels_the_grades(town: Town) -> None:
    cast, parents = town.cast, ["guardians"]
    assert to(cast.son, cast.so, parents, levels=["thpt"]) == {("Vân", "Sáng")}
    assert to(cast.son, cast.so, parents, levels=["tieu_hoc"]) == {("Dũng", "Na"), ("Tâm", "Lạ")}
    lower = to(cast.son, cast.so, parents, levels=["thcs"])
    # Whose grade nobody can read is of either level of the school.
    assert lower == {("Hoa", "An"), ("Hoa", "Chi"), ("Dũng", "Bình"), ("Tâm", "Lạ"), ("Vân", "Khánh"), ("Vân", "Sáng")}
    assert to(cast.son, cast.so, parents, levels=["mam_non", "gdtx"]) == {("Mai", "Búp"), ("Tâm", "Lớn")}


def test_who_works_in_an_office_has_no_level(town: Town) -> None:
    """An officer who writes to a level means its schools: neither the commune's officers nor the department's have it."""
    cast = town.cast
    assert ("Phúc", None) in to(cast.son, cast.so, ["staff"])
    every_level = ["mam_non", "tieu_hoc", "thcs", "thpt", "gdtx"]
    left = to(cast.son, cast.so, ["staff"], levels=every_level)
    assert left == {("Hạnh", None), ("Thu", None), ("Giúp", None), ("Hai", None)}
    assert to(cast.son, cast.so, ["staff"], levels=["thpt"]) == {("Hai", None)}


def test_who_works_in_a_part_of_a_school_has_its_level(town: Town) -> None:
    cast = town.cast
    assert ("Tổ", None) in to(cast.son, cast.so, ["teachers"], levels=["tieu_hoc"])
    assert ("Tổ", None) not in to(cast.son, cast.so, ["teachers"], levels=["thpt"])


def test_a_person_of_two_schools_counts_for_the_one_that_was_chosen(town: Town) -> None:
    cast = town.cast
    broadcast = publish(cast.son, cast.so, roles=["staff"], audience={"org": cast.so.pk, "levels": ["thpt"]})
    assert [row.unit for row in broadcast.acknowledgements.all()] == [town.thpt]


def test_a_teacher_has_the_grades_taught_here(town: Town) -> None:
    cast = town.cast
    seventh = to(cast.son, cast.so, ["teachers"], grades=[7])
    assert seventh == {("Lan", None), ("Minh", None), ("Mai", None), ("Quang", None)}
    assert to(cast.hanh, cast.school, ["teachers"], grades=[10]) == set()
    assert to(cast.son, town.thpt, ["teachers"], grades=[10]) == {("Bích", None)}
    assert to(cast.son, cast.so, ["teachers"], grades=[10], levels=["thcs"]) == set()


def test_of_the_staff_only_who_helps_in_a_class_has_its_grade(town: Town) -> None:
    cast = town.cast
    assert to(cast.hanh, cast.school, ["staff"], grades=[7]) == {("Giúp", None)}
    assert to(cast.hanh, cast.school, ["staff"], grades=[6]) == set()


def test_pupils_and_their_guardians_of_a_grade(town: Town) -> None:
    cast = town.cast
    assert to(cast.hanh, cast.school, ["guardians"], grades=[6, 3]) == {("Hoa", "Chi"), ("Dũng", "Na")}
    assert to(cast.hanh, cast.school, ["students"], grades=[7, 3]) == {("An", None), ("Bình", None)}


def test_chosen_classes_and_nobody_of_another_school(town: Town) -> None:
    cast = town.cast
    chosen = [cast.class_6b.pk, town.class_3a.pk, cast.class_7c.pk]
    found = to(cast.hanh, cast.school, ["guardians", "teachers"], classes=chosen)
    assert found == {("Hoa", "Chi"), ("Dũng", "Na"), ("Mai", None), ("Bích", None)}
    maths = SchoolClass.objects.get(title="Toán 7")
    assert to(cast.hanh, cast.school, ["guardians"], classes=[maths.pk]) == {("Hoa", "An"), ("Dũng", "Bình")}
    one_class = to(cast.hanh, cast.school, ["teachers"], classes=[cast.class_6b.pk], grades=[7])
    assert one_class == set(), "one class has to be all that was chosen"


def test_a_class_can_be_narrowed_too(town: Town) -> None:
    cast = town.cast
    assert to(cast.lan, cast.class_7a, ["guardians"], grades=[7]) == {("Hoa", "An"), ("Dũng", "Bình")}
    assert to(cast.lan, cast.class_7a, ["guardians"], classes=[cast.class_6b.pk]) == set()
    assert to(cast.lan, cast.class_7a, ["guardians", "teachers"], levels=["thpt"]) == set()
    assert to(cast.lan, cast.class_7a, ["guardians"], languages=["en"]) == {("Hoa", "An")}


def test_the_language_is_that_of_the_account_and_vietnamese_without_one(town: Town) -> None:
    cast = town.cast
    people = ["guardians", "teachers"]
    english = to(cast.hanh, cast.school, people, languages=["en"])
    assert english == {("Hoa", "An"), ("Hoa", "Chi"), ("Lan", None)}
    vietnamese = to(cast.hanh, cast.school, people, languages=["vi"])
    assert ("Tâm", "Lạ") in vietnamese
    assert vietnamese | english == to(cast.hanh, cast.school, people)
    assert not vietnamese & english
    Account.objects.filter(person=cast.hoa).update(is_active=False)
    assert to(cast.hanh, cast.school, people, languages=["en"]) == english


def test_who_has_not_acknowledged_stands_for_each_child_whose_row_is_open(town: Town) -> None:
    cast = town.cast
    first = publish(cast.hanh, cast.school, roles=["guardians", "teachers"])
    actions.acknowledge(cast.hoa, first.pk, students=[cast.an.pk])
    actions.acknowledge(cast.lan, first.pk, students=[])
    again = to(cast.hanh, cast.school, ["guardians", "teachers"], unacknowledged=first.pk)
    assert ("Hoa", "Chi") in again
    assert ("Hoa", "An") not in again
    assert ("Lan", None) not in again
    assert ("Minh", None) in again
    assert again < to(cast.hanh, cast.school, ["guardians", "teachers"])
    assert to(cast.hanh, cast.school, ["students"], unacknowledged=first.pk) == set(), "they were not asked"


def test_of_a_notice_that_asked_for_no_answer_nobody_owes_one(cast: Cast) -> None:
    first = publish(cast.hanh, cast.school, wants_acknowledgement=False)
    assert to(cast.hanh, cast.school, ["guardians"], unacknowledged=first.pk) == set()


def test_only_who_sees_the_progress_asks_for_those_who_have_not_acknowledged(cast: Cast) -> None:
    of_the_sos, of_a_teacher = publish(cast.son, cast.so), publish(cast.lan, cast.class_7a)
    for stranger, base, earlier in (
        (cast.hanh, cast.school, of_the_sos.pk),
        (cast.mai, cast.class_6b, of_a_teacher.pk),
        (cast.thu, cast.school, of_a_teacher.pk),
        (cast.hanh, cast.school, 987654),
    ):
        with pytest.raises(NotYourAudience):
            to(stranger, base, ["guardians"], unacknowledged=earlier)
    assert to(cast.ha, cast.so, ["guardians"], unacknowledged=of_the_sos.pk)
    assert to(cast.minh, cast.class_7a, ["guardians"], unacknowledged=of_a_teacher.pk)


def test_narrowing_gives_no_right(cast: Cast) -> None:
    for selection in ({"classes": [cast.class_7c.pk]}, {"grades": [7]}, {"levels": ["thcs"]}, {"languages": ["vi"]}):
        with pytest.raises(NotYourAudience):
            to(cast.quang, cast.other_school, ["guardians"], **selection)
        with pytest.raises(NotYourAudience):
            to(cast.hanh, cast.so, ["guardians"], **selection)


def test_a_notice_keeps_what_was_chosen(town: Town) -> None:
    cast = town.cast
    chosen = {"org": cast.school.pk, "grades": [3, 7], "languages": ["vi"], "classes": [town.class_3a.pk]}
    broadcast = Broadcast.objects.get(pk=publish(cast.hanh, cast.school, audience=chosen).pk)
    assert broadcast.audience == chosen
    meant = audience_of(broadcast)
    assert meant.selection == content_from(draft(cast.school, audience=chosen)).audience
    assert policy.grant(cast.hanh, meant) == policy.grant(cast.hanh, audience_for(Selection(org=cast.school.pk)))  # type: ignore[arg-type]
