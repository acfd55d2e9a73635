"""The tree and its history: who stands under whom, on which day."""

import datetime as dt

import pytest

from registry.models import Org, OrgClosure, OrgParent, Role, Source
from registry.selectors import ancestors, heirs_of, live_roles, subtree, today
from registry.sync.closure import rebuild_closure
from tests.registry.conftest import Send, codes, moved
from tests.registry.parcel import Parcel, a_school

pytestmark = pytest.mark.django_db
REFORM = "2025-07-01"


def reformed() -> Parcel:
    """The school stood under a Phòng GD&ĐT until 1 July 2025, and stands under the commune since."""
    parcel = a_school()
    parcel.org("phong", "district", "so", metadata_validTo=REFORM, metadata_parentHistory=f"so||{REFORM}")
    parcel.row("orgs", "xa").update({"metadata.validFrom": REFORM, "metadata.parentHistory": f"so|{REFORM}|"})
    parcel.row("orgs", "truong")["metadata.parentHistory"] = f"phong||{REFORM},xa|{REFORM}|"
    return parcel


def _org(sourced_id: str) -> Org:
    return Org.objects.get(sourced_id=sourced_id)


def _above(sourced_id: str) -> list[str]:
    return [org.sourced_id for org in ancestors(_org(sourced_id).pk)]


def _dated(sourced_id: str) -> set[tuple[str, str, str]]:
    links = OrgParent.objects.filter(org__sourced_id=sourced_id)
    return {(link.parent.sourced_id, str(link.valid_from or ""), str(link.valid_to or "")) for link in links}


def test_the_closure_is_everything_above_nearest_first(send: Send) -> None:
    send(a_school())
    assert _above("truong") == ["truong", "xa", "so"]
    assert {org.sourced_id for org in subtree(_org("so").pk)} == {"so", "xa", "truong"}
    assert OrgClosure.objects.count() == 6


def test_dated_parents_are_kept_and_today_decides(send: Send) -> None:
    send(reformed())
    assert _dated("truong") == {("phong", "", REFORM), ("xa", REFORM, "")}
    assert _above("truong") == ["truong", "xa", "so"]
    assert _above("phong") == ["phong"]


def test_on_another_day_the_tree_is_that_days(send: Send) -> None:
    send(reformed())
    moved_orgs = rebuild_closure(dt.date(2025, 6, 30))
    assert _above("truong") == ["truong", "phong", "so"]
    assert _org("truong").pk in moved_orgs
    rebuild_closure(today())
    assert rebuild_closure(today()) == set()


def test_a_role_in_a_dissolved_unit_gives_nothing(send: Send) -> None:
    parcel = reformed()
    parcel.person("cu", "districtAdministrator", "phong")
    send(parcel)
    assert Role.objects.get(person__sourced_id="cu").status == "active"
    assert not live_roles().filter(person__sourced_id="cu").exists()
    assert live_roles(dt.date(2025, 6, 30)).filter(person__sourced_id="cu").exists()


def test_a_move_without_history_is_dated_by_the_day_it_is_seen(send: Send) -> None:
    send(a_school())
    parcel = a_school()
    parcel.org("xa2", "local", "so")
    parcel.row("orgs", "truong")["parentSourcedId"] = "xa2"
    assert moved(send(parcel))["orgs"] == {"added": 1, "changed": 1}
    assert _dated("truong") == {("xa", "", str(today())), ("xa2", str(today()), "")}
    assert _above("truong") == ["truong", "xa2", "so"]
    send(a_school(), confirm="xa2 không có thật")
    assert _dated("truong") == {("xa", "", "")}
    assert _above("truong") == ["truong", "xa", "so"]


def test_an_org_that_ends_leaves_its_history_and_no_place_in_the_tree(send: Send) -> None:
    parcel = a_school()
    parcel.org("truong2", "school", "xa")
    send(parcel)
    send(a_school(), confirm="trường đã giải thể")
    assert _org("truong2").status == "tobedeleted"
    assert _dated("truong2") == {("xa", "", str(today()))}
    assert _above("truong2") == ["truong2"]
    assert moved(send(parcel))["orgs"] == {"restored": 1}
    assert _above("truong2") == ["truong2", "xa", "so"]


def test_an_org_that_moves_when_it_had_ended_never_stood_there(send: Send) -> None:
    """Nor does whoever took in its place answer for where it never was: xa2, which nothing ever stood under."""
    send(a_school())
    parcel, ended = a_school(), (today() - dt.timedelta(days=1)).isoformat()
    parcel.org("xa2", "local", "so")
    parcel.row("orgs", "truong").update({"parentSourcedId": "xa2", "metadata.validTo": ended})
    send(parcel, confirm="trường đã giải thể")
    assert _dated("truong") == {("xa", "", str(today()))}
    assert heirs_of(_org("truong").pk) == {_org("xa").pk}
    parcel.org("xa3", "local", "so")
    parcel.row("orgs", "truong")["parentSourcedId"] = "xa3"
    parcel.row("orgs", "xa2")["metadata.validTo"] = today().isoformat()
    send(parcel, confirm="xã đã sáp nhập")
    assert _dated("truong") == {("xa", "", str(today()))}
    assert heirs_of(_org("xa2").pk) == {_org("so").pk}


def test_a_time_under_a_parent_without_a_day_is_none(send: Send) -> None:
    parcel = a_school()
    parcel.row("orgs", "truong")["metadata.parentHistory"] = f"xa|{REFORM}|{REFORM},xa|{REFORM}|"
    assert send(parcel).run.state == "applied"
    assert _dated("truong") == {("xa", REFORM, "")}


def test_orgs_in_a_circle_are_set_aside_with_what_hangs_on_them(send: Send) -> None:
    parcel = a_school()
    for number in range(3):
        parcel.org(f"lanh{number}", "local", "so")
    for each, above in (("a", "b"), ("b", "c"), ("c", "a"), ("tu", "tu"), ("duoi", "a")):
        parcel.org(each, "local", above)
    outcome = send(parcel)
    assert {issue.sourced_id: issue.code for issue in outcome.issues.kept} == {
        **dict.fromkeys(("a", "b", "c", "tu"), "org_cycle"),
        "duoi": "dangling_reference",
    }
    assert set(Org.objects.values_list("sourced_id", flat=True)) == {"so", "xa", "truong", "lanh0", "lanh1", "lanh2"}


def test_a_circle_leaves_the_known_tree_as_it_was(send: Send) -> None:
    send(a_school())
    parcel = a_school()
    parcel.org("xa2", "local", "so")
    parcel.row("orgs", "xa")["parentSourcedId"] = "truong"
    outcome = send(parcel)
    assert codes(outcome) == {"org_cycle"}
    assert _above("truong") == ["truong", "xa", "so"]


def test_the_first_import_with_one_root_names_the_scope(send: Send) -> None:
    send(a_school())
    assert Source.objects.get().scope_org == _org("so")
    parcel = a_school()
    parcel.org("khac", "state")
    parcel.org("truong3", "school", "khac")
    outcome = send(parcel)
    assert codes(outcome) == {"outside_scope", "dangling_reference"}
    assert not Org.objects.filter(sourced_id__in=["khac", "truong3"]).exists()


def test_another_provinces_package_is_not_read_as_the_end_of_this_one(send: Send) -> None:
    send(a_school())
    other = Parcel()
    other.org("so-khac", "state")
    outcome = send(other)
    assert outcome.run.refusal_code == "other_registry"
    assert not send(other, source="other").is_refused
    assert Org.objects.filter(status="active").count() == 4


def test_a_parent_that_disagrees_with_the_dated_ones_does_not_count(send: Send) -> None:
    parcel = reformed()
    parcel.row("orgs", "truong")["parentSourcedId"] = "so"
    assert codes(send(parcel)) == {"parent_history_differs"}
    assert _above("truong") == ["truong", "xa", "so"]


def test_an_org_under_a_parent_that_is_nowhere_keeps_its_old_place(send: Send) -> None:
    parcel = a_school()
    parcel.org("truong2", "school", "xa")
    send(parcel)
    parcel.row("orgs", "truong")["parentSourcedId"] = "khong-co"
    outcome = send(parcel)
    assert codes(outcome) == {"missing_record", "dangling_reference"}
    assert _above("truong") == ["truong", "xa", "so"]
    assert _org("truong").stale
