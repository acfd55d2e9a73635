"""What is written is kept as it was written, for its author alone."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from broadcasts.drafts import shapes
from broadcasts.drafts.keeping import LONGEST
from broadcasts.models import Broadcast, Draft
from tests.broadcasts.drafts.desk import Desk
from tests.broadcasts.writing import draft
from tests.cast import Cast


def test_a_draft_is_kept_as_it_was_written_fit_or_not(cast: Cast) -> None:
    hanh = Desk(cast, cast.hanh)
    for content in (
        {},
        {"title": "  Nghỉ h"},
        {"audience": {"org": 1, "class": 2}, "roles": [], "urgency": "?", "x": [1.5]},
    ):
        told = hanh.keep_raw(content)
        assert told.keys() == shapes.Draft.__annotations__.keys()
        assert told["content"] == content
        assert (told["state"], told["version"], told["why"], told["people"]) == ("writing", 1, [], None)
        assert hanh.now(told) == told
    assert not Broadcast.objects.exists()


def test_the_same_name_again_is_the_same_draft(cast: Cast) -> None:
    hanh, name = Desk(cast, cast.hanh), uuid.uuid4()
    first = hanh.keep_raw({"title": "Một"}, name=name)
    assert hanh.keep_raw({"title": "Hai"}, name=name, status=200) == first
    # Somebody else's draft of that name is another draft.
    assert Desk(cast, cast.thu).keep_raw({"title": "Ba"}, name=name)["id"] != first["id"]


def test_who_changes_an_older_version_is_told(cast: Cast) -> None:
    hanh = Desk(cast, cast.hanh)
    told = hanh.keep_raw({"title": "Một"})
    path = f"/drafts/{told['id']}"
    second = hanh.put(path, {"version": 1, "content": {"title": "Hai"}})
    assert (second["version"], second["content"]) == (2, {"title": "Hai"})
    refusal = hanh.put(path, {"version": 1, "content": {"title": "Ba"}}, status=409)
    assert (refusal["code"], refusal["facts"]) == ("changed_elsewhere", {"version": 2})
    # A try whose answer was lost.
    assert hanh.put(path, {"version": 1, "content": {"title": "Hai"}}) == second


def test_nobody_else_sees_or_changes_a_draft(cast: Cast) -> None:
    told = Desk(cast, cast.hanh).keep(cast.school)
    path = f"/drafts/{told['id']}"
    for stranger in (cast.quang, cast.thu, cast.phuc, cast.son, cast.hoa):
        desk = Desk(cast, stranger)
        assert desk.get("/drafts") == {"drafts": [], "complete": True}
        assert desk.get(path, 404)["code"] == "not_found"
        assert desk.put(path, {"version": 1, "content": {}}, status=404)["code"] == "not_found"
        assert desk.delete(path, status=404)["code"] == "not_found"
        for order in ("submit", "break-glass"):
            body = {"version": 1, "people": 1} | ({"reason": "x" * 30} if order == "break-glass" else {})
            assert desk.post(f"{path}/{order}", body, status=404)["code"] == "not_found"
        assert desk.post(f"{path}/undo", {}, status=404)["code"] == "not_found"
        assert desk.get(f"/approvals/{told['id']}", 404)["code"] == "not_found"
        assert desk.approve(told, people=9, status=404)["code"] == "not_found"
        assert desk.decline(told, status=404)["code"] == "not_found"


def test_only_those_who_send_keep_drafts(cast: Cast) -> None:
    for person in (cast.lan, cast.hanh, cast.thu, cast.phuc, cast.son):
        Desk(cast, person).keep_raw({"title": "x"})
    for person in (cast.hoa, cast.an, cast.tu):
        assert Desk(cast, person).keep_raw({"title": "x"}, status=403)["code"] == "not_allowed"


def test_what_no_database_can_hold(cast: Cast) -> None:
    hanh = Desk(cast, cast.hanh)
    told = hanh.keep_raw({"title": "a\x00b\ud800c", "\x00": ["\udfff"]})
    assert told["content"] == {"title": "abc", "": [""]}
    answer = hanh.client.post(
        "/api/broadcasts/drafts",
        f'{{"client_broadcast_id": "{uuid.uuid4()}", "content": {{"title": 1e999}}}}',
        content_type="application/json",
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_input")


@pytest.mark.parametrize("content", [None, [], "x", 7, True])
def test_what_is_no_content_is_refused(cast: Cast, content: Any) -> None:
    assert Desk(cast, cast.hanh).keep_raw(content, status=400)["facts"]["field"] == "content"


def test_what_is_longer_or_deeper_than_any_notice_is_refused(cast: Cast) -> None:
    hanh = Desk(cast, cast.hanh)
    told = hanh.keep_raw({"body": "x" * (LONGEST - 100)})
    refusal = hanh.keep_raw({"body": "x" * LONGEST}, status=400)
    assert (refusal["code"], refusal["facts"]["limit"]) == ("too_long", LONGEST)
    deep: Any = []
    for _n in range(20):
        deep = [deep]
    assert hanh.keep_raw({"body": deep}, status=400)["code"] == "bad_input"
    # And nothing that was there is lost by it.
    hanh.put(f"/drafts/{told['id']}", {"version": 1, "content": {"body": "x" * LONGEST}}, status=400)
    assert hanh.now(told) == told


def test_a_draft_that_is_not_wanted_is_gone(cast: Cast) -> None:
    hanh = Desk(cast, cast.hanh)
    told = hanh.keep(cast.school)
    for _again in range(2):
        hanh.delete(f"/drafts/{told['id']}")
    assert hanh.get("/drafts")["drafts"] == []
    assert Draft.objects.get().content == {}
    assert hanh.submit(told, status=404)["code"] == "not_found"
    assert hanh.put(f"/drafts/{told['id']}", {"version": 2, "content": {}}, status=409)["code"] == "on_its_way"
    # Nor does its name send anything any more.
    content = draft(cast.school) | {"client_broadcast_id": told["client_broadcast_id"]}
    assert hanh.post("", content, status=409)["code"] == "name_taken"


def test_pages_of_drafts(cast: Cast) -> None:
    hanh = Desk(cast, cast.hanh)
    kept = [hanh.keep_raw({"title": str(n)})["id"] for n in range(3)]
    first = hanh.get("/drafts?limit=2")
    assert ([one["id"] for one in first["drafts"]], first["complete"]) == (kept[:0:-1], False)
    second = hanh.get(f"/drafts?limit=2&before={kept[1]}")
    assert ([one["id"] for one in second["drafts"]], second["complete"]) == (kept[:1], True)


def test_a_list_of_drafts_takes_as_many_statements_for_twenty_as_for_one(cast: Cast) -> None:
    hanh = Desk(cast, cast.hanh)

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            hanh.get("/drafts")
        return len(captured)

    hanh.send(cast.school)
    hanh.get("/drafts")
    few = statements()
    for _n in range(19):
        hanh.send(cast.school)
    assert statements() == few
