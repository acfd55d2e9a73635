"""The small province holds what the demo and the tests of the rest rely on."""

from collections import Counter

import pytest

from tests.province.reading import listed, name_of, relations_of

NEW_TREE = "2025-07-01"


def test_it_has_eight_schools_of_all_levels_in_five_communes(small):
    kinds = Counter(org["type"] for org in small.rows["orgs"])
    levels = Counter(org["metadata.schoolLevel"] for org in small.rows["orgs"] if org["type"] == "school")
    assert kinds == {"state": 1, "district": 2, "local": 5, "school": 8}
    assert set(levels) == {"mam_non", "tieu_hoc", "thcs", "th_thcs", "thpt", "gdtx"}


def test_it_has_sixty_classes_and_eighteen_hundred_pupils(small):
    assert len(small.rows["classes"]) == 60
    assert len(small.users_with("student")) == 1800
    assert len([row for row in small.rows["enrollments"] if row["role"] == "student"]) == 1800


def test_the_old_tree_is_there_as_dated_history(small):
    orgs = small.by_id("orgs")
    for org in orgs.values():
        links = [link.split("|") for link in listed(org["metadata.parentHistory"])]
        kinds = [(orgs[parent]["type"], since, until) for parent, since, until in links]
        match org["type"], org["metadata.schoolLevel"]:
            case "state", _:
                assert links == []
            case "district", _:
                assert kinds == [("state", "", NEW_TREE)]
                assert org["metadata.validTo"] == NEW_TREE
            case "local", _:
                assert kinds == [("state", NEW_TREE, "")]
                assert org["metadata.validFrom"] == NEW_TREE
            case "school", "thpt" | "gdtx" | "thcs_thpt":
                assert kinds == [("state", "", "")]
            case "school", _:
                assert kinds == [("district", "", NEW_TREE), ("local", NEW_TREE, "")]
        assert org["parentSourcedId"] == (links[-1][0] if links else "")


def test_the_people_of_the_story_are_in_their_places(small):
    lan, hoa, thom, ngoc = map(small.named, ("Nguyễn Thị Lan", "Vũ Đức Hòa", "Lò Thị Thơm", "Đinh Thị Ngọc"))
    assert small.classes_of(lan) == {("3A", "true")}
    assert lan["username"] == "lan.nguyenthi.th-dongsen"
    assert ("5B", "true") in small.classes_of(hoa)
    assert ("Chồi 2", "true") in small.classes_of(thom)
    assert ("5B", "false") in small.classes_of(ngoc)
    assert small.roles_of(small.named("Đỗ Văn Thắng")) == {("principal", "th-dongsen")}
    assert small.roles_of(small.named("Trần Quốc Hưng")) == {("districtAdministrator", "so-songthuong")}
    assert small.named("Lê Thị Thu Hà")["metadata.position"] == "Phó Giám đốc Sở"
    assert small.roles_of(small.named("Vi Văn Khôi")) == {("systemAdministrator", "so-songthuong")}
    assert small.by_id("orgs")["th-dongsen"]["name"] == "Trường Tiểu học Đồng Sen"


@pytest.mark.parametrize(
    ("child", "title"), [("Trần Minh An", "3A"), ("Trần Gia Bình", "5B"), ("Trần Linh Chi", "Chồi 2")]
)
def test_hanh_has_her_three_children_in_two_schools(small, child, title):
    hanh, nam = small.named("Lò Thị Hạnh"), small.named("Trần Văn Nam")
    pupils = [
        user
        for user in small.rows["users"]
        if name_of(user) == child and hanh["sourcedId"] in listed(user["agentSourcedIds"])
    ]
    assert len(pupils) == 1
    assert small.classes_of(pupils[0]) == {(title, "")}
    assert relations_of(pupils[0]) == {hanh["sourcedId"]: "mother", nam["sourcedId"]: "father"}
    assert small.roles_of(hanh) == {("guardian", "th-dongsen"), ("guardian", "mn-hoamai")}


def test_class_3a_is_as_large_as_in_the_story(small):
    [lan] = small.classes_of(small.named("Nguyễn Thị Lan"))
    classes = [
        row for row in small.rows["classes"] if row["schoolSourcedId"] == "th-dongsen" and row["title"] == lan[0]
    ]
    rows = small.enrolments_by_class()[classes[0]["sourcedId"]]
    assert len([row for row in rows if row["role"] == "student"]) == 45


def test_those_who_may_send_and_those_who_may_not_are_both_there(small):
    roles = Counter(row["role"] for row in small.rows["roles"] if row["orgSourcedId"] == "so-songthuong")
    assert roles["districtAdministrator"] >= 4
    assert roles["systemAdministrator"] == roles["counselor"] == 1
    for org in small.rows["orgs"]:
        held = Counter(row["role"] for row in small.rows["roles"] if row["orgSourcedId"] == org["sourcedId"])
        if org["type"] == "school":
            assert held["principal"] >= 2
            assert held["siteAdministrator"] == held["aide"] == 1
        if org["type"] == "local":
            assert 1 <= held["districtAdministrator"] <= 2
        if org["type"] == "district":
            assert not held


def test_families_are_of_every_kind(small):
    users, pupils = small.by_id("users"), [small.by_id("users")[each] for each in small.users_with("student")]
    guardians = small.users_with("guardian")
    schools = Counter(row["userSourcedId"] for row in small.rows["roles"] if row["role"] == "guardian")
    relations = Counter(relation for pupil in pupils for relation in relations_of(pupil).values())
    numbers = Counter(users[each]["phone"] for each in guardians)
    assert sum(count > 1 for count in schools.values()) > 100
    assert any(count >= 2 for number, count in numbers.items() if number)
    assert numbers[""] > 10
    assert any(pupil["metadata.separateGuardians"] == "true" for pupil in pupils)
    assert any(len(listed(pupil["agentSourcedIds"])) == 1 for pupil in pupils)
    assert any(set(relations_of(pupil).values()) == {"grandmother", "grandfather"} for pupil in pupils)
    assert set(relations) == {
        *("mother", "father", "grandmother", "grandfather", "aunt", "uncle", "sibling", "guardian")
    }
    assert len(guardians & small.users_with("teacher")) > 10
    teachers_at_home = {row["userSourcedId"] for row in small.rows["roles"] if row["roleType"] == "secondary"}
    assert teachers_at_home & small.users_with("teacher") & guardians


def test_links_stand_on_both_sides_for_some_and_always_on_the_pupils(small):
    users = small.by_id("users")
    own = {user: listed(row["agentSourcedIds"]) for user, row in users.items() if user in small.users_with("guardian")}
    assert 0.2 < sum(bool(children) for children in own.values()) / len(own) < 0.4
    for guardian, children in own.items():
        assert all(guardian in listed(users[child]["agentSourcedIds"]) for child in children)
    for user in small.users_with("student"):
        assert list(relations_of(users[user])) == listed(users[user]["agentSourcedIds"])


def test_a_guardian_holds_the_role_in_each_childs_school(small):
    users = small.by_id("users")
    held = {(row["userSourcedId"], row["orgSourcedId"]) for row in small.rows["roles"] if row["role"] == "guardian"}
    wanted = {
        (guardian, users[pupil]["primaryOrgSourcedId"])
        for pupil in small.users_with("student")
        for guardian in listed(users[pupil]["agentSourcedIds"])
    }
    assert held == wanted


def test_only_adult_learners_have_no_guardian(small):
    users = small.by_id("users")
    alone = [users[each] for each in small.users_with("student") if not users[each]["agentSourcedIds"]]
    assert 10 < len(alone) < 60
    assert {user["primaryOrgSourcedId"] for user in alone} == {"gdtx-dongngan"}


def test_subject_teachers_are_in_the_homeroom_classes_from_thcs_up(small):
    grades = {row["sourcedId"]: row["grades"] for row in small.rows["classes"]}
    for sourced_id, rows in small.enrolments_by_class().items():
        others = [row for row in rows if row["role"] == "teacher" and row["primary"] == "false"]
        least = 1 if not grades[sourced_id].isdigit() else 3
        assert least <= len(others) <= 8


def test_only_what_is_needed_is_written_about_people(small):
    staff = set(small.by_id("users")) - small.users_with("student") - small.users_with("guardian")
    for user in small.rows["users"]:
        assert not user["password"]
        assert not user["userIds"]
        if user["sourcedId"] in small.users_with("student"):
            assert not user["phone"]
            assert not user["metadata.gender"]
        elif user["sourcedId"] in staff:
            assert user["metadata.position"]
            assert user["metadata.gender"] in ("female", "male")
        if not user["metadata.position"]:
            assert not user["email"]
        assert user["phone"] == user["sms"]
        assert not user["phone"] or (user["phone"].startswith("095") and len(user["phone"]) == 10)
