"""Texts to begin from: whose they are, and who finds them."""

from typing import Any

from broadcasts.models import Template
from broadcasts.wording.keeping import MOST, built_in
from tests.broadcasts.drafts.desk import Desk
from tests.cast import Cast

TEXT = {"name": "Nghỉ bão", "kind": "dieu_hanh", "title": "Nghỉ học do bão", "body": "Học sinh nghỉ học."}


def names(desk: Desk) -> list[str]:
    """Of those that are not built in."""
    return [one["name"] for one in desk.get("/templates")["templates"] if one["id"]]


def test_the_built_in_ones_are_there_in_the_readers_language(cast: Cast) -> None:
    told = {
        language: Desk(cast, cast.lan, language=language).get("/templates")["templates"] for language in ("vi", "en")
    }
    assert [one["slug"] for one in told["vi"]] == [one["slug"] for one in told["en"]] == list(built_in())
    assert len(built_in()) >= 6
    assert "Cho học sinh nghỉ học" in [one["name"] for one in told["vi"]]
    assert "School closes" in [one["name"] for one in told["en"]]
    for one in told["vi"] + told["en"]:
        assert (one["id"], one["org"], one["is_own"]) == (None, None, False)
        assert one["title"]
        assert one["body"]
    # As they stand they can be kept: fit for whoever begins from them.
    for one in told["vi"]:
        Desk(cast, cast.hanh).post("/templates", {name: one[name] for name in TEXT}, status=201)


def test_ones_own_are_ones_own(cast: Cast) -> None:
    lan = Desk(cast, cast.lan)
    kept = lan.post("/templates", TEXT | {"title": " Nghỉ \n học "}, status=201)
    assert (kept["title"], kept["is_own"], kept["slug"]) == ("Nghỉ học", True, None)
    assert names(lan) == ["Nghỉ bão"]
    for stranger in (cast.minh, cast.hanh, cast.son, cast.quang):
        desk = Desk(cast, stranger)
        assert names(desk) == []
        assert desk.delete(f"/templates/{kept['id']}", status=404)["code"] == "not_found"
    lan.delete(f"/templates/{kept['id']}")
    assert names(lan) == []


def test_an_orgs_are_for_all_who_send_in_its_name_and_below_it(cast: Cast) -> None:
    phuc = Desk(cast, cast.phuc)
    kept = phuc.post("/templates", TEXT | {"org": cast.dong_sen.pk}, status=201)
    assert kept["org"]["name"] == cast.dong_sen.name
    found = {name for name, person in cast.people().items() if names(Desk(cast, person))}
    assert found == {"phuc", "hanh", "thu", "lan", "minh", "mai"}
    assert Desk(cast, cast.hanh).delete(f"/templates/{kept['id']}", status=403)["code"] == "not_allowed"
    phuc.delete(f"/templates/{kept['id']}")
    assert not Template.objects.exists()


def test_who_speaks_for_the_org_keeps_and_removes_its_texts(cast: Cast) -> None:
    hanh, thu = Desk(cast, cast.hanh), Desk(cast, cast.thu)
    kept = hanh.post("/templates", TEXT | {"org": cast.school.pk}, status=201)
    (listed,) = [one for one in thu.get("/templates")["templates"] if one["id"]]
    assert listed["is_own"]
    for person, org in ((cast.lan, cast.school), (cast.hanh, cast.dong_sen), (cast.hanh, cast.other_school)):
        refusal = Desk(cast, person).post("/templates", TEXT | {"org": org.pk}, status=403)
        assert refusal["code"] == "not_your_audience"
    thu.delete(f"/templates/{kept['id']}")


def test_what_is_no_template_is_refused(cast: Cast) -> None:
    hanh = Desk(cast, cast.hanh)
    wrong: list[tuple[Any, str, str]] = [
        ({"name": " "}, "empty", "name"),
        ({"name": "x" * 121}, "too_long", "name"),
        ({"title": "x" * 501}, "too_long", "title"),
        ({"body": "x" * 10_001}, "too_long", "body"),
        ({"kind": "quang_cao"}, "bad_input", "kind"),
        ({"org": 0}, "bad_input", "org"),
    ]
    for different, code, field in wrong:
        refusal = hanh.post("/templates", TEXT | different, status=400)
        assert (refusal["code"], refusal["facts"]["field"]) == (code, field)
    for person in (cast.hoa, cast.tu):
        assert Desk(cast, person).post("/templates", TEXT, status=403)["code"] == "not_allowed"
    Template.objects.bulk_create(Template(owner=cast.hanh, **TEXT) for _n in range(MOST))
    assert hanh.post("/templates", TEXT, status=409)["code"] == "too_many_templates"
