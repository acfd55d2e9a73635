"""The large profiles: numbers, memory and speed of a province the size of a real one."""

import csv
import io
import subprocess
import sys
import zipfile
from collections import Counter

import pytest

from chatserver.province import make_province
from chatserver.province.apportion import apportion
from tests.province.conftest import TODAY

# Prints the peak of its own memory. Not ru_maxrss: a child inherits that from the process that forked it.
MEASURED = """
import sys
from datetime import date
from pathlib import Path
from chatserver.province import make_province
make_province("bk", 1, out=Path(sys.argv[1]), today=date(2026, 10, 6))
status = Path("/proc/self/status").read_text()
print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
"""


def column(path, name, *columns):
    with zipfile.ZipFile(path) as package, package.open(f"{name}.csv") as member:
        for row in csv.DictReader(io.TextIOWrapper(member, "utf-8", newline="")):
            yield tuple(row[each] for each in columns)


@pytest.fixture(scope="module")
def bk(tmp_path_factory):
    path = tmp_path_factory.mktemp("province") / "bk.zip"
    done = subprocess.run([sys.executable, "-c", MEASURED, str(path)], capture_output=True, text=True, check=True)
    return path, int(done.stdout)


def test_bk_has_the_numbers_of_a_real_province(bk):
    path, _ = bk
    kinds = Counter(kind for (kind,) in column(path, "orgs", "type"))
    people = Counter()
    for user, role in {(user, role) for user, role in column(path, "roles", "userSourcedId", "role")}:
        assert user
        people[role] += 1
    assert kinds == {"state": 1, "district": 8, "local": 37, "school": 318}
    assert people["teacher"] == 7_000
    assert people["student"] == 73_000
    assert 117_600 <= people["guardian"] <= 122_400


def test_bk_is_written_in_constant_memory(bk):
    _, peak_kilobytes = bk
    assert peak_kilobytes < 150_000


def test_bk_is_sound(bk):
    path, _ = bk
    users = list(column(path, "users", "sourcedId", "username", "agentSourcedIds", "primaryOrgSourcedId"))
    ids = {each[0] for each in users}
    assert len(ids) == len(users)
    assert len({each[1] for each in users}) == len(users)
    orgs = {each for (each,) in column(path, "orgs", "sourcedId")}
    assert len(orgs) == 1 + 8 + 37 + 318
    assert {org for *_, org in users} <= orgs
    assert all(agent in ids for _, _, agents, _ in users for agent in agents.split(",") if agent)
    classes = {each for (each,) in column(path, "classes", "sourcedId")}
    for school_class, user in column(path, "enrollments", "classSourcedId", "userSourcedId"):
        assert school_class in classes
        assert user in ids


def test_bg_has_849_schools_with_staff_and_one_class_each(tmp_path):
    path = tmp_path / "bg.zip"
    make_province("bg", 1, out=path, today=TODAY)
    schools = {org for org, kind in column(path, "orgs", "sourcedId", "type") if kind == "school"}
    assert len(schools) == 849
    assert Counter(school for (school,) in column(path, "classes", "schoolSourcedId")) == dict.fromkeys(schools, 1)
    roles = {(org, role) for org, role in column(path, "roles", "orgSourcedId", "role")}
    for role in ("principal", "siteAdministrator", "aide", "teacher", "student"):
        assert {org for org, held in roles if held == role and org in schools} == schools


@pytest.mark.parametrize("total", [10, 37, 1000])
def test_shares_add_up(total):
    shares = apportion(total, [5, 3, 1, 0.5], least=[0, 1, 2, 1])
    assert sum(shares) == total
    assert all(share >= low for share, low in zip(shares, [0, 1, 2, 1], strict=True))


def test_shares_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="cannot give"):
        apportion(3, [1, 1], least=2)
