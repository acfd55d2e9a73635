"""A link is a claim; only roles at the right place make it a guardian."""

import datetime as dt

import pytest

from registry.models import GuardianLink, Person, Role, Source
from registry.selectors import children_of, guardians_of, live_guardian_links, today
from rooms.models import Member
from tests.registry.conftest import Send, codes, moved
from tests.registry.parcel import Parcel, a_school

pytestmark = pytest.mark.django_db


def _pk(sourced_id: str) -> int:
    return Person.objects.get(sourced_id=sourced_id).pk


def _live() -> set[tuple[str, str]]:
    return set(live_guardian_links().values_list("guardian__sourced_id", "student__sourced_id"))


def _links() -> set[tuple[str, str, str]]:
    return set(GuardianLink.objects.values_list("guardian__sourced_id", "student__sourced_id", "state"))


@pytest.mark.parametrize("said_by", ["student", "guardian", "both"])
def test_whoever_names_the_other_the_members_are_the_same(send: Send, said_by: str) -> None:
    send(a_school(said_by=said_by))
    assert _live() == {("hoa", "an"), ("dung", "binh")}
    link = GuardianLink.objects.get(guardian__sourced_id="hoa")
    assert (link.said_by_student, link.said_by_guardian) == (said_by != "guardian", said_by != "student")
    guardians = set(
        Member.objects.filter(room__kind="guardians", seat="guardian").values_list("person__sourced_id", flat=True)
    )
    assert guardians == {"hoa", "dung"}


def test_in_a_bulk_package_one_side_saying_so_is_enough_and_none_ends_it(send: Send) -> None:
    send(a_school(said_by="both"))
    assert moved(send(a_school(said_by="guardian")))["guardianLinks"] == {"changed": 2}
    assert ("hoa", "an") in _live()
    parcel = a_school(said_by="guardian")
    parcel.row("users", "hoa")["agentSourcedIds"] = ""
    assert moved(send(parcel))["guardianLinks"] == {"removed": 1}
    assert _live() == {("dung", "binh")}
    assert GuardianLink.objects.get(guardian__sourced_id="hoa").valid_to == today()
    assert moved(send(a_school(said_by="guardian")))["guardianLinks"] == {"restored": 1}
    assert ("hoa", "an") in _live()


def test_a_guardian_of_another_school_is_not_one_here(send: Send) -> None:
    parcel = a_school()
    parcel.org("truong2", "school", "xa")
    parcel.row("roles", "hoa.truong.guardian")["orgSourcedId"] = "truong2"
    assert codes(send(parcel)) == {"guardian_elsewhere"}
    assert _live() == {("dung", "binh")}
    assert ("hoa", "an", "unverified") in _links()


def test_a_guardian_role_above_the_school_reaches_down(send: Send) -> None:
    parcel = a_school()
    parcel.row("roles", "hoa.truong.guardian")["orgSourcedId"] = "so"
    send(parcel)
    assert ("hoa", "an") in _live()


def test_a_pupils_teacher_among_the_agents_gets_nothing(send: Send) -> None:
    parcel = a_school()
    parcel.row("users", "an")["agentSourcedIds"] = "hoa,lan"
    outcome = send(parcel)
    assert codes(outcome) == {"agent_not_guardian"}
    assert _live() == {("hoa", "an"), ("dung", "binh")}
    assert ("lan", "an", "unverified") in _links()
    assert not children_of(_pk("lan")).exists()


def test_a_teacher_who_is_a_parent_is_a_guardian_by_the_role_and_only_of_her_own(send: Send) -> None:
    parcel = a_school()
    parcel.row("users", "an")["agentSourcedIds"] = "lan"
    send(parcel)
    assert ("lan", "an") not in _live()
    parcel.role("lan", "guardian", "truong", kind="secondary")
    send(parcel)
    assert set(children_of(_pk("lan"))) == {Person.objects.get(sourced_id="an")}


def test_a_relative_counts_only_where_the_source_says_so(send: Send) -> None:
    parcel = a_school()
    parcel.drop("roles", "hoa.truong.guardian")
    parcel.role("hoa", "relative", "truong")
    send(parcel)
    assert ("hoa", "an") not in _live()
    Source.objects.update(relative_is_guardian=True)
    parcel.row("users", "hoa")["phone"] = "0912000000"
    send(parcel)
    assert ("hoa", "an") in _live()


def test_links_between_two_adults_or_two_pupils_grant_nothing(send: Send) -> None:
    parcel = a_school()
    parcel.row("users", "lan")["agentSourcedIds"] = "hoa"
    parcel.row("users", "an")["agentSourcedIds"] = "binh"
    send(parcel)
    assert _live() == {("dung", "binh")}
    assert {state for _guardian, _student, state in _links()} == {"active", "unverified"}


def test_an_adult_learner_who_is_a_mother_is_the_guardian_and_not_the_child(send: Send) -> None:
    parcel = a_school()
    parcel.org("gdtx", "school", "so", metadata_schoolLevel="gdtx")
    parcel.role("hoa", "student", "gdtx", kind="secondary")
    parcel.row("users", "hoa")["agentSourcedIds"] = "an"
    send(parcel)
    assert {(guardian, student) for guardian, student, _state in _links()} == {("hoa", "an"), ("dung", "binh")}
    assert ("hoa", "an") in _live()


@pytest.mark.parametrize("begins_in", [0, 1])
def test_a_role_that_reads_a_claim_the_other_way_too_takes_nobodys_child(send: Send, begins_in: int) -> None:
    """hoa, who learns at the school too, is the guardian of an; an is a guardian there as well, from today or tomorrow."""
    parcel = a_school(said_by="guardian")
    parcel.role("hoa", "student", "truong", kind="secondary")
    send(parcel)
    assert _live() == {("hoa", "an"), ("dung", "binh")}
    begins = today() + dt.timedelta(days=begins_in)
    parcel.role("an", "guardian", "truong", kind="secondary", beginDate=begins.isoformat())
    send(parcel)
    other_way = set() if begins_in else {("an", "hoa")}
    assert _live() == {("hoa", "an"), ("dung", "binh")} | other_way
    assert not moved(send(parcel.copy()))
    # Both are read from one claim, and fall with it.
    parcel.row("users", "hoa")["agentSourcedIds"] = ""
    send(parcel)
    assert _live() == {("dung", "binh")}


def test_an_agent_who_is_nowhere_makes_no_link(send: Send) -> None:
    parcel = a_school()
    parcel.row("users", "an")["agentSourcedIds"] = "hoa,khong-co,an"
    outcome = send(parcel)
    assert codes(outcome) == {"dangling_agent"}
    assert outcome.issues.totals["users.csv", "agentSourcedIds", "dangling_agent", "warning"] == 2
    assert GuardianLink.objects.count() == 2


def test_a_blocked_link_stays_blocked_whatever_the_registry_says(send: Send) -> None:
    send(a_school())
    GuardianLink.objects.filter(guardian__sourced_id="hoa").update(state="blocked")
    outcome = send(a_school(said_by="both"))
    assert moved(outcome)["guardianLinks"] == {"changed": 2}
    assert ("hoa", "an", "blocked") in _links()
    assert ("hoa", "an") not in _live()


def test_what_a_quarantined_row_said_before_still_stands(send: Send) -> None:
    send(a_school())
    parcel = a_school()
    parcel.row("users", "an").update(givenName="", agentSourcedIds="")
    outcome = send(parcel)
    assert codes(outcome) == {"missing_value"}
    assert _live() == {("hoa", "an"), ("dung", "binh")}


def test_a_role_that_ended_or_has_not_begun_makes_no_guardian(send: Send) -> None:
    send(a_school())
    role = Role.objects.filter(person__sourced_id="hoa")
    role.update(ends_on=today())
    assert ("hoa", "an") not in _live()
    role.update(ends_on=None, begins_on=today() + dt.timedelta(days=1))
    assert ("hoa", "an") not in _live()
    role.update(begins_on=today())
    assert ("hoa", "an") in _live()


def test_someone_disabled_is_nobodys_guardian(send: Send) -> None:
    parcel = a_school()
    parcel.row("users", "hoa")["enabledUser"] = "false"
    send(parcel)
    assert not guardians_of(_pk("an")).exists()


def test_the_relation_is_the_students_word(send: Send) -> None:
    parcel = a_school()
    parcel.row("users", "an").update({"agentSourcedIds": "hoa,lan", "metadata.relations": "hoa:mother,lan:thay"})
    assert codes(send(parcel)) == {"unknown_metadata", "agent_not_guardian"}
    assert GuardianLink.objects.get(guardian__sourced_id="hoa").relation == "mother"


def test_the_queries_for_live_links_are_one(send: Send, django_assert_num_queries: object) -> None:
    send(a_school())
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len(_live()) == 2


def a_family(*, apart: bool) -> Parcel:
    parcel = a_school()
    parcel.person("nam", "guardian", "truong")
    parcel.row("users", "an").update(
        {
            "agentSourcedIds": "hoa,nam",
            "metadata.relations": "hoa:mother,nam:father",
            "metadata.separateGuardians": "true" if apart else "",
        }
    )
    return parcel


def _households() -> set[frozenset[str]]:
    found: dict[int, set[str]] = {}
    for sourced_id, household in Person.objects.exclude(household=None).values_list("sourced_id", "household"):
        found.setdefault(household, set()).add(sourced_id)
    return {frozenset(members) for members in found.values()}


def test_a_household_is_children_with_their_guardians(send: Send) -> None:
    parcel = a_family(apart=False)
    parcel.person("chi", "student", "truong", agentSourcedIds="nam")
    send(parcel)
    assert _households() == {frozenset({"an", "chi", "hoa", "nam"}), frozenset({"binh", "dung"})}
    assert Person.objects.get(sourced_id="lan").household is None


def test_parents_who_live_apart_are_two_households_and_keep_their_rights(send: Send) -> None:
    send(a_family(apart=False))
    assert moved(send(a_family(apart=True)))["guardianLinks"] == {"changed": 1}
    assert _households() == {frozenset({"an", "hoa"}), frozenset({"nam"}), frozenset({"binh", "dung"})}
    assert {("hoa", "an"), ("nam", "an")} <= _live()


def test_a_pupil_without_guardians_is_a_household(send: Send) -> None:
    parcel = a_school()
    parcel.person("minh", "student", "truong")
    send(parcel)
    assert frozenset({"minh"}) in _households()
