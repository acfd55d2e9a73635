"""Every damage that real exports show: refused, set aside or borne, always with its code, never a traceback."""

from pathlib import Path

import pytest

from chatserver.province.defects import DEFECTS
from registry.models import GuardianLink, Org, Person, SyncIssue, SyncRun
from registry.selectors import live_enrolments, live_guardian_links
from registry.sync.run import Outcome, Request, sync_package
from rooms.models import Member
from tests.registry.conftest import codes, moved

REFUSED = {
    "no_manifest": "no_manifest",
    "unknown_version": "unknown_version",
    "wrong_header": "missing_column",
    "missing_column": "missing_column",
    "repeated_column": "duplicate_column",
    "empty_file": "no_header",
    "missing_file": "file_missing",
    "semicolons": "semicolon_separated",
    "latin_1": "not_utf8",
    "utf_16": "not_utf8",
    "truncated_file": "file_truncated",
    "unclosed_quote": "unclosed_quote",
    "american_dates": "too_many_quarantined",
    "missing_org": "too_many_quarantined",
    "not_a_zip": "not_a_zip",
    "empty": "not_a_zip",
    "truncated_zip": "not_a_zip",
    "corrupt_zip": "corrupt_zip",
    "zip_bomb": "zip_bomb",
    "lying_size": "corrupt_zip",
    "nested_zip": "nested_zip",
    "nested_folder": "nested_folder",
    "path_traversal": "unsafe_path",
    "absolute_path": "unsafe_path",
    "same_file_twice": "duplicate_file",
    "many_members": "too_many_files",
    "encrypted": "encrypted",
}
SET_ASIDE = {
    "null_byte": {"null_character"},
    "line_break_in_cell": {"line_break_in_cell"},
    "unknown_vocabulary": {"unknown_word"},
    "end_before_start": {"end_before_begin"},
    "dangling_school": {"dangling_reference", "missing_record"},
    "dangling_users": {"dangling_reference", "missing_record"},
    "org_cycle": {"org_cycle"},
    "duplicate_different": {"duplicate_sourced_id"},
    "too_long_identifier": {"bad_identifier"},
    "identifier_with_spaces": {"bad_identifier"},
    "empty_required_cell": {"missing_value"},
    "ragged_rows": {"ragged_row"},
    "formula_in_name": {"formula_in_cell"},
}
BORNE = {
    "manifest_blank_values": set(),
    "manifest_says_delta": {"rows_say_bulk"},
    "manifest_names_a_missing_file": {"file_missing"},
    "misspelt_header": {"missing_optional_column", "unknown_column"},
    "nameless_columns": {"nameless_column"},
    "unknown_column": {"unknown_column"},
    "header_case": {"header_case"},
    "scrambled_headers": {"header_order"},
    "file_name_case": {"file_name_case"},
    "unknown_file": {"unknown_file"},
    "byte_order_mark": set(),
    "decomposed": set(),
    "upper_case_booleans": {"vocabulary_case"},
    "mixed_case_vocabulary": {"vocabulary_case"},
    "unknown_status": {"status_inactive", "vocabulary_case"},
    "status_in_bulk": set(),
    "dangling_agents": {"dangling_agent"},
    "dangling_course": {"dangling_reference"},
    "duplicate_identical": {"duplicate_row"},
    "duplicate_enrolment": {"duplicate_enrolment"},
    "duplicate_username": {"duplicate_username"},
    "enrolment_in_another_school": {"school_differs"},
    "pupils_agent_is_a_teacher": {"agent_not_guardian"},
    "disabled_user_still_enrolled": {"disabled_still_enrolled"},
    "guardian_without_role": {"agent_not_guardian"},
    "lost_zeros": {"lost_zero"},
    # A flat list is borne at first; once the tree is known, an org without its parent is outside it.
    "orgs_without_parents": set(),
}


def test_every_defect_has_its_answer() -> None:
    assert set(DEFECTS) == {*REFUSED, *SET_ASIDE, *BORNE, "header_only"}


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(REFUSED))
def test_refused_with_a_code_and_nothing_changed(name: str, small_path: Path, tmp_path: Path) -> None:
    outcome = _import(name, small_path, tmp_path, apply=True)
    assert outcome.run.refusal_code == REFUSED[name]
    assert outcome.run.state == SyncRun.State.REFUSED
    assert SyncIssue.objects.filter(run=outcome.run, severity="refused", code=REFUSED[name]).count() == 1
    assert not Person.objects.exists()
    assert not Org.objects.exists()


@pytest.mark.django_db
@pytest.mark.timeout(900)
def test_what_is_not_refused_is_explained_and_leaves_everybody_else_alone(small_path: Path, tmp_path: Path) -> None:
    _apply(small_path)
    people = Person.objects.count()
    wrong = {}
    for name in sorted({*SET_ASIDE, *BORNE} - {"orgs_without_parents"}):
        outcome = _import(name, small_path, tmp_path)
        expected = SET_ASIDE.get(name, BORNE.get(name))
        found = codes(outcome, "quarantined") if name in SET_ASIDE else codes(outcome)
        problems = [
            outcome.is_refused and outcome.run.refusal_code,
            not expected <= found and (expected, found),
            name in SET_ASIDE and _removes_people(outcome) and moved(outcome),
        ]
        if any(problems):
            wrong[name] = problems
    assert not wrong
    assert Person.objects.count() == people


@pytest.mark.django_db
def test_a_flat_list_of_orgs_is_borne_by_an_empty_registry_only(small_path: Path, tmp_path: Path) -> None:
    assert not _import("orgs_without_parents", small_path, tmp_path).is_refused
    _apply(small_path)
    outcome = _import("orgs_without_parents", small_path, tmp_path)
    assert outcome.run.refusal_code == "too_many_quarantined"
    assert "outside_scope" in codes(outcome)


@pytest.mark.django_db
def test_a_header_without_rows_is_borne_by_an_empty_registry_only(small_path: Path, tmp_path: Path) -> None:
    outcome = _import("header_only", small_path, tmp_path)
    assert not outcome.is_refused
    assert "no_rows" in codes(outcome)
    _apply(small_path)
    assert _import("header_only", small_path, tmp_path).run.refusal_code == "file_empty"


@pytest.mark.django_db
def test_a_missing_school_is_reported_once_with_all_that_falls_with_it(small_path: Path, tmp_path: Path) -> None:
    outcome = _import("missing_org", small_path, tmp_path)
    roots = [issue for issue in outcome.issues.kept if issue.root is None and issue.severity == "quarantined"]
    [root] = roots
    assert (root.code, root.file) == ("missing_record", "orgs.csv")
    rows = outcome.issues.quarantined_rows
    assert root.dependants == rows["classes"] + rows["roles"] + rows["enrollments"] > 100
    stored = SyncIssue.objects.get(run=outcome.run, code="missing_record")
    assert stored.dependants_count == root.dependants
    assert stored.dependants.exists()


@pytest.mark.django_db
def test_a_damaged_package_ends_nobodys_membership(small_path: Path, tmp_path: Path) -> None:
    _apply(small_path)
    before = set(Member.objects.values_list("room", "person")), live_enrolments().count(), live_guardian_links().count()
    for name in ("duplicate_different", "line_break_in_cell", "header_only", "truncated_file"):
        _import(name, small_path, tmp_path, apply=True)
        after = (
            set(Member.objects.values_list("room", "person")),
            live_enrolments().count(),
            live_guardian_links().count(),
        )
        assert after == before, name


@pytest.mark.django_db
def test_without_guardian_roles_every_link_is_unverified(small_path: Path, tmp_path: Path) -> None:
    _import("guardian_without_role", small_path, tmp_path, apply=True)
    assert GuardianLink.objects.count() > 3000
    assert not GuardianLink.objects.exclude(state="unverified").exists()
    assert not live_guardian_links().exists()
    assert not Member.objects.filter(seat="guardian").exists()


@pytest.mark.django_db
def test_issues_hold_no_cell_but_the_id(small_path: Path, tmp_path: Path) -> None:
    for name in ("empty_required_cell", "formula_in_name", "identifier_with_spaces", "wrong_header"):
        _import(name, small_path, tmp_path)
    ids = set(SyncIssue.objects.values_list("sourced_id", flat=True))
    assert not [each for each in ids if " " in each or "=" in each]
    columns = set(SyncIssue.objects.values_list("column", flat=True))
    assert not columns & {"firstName", "lastName", "userId"}


def _removes_people(outcome: Outcome) -> bool:
    return "removed" in moved(outcome).get("users", {}) or "removed" in moved(outcome).get("enrollments", {})


def _import(name: str, clean: Path, folder: Path, *, apply: bool = False) -> Outcome:
    damaged = folder / f"{name}.zip"
    DEFECTS[name](clean, damaged)
    return sync_package(Request(damaged, source="small", apply=apply))


def _apply(path: Path) -> Outcome:
    outcome = sync_package(Request(path, source="small", apply=True))
    assert outcome.run.state == SyncRun.State.APPLIED
    return outcome
