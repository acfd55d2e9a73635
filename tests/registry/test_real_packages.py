"""Packages that nobody here wrote give a report, never a traceback."""

import datetime as dt
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from registry.models import Course, Enrolment, Org, OrgClosure, OrgParent, Person, Role, SchoolClass, Source, SyncRun
from registry.selectors import live_enrolments
from registry.sync.run import Outcome, Request, sync_package
from registry.sync.valves import opened
from tests.registry.conftest import codes, moved
from tests.registry.parcel import Parcel

pytestmark = pytest.mark.django_db


def test_every_package_at_hand_gives_a_report(samples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    packages = sorted((samples / "oneroster").iterdir())
    for path in packages:
        outcome = sync_package(Request(path, source=path.stem))
        assert outcome.run.state in {SyncRun.State.DRY_RUN, SyncRun.State.REFUSED}, path.name
    with capsys.disabled():
        print(f" {len(packages)} real packages")
    assert len(packages) >= 6
    assert not Person.objects.exists()


def test_classlink_is_imported_to_the_last_enrolment(samples: Path) -> None:
    outcome = _apply(samples, "classlink-1.1-bulk.zip")
    assert outcome.run.source.name == "ClassLink OneRoster"
    assert _people("student") == 140
    assert _people("teacher") == 40
    assert Person.objects.filter(enabled=False).count() == 1
    assert (SchoolClass.objects.count(), Course.objects.count(), Org.objects.count()) == (72, 40, 4)
    explained = outcome.counts["enrollments"]["quarantined"]
    assert Enrolment.objects.count() == 305 - explained
    assert explained == 0
    assert "ignored_file" in codes(outcome)


def test_classlink_again_is_no_change(samples: Path, tmp_path: Path) -> None:
    _apply(samples, "classlink-1.1-bulk.zip")
    assert _apply(samples, "classlink-1.1-bulk.zip").is_repeat
    again = _apply(samples, "classlink-1.1-bulk.zip", to=tmp_path / "packed-anew.zip")
    assert not again.is_repeat
    assert not moved(again)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_rosterhub_calls_itself_1_2_and_holds_1_1(samples: Path, language: str) -> None:
    outcome = _apply(samples, f"rosterhub-{language}-1.2.zip")
    assert outcome.run.version == "1.1"
    assert (_people("student"), Person.objects.count(), Enrolment.objects.count()) == (20, 20, 30)
    # Students who are enrolled as teachers are what the source says; what that gives them is not the importer's question.
    assert Enrolment.objects.filter(role="teacher", person__roles__role="student").exists()


def test_the_minimal_moodle_set_stands_without_its_courses(samples: Path) -> None:
    outcome = _apply(samples, "moodle-minimal-1.1.zip")
    assert moved(outcome)["enrollments"] == {"added": 6}
    assert codes(outcome) == {"vocabulary_case", "dangling_reference"}
    assert not SchoolClass.objects.exclude(course=None).exists()


def test_a_delta_of_another_maker_is_read_like_any_other(samples: Path) -> None:
    outcome = _apply(samples, "moodle-test-data.zip")
    assert (outcome.run.state, outcome.run.mode) == (SyncRun.State.APPLIED, "delta")
    assert outcome.counts["users"]["added"] == Person.objects.count() == 1
    assert codes(outcome, "quarantined") == set()
    assert live_enrolments(dt.date(2023, 10, 3)).exists()


def test_a_csv_is_not_a_package(samples: Path) -> None:
    with pytest.raises(CommandError, match="not_a_zip") as refused:
        call_command("sync_registry", str(samples / "oneroster" / "mocker-users-with-guardians.csv"))
    assert refused.value.returncode == 2


def test_a_thousand_families_of_a_school_that_is_nowhere_have_one_cause(samples: Path, tmp_path: Path) -> None:
    parcel = Parcel("1.1")
    parcel.org("elsewhere", "school")
    parcel.session("nam")
    parcel.school_class("3a", "elsewhere")
    parcel.raw["users"] = (samples / "oneroster" / "mocker-users-with-guardians.csv").read_bytes()
    outcome = sync_package(Request(parcel.write(tmp_path / "mocker.zip", skip=("enrollments", "courses"))))
    assert outcome.run.refusal_code == "too_many_quarantined"
    [root] = [issue for issue in outcome.issues.kept if issue.code == "missing_record"]
    assert (root.file, root.sourced_id, root.dependants) == ("orgs.csv", "slksldkmlsk49303", 1999)


def test_its_families_are_linked_when_the_school_is_there(samples: Path, tmp_path: Path) -> None:
    parcel = Parcel("1.1")
    parcel.org("slksldkmlsk49303", "school")
    parcel.raw["users"] = (samples / "oneroster" / "mocker-users-with-guardians.csv").read_bytes()
    skip = ("enrollments", "courses", "classes", "academicSessions")
    outcome = sync_package(Request(parcel.write(tmp_path / "mocker.zip", skip=skip), apply=True, given_name_first=True))
    assert (_people("student"), _people("parent")) == (1187, 812)
    assert moved(outcome)["guardianLinks"] == {
        "added": 2390 - outcome.issues.totals["users.csv", "agentSourcedIds", "dangling_agent", "warning"]
    }
    assert Source.objects.get().family_name_first is False


def test_the_real_reorganisation_moves_the_tree_in_one_run(samples: Path, tmp_path: Path) -> None:
    before, after = (samples / "orgs" / f"orgs-{when}.csv" for when in ("before", "after"))
    skip = ("users", "roles", "enrollments", "classes", "courses", "academicSessions")

    def apply(orgs: Path) -> Outcome:
        parcel = Parcel()
        parcel.raw["orgs"] = orgs.read_bytes()
        path = parcel.write(tmp_path / orgs.with_suffix(".zip").name, skip=skip)
        outcome = sync_package(Request(path, apply=True, source="tree"))
        if not outcome.is_held:
            return outcome
        assert ("orgs_gone", "orgs", "") in opened(outcome.run.valves)
        return sync_package(Request(path, apply=True, source="tree", confirm="Nghị quyết 202/2025/QH15"))

    assert moved(apply(before))["orgs"]["added"] == 300
    root = Org.objects.get(sourced_id="moet")
    assert OrgClosure.objects.filter(ancestor=root).count() == 300
    outcome = apply(after)
    assert moved(outcome)["orgs"] == {"added": 93, "removed": 299}
    assert OrgClosure.objects.filter(ancestor=root).count() == 94
    # The old tree is history, not gone: who stood under whom until today is still asked about.
    assert OrgParent.objects.count() > 300
    assert not moved(apply(after))


def _apply(samples: Path, name: str, *, to: Path | None = None) -> Outcome:
    path = samples / "oneroster" / name
    if to:
        with zipfile.ZipFile(path) as package, zipfile.ZipFile(to, "w", zipfile.ZIP_STORED) as stored:
            for member in package.namelist():
                stored.writestr(member, package.read(member))
        path = to
    return sync_package(Request(path, apply=True))


def _people(role: str) -> int:
    return Role.objects.filter(role=role, status="active").values("person").distinct().count()
