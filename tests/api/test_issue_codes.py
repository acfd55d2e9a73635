"""manage.py issue_codes."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from registry.models import ActivationCode, AuditLine, Person
from tests.cast import Cast


def issued(**whose: object) -> tuple[dict[str, str], str]:
    """Codes by name, and what was said beside them."""
    out, err = StringIO(), StringIO()
    call_command("issue_codes", stdout=out, stderr=err, **whose)
    rows = [line.split("\t") for line in out.getvalue().splitlines()]
    assert all(row[3] == f"http://127.0.0.1:8000/k#{row[2]}" for row in rows)
    return {row[1]: row[2] for row in rows}, err.getvalue()


def test_a_class_gets_its_guardians_and_pupils_and_no_staff(cast: Cast, client: Client) -> None:
    codes, said = issued(school_class=cast.class_7a.pk)

    assert set(codes) == {"Phạm Thị Hoa", "Lê Tiến Dũng", "Trần Minh An", "Lê Gia Bình"}
    assert "4 codes issued" in said
    assert AuditLine.objects.filter(act="activation.issued").count() == 4
    body = {"code": codes["Phạm Thị Hoa"]}
    assert client.post("/api/activation/use", body, content_type="application/json").status_code == 200


def test_a_school_gets_one_code_a_person_however_many_children(cast: Cast) -> None:
    codes, _said = issued(school=cast.school.pk)

    assert set(codes) == {"Phạm Thị Hoa", "Lê Tiến Dũng", "Trần Minh An", "Lê Gia Bình", "Trần Linh Chi"}
    assert ActivationCode.objects.count() == 5


def test_small_pupils_are_left_out_and_counted(cast: Cast) -> None:
    Person.objects.filter(pk=cast.an.pk).update(grade="03")

    codes, said = issued(school_class=cast.class_7a.pk)

    assert "Trần Minh An" not in codes
    assert "3 codes issued" in said
    assert "1 people may have none" in said


def test_who_has_an_account_is_left_alone_unless_asked_for_again(cast: Cast) -> None:
    cast.account(cast.hoa)

    assert "Phạm Thị Hoa" not in issued(school_class=cast.class_7a.pk)[0]
    assert "Phạm Thị Hoa" in issued(school_class=cast.class_7a.pk, again=True)[0]


def test_one_person(cast: Cast) -> None:
    assert set(issued(person=cast.hoa.pk)[0]) == {"Phạm Thị Hoa"}


def test_a_letter_answered_with_not_me_is_told_at_the_next_issue(cast: Cast, client: Client) -> None:
    codes, _said = issued(school_class=cast.class_7a.pk)
    client.post("/api/activation/refuse", {"code": codes["Lê Tiến Dũng"]}, content_type="application/json")

    codes, said = issued(school_class=cast.class_7a.pk)

    assert f'answered "not me": person {cast.dung.pk}' in said


@pytest.mark.parametrize(
    ("whose", "says"), [("person", "No person 999999"), ("school", "No school 999999"), ("school_class", "No class")]
)
def test_an_unknown_id_is_a_clear_no(db: None, whose: str, says: str) -> None:
    with pytest.raises(CommandError, match=says):
        issued(**{whose: 999999})


def test_staff_get_none(cast: Cast) -> None:
    with pytest.raises(CommandError, match="staff_sign_in_by_password"):
        issued(person=cast.lan.pk)
    assert not ActivationCode.objects.exists()
