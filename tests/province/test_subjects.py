"""With --subjects every subject of a homeroom class is a scheduled class as well."""

import pytest

from chatserver.province import make_province
from tests.province.conftest import TODAY
from tests.province.reading import Package


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    path = tmp_path_factory.mktemp("province") / "subjects.zip"
    make_province("small", 1, out=path, subjects=True, today=TODAY)
    return Package(path)


def test_the_homeroom_part_stays_what_it_was(package, small):
    homerooms = {row["sourcedId"]: row for row in package.rows["classes"] if row["classType"] == "homeroom"}
    assert homerooms == small.by_id("classes")
    assert package.rows["users"] == small.rows["users"]


def test_pupils_sit_in_every_subject_class_of_their_homeroom(package):
    members = {
        sourced_id: {row["userSourcedId"] for row in rows if row["role"] == "student"}
        for sourced_id, rows in package.enrolments_by_class().items()
    }
    scheduled = [row for row in package.rows["classes"] if row["classType"] == "scheduled"]
    assert len(scheduled) > 300
    for row in scheduled:
        assert members[row["sourcedId"]] == members[row["sourcedId"].rsplit(".", 1)[0]]


def test_a_subject_class_has_its_course_its_subject_and_one_teacher(package):
    courses, enrolments = package.by_id("courses"), package.enrolments_by_class()
    for row in package.rows["classes"]:
        if row["classType"] == "scheduled":
            assert courses[row["courseSourcedId"]]["subjects"] == row["subjects"]
            assert row["subjectCodes"]
            teachers = [each for each in enrolments[row["sourcedId"]] if each["role"] == "teacher"]
            assert [each["primary"] for each in teachers] == ["true"]


def test_nursery_classes_have_no_subjects(package):
    assert all(row["grades"].isdigit() for row in package.rows["classes"] if row["classType"] == "scheduled")
