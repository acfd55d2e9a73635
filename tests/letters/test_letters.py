"""Letters from the school: who prints them for whom, what stands on them, and that a reprint ends the one before."""

import io
import re

import pypdf
import pytest
from django.test import Client

from registry.models import ActivationCode, AuditLine, Person
from tests.cast import Cast
from tests.invariants.test_doors import signed_in

CODE = re.compile(r"[2-9A-HJ-NP-Z]{4}(?:-[2-9A-HJ-NP-Z]{4}){2}")
FAMILIES_OF_7A = ["Hoa", "An", "Dũng", "Bình"]


def printed(client: Client, path: str, **body: object):
    return client.post(f"/api/letters/{path}", body, content_type="application/json")


def pages(answer) -> list[str]:
    """The text of each page."""
    assert answer.status_code == 200, answer.content
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages]


def seen(client: Client, path: str) -> dict:
    answer = client.get(f"/api/letters/{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def states(client: Client, cast: Cast) -> dict[str, str]:
    told = seen(client, f"classes/{cast.class_7a.pk}")
    return {each["name"].split()[-1]: each["state"] for each in told["addressees"]}


def look(code: str) -> int:
    return Client().post("/api/activation/look", {"code": code}, content_type="application/json").status_code


def test_the_clerk_prints_a_class_and_every_code_opens_its_persons_account(cast: Cast) -> None:
    clerk = signed_in(cast, "thu")

    answer = printed(clerk, f"classes/{cast.class_7a.pk}")

    text = pages(answer)
    assert answer["X-Letters"] == "4"
    assert answer["Cache-Control"] == "no-store"
    assert len(text) == 2, "two letters to a sheet"
    codes = CODE.findall("\n".join(text))
    assert len(set(codes)) == 4
    shown = [Client().post("/api/activation/look", {"code": c}, content_type="application/json").json() for c in codes]
    assert sorted(card["name"].split()[-1] for card in shown) == sorted(FAMILIES_OF_7A)


def test_the_letter_reads_in_vietnamese_with_its_tone_marks(cast: Cast) -> None:
    (text,) = pages(printed(signed_in(cast, "thu"), f"classes/{cast.class_6b.pk}"))

    plain = " ".join(text.split())
    assert "Trường TH&THCS Đồng Sen" in plain
    assert "Lớp 6B · Chi" in plain
    # One letter for all children, whichever class hands it out.
    assert "Kính gửi: Phạm Thị Hoa, phụ huynh của Chi (6B)" in plain
    assert "Phiếu kích hoạt" in plain
    assert "127.0.0.1:8000/k" in plain


def test_in_english_it_is_english(cast: Cast) -> None:
    client = signed_in(cast, "thu")
    answer = client.post(
        f"/api/letters/classes/{cast.class_6b.pk}", {}, content_type="application/json", HTTP_ACCEPT_LANGUAGE="en"
    )
    assert "Activation sheet" in pages(answer)[0]


def test_nobody_gets_a_second_letter_unasked(cast: Cast) -> None:
    clerk = signed_in(cast, "thu")
    first = CODE.findall("".join(pages(printed(clerk, f"classes/{cast.class_7a.pk}"))))

    again = printed(clerk, f"classes/{cast.class_7a.pk}")

    assert (again.status_code, again.json()["code"]) == (409, "nobody_to_write")
    assert {look(code) for code in first} == {200}


def test_a_reprint_for_one_ends_that_persons_letter_and_no_other(cast: Cast) -> None:
    clerk = signed_in(cast, "thu")
    first = CODE.findall("".join(pages(printed(clerk, f"classes/{cast.class_7a.pk}"))))

    (text,) = pages(printed(clerk, f"classes/{cast.class_7a.pk}", people=[cast.hoa.pk]))

    assert len(CODE.findall(text)) == 1
    assert sorted(look(code) for code in first) == [200, 200, 200, 410]


def test_how_far_everybody_is(cast: Cast) -> None:
    clerk = signed_in(cast, "thu")
    assert states(clerk, cast) == dict.fromkeys(FAMILIES_OF_7A, "no_letter")

    codes = CODE.findall("".join(pages(printed(clerk, f"classes/{cast.class_7a.pk}"))))
    assert states(clerk, cast) == dict.fromkeys(FAMILIES_OF_7A, "printed")

    cards = {
        Client().post("/api/activation/look", {"code": c}, content_type="application/json").json()["name"]: c
        for c in codes
    }
    Client().post("/api/activation/use", {"code": cards[cast.hoa.name]}, content_type="application/json")
    Client().post("/api/activation/refuse", {"code": cards[cast.dung.name]}, content_type="application/json")
    assert states(clerk, cast) == {"Hoa": "activated", "An": "printed", "Dũng": "not_me", "Bình": "printed"}

    told = seen(clerk, f"schools/{cast.school.pk}")
    assert [(each["title"], each["people"]) for each in told["classes"]] == [("6B", 2), ("7A", 4)]
    assert (told["people"], told["counts"]["activated"]) == (5, 1), "Hoa, with a child in either class, counts once"
    assert told["addressees"] == [], "a school is told by numbers"


def test_a_letter_is_taken_back(cast: Cast) -> None:
    clerk = signed_in(cast, "thu")
    (code,) = CODE.findall("".join(pages(printed(clerk, f"classes/{cast.class_7a.pk}", people=[cast.dung.pk]))))

    answer = printed(clerk, f"classes/{cast.class_7a.pk}/take-back", person=cast.dung.pk)

    assert answer.status_code == 200
    assert look(code) == 410
    again = printed(clerk, f"classes/{cast.class_7a.pk}/take-back", person=cast.dung.pk)
    assert (again.status_code, again.json()["code"]) == (409, "no_open_letter")


@pytest.mark.parametrize("who", ["lan", "hoa", "an", "quang", "phuc", "tu"])
def test_only_the_office_and_those_above_it_print(cast: Cast, who: str) -> None:
    client = signed_in(cast, who)
    for path in (f"classes/{cast.class_7a.pk}", f"schools/{cast.school.pk}"):
        allowed = who == "phuc"
        assert client.get(f"/api/letters/{path}").status_code == (200 if allowed else 404)
        assert printed(client, path).status_code == (200 if allowed else 404)
        ActivationCode.objects.all().delete()


def test_staff_and_the_youngest_have_no_letter(cast: Cast) -> None:
    Person.objects.filter(pk=cast.an.pk).update(grade="04")
    text = "".join(pages(printed(signed_in(cast, "hanh"), f"classes/{cast.class_7a.pk}")))

    assert "Gửi: Nguyễn" not in text or cast.an.name not in text.replace("\n", " ")
    assert not ActivationCode.objects.filter(person__in=[cast.an, cast.lan]).exists()


def test_who_is_not_of_the_class_is_not_written_to(cast: Cast) -> None:
    answer = printed(signed_in(cast, "thu"), f"classes/{cast.class_7a.pk}", people=[cast.van.pk])
    assert answer.status_code == 409
    assert not ActivationCode.objects.exists()


def test_the_audit_names_ids_and_no_code(cast: Cast) -> None:
    text = "".join(pages(printed(signed_in(cast, "thu"), f"classes/{cast.class_7a.pk}")))

    line = AuditLine.objects.get(act="activation.printed")
    assert sorted(line.details["people"]) == sorted(each.pk for each in (cast.hoa, cast.an, cast.dung, cast.binh))
    assert not any(code in str(line.details) for code in CODE.findall(text))


@pytest.mark.parametrize("body", [{"people": ["x"]}, {"people": [0]}, {"names": True}, {"again": "perhaps"}])
def test_what_makes_no_sense_is_refused(cast: Cast, body: dict) -> None:
    answer = printed(signed_in(cast, "thu"), f"classes/{cast.class_7a.pk}", **body)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_input")
    assert not ActivationCode.objects.exists()


def test_the_statements_do_not_grow_with_the_class(cast: Cast, django_assert_max_num_queries) -> None:
    client = signed_in(cast, "thu")
    with django_assert_max_num_queries(40):
        assert printed(client, f"schools/{cast.school.pk}").status_code == 200
