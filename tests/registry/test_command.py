"""What a clerk types, and what comes back."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from registry.models import Org, Person, Source, SyncIssue
from registry.sync import codes as all_codes
from tests.registry.parcel import Parcel, a_school

pytestmark = pytest.mark.django_db


def _run(path: Path, **options: object) -> str:
    out = io.StringIO()
    call_command("sync_registry", str(path), stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue()


def _refusal(path: Path, **options: object) -> CommandError:
    with pytest.raises(CommandError) as refused:
        _run(path, **options)
    assert refused.value.returncode == 2
    return refused.value


def test_without_apply_it_only_shows(tmp_path: Path) -> None:
    told = _run(a_school().write(tmp_path / "a.zip"), language="en")
    assert told.startswith("Dry run:")
    assert "users" in told
    assert not Person.objects.exists()


def test_it_speaks_vietnamese_unless_told(tmp_path: Path) -> None:
    path = a_school().write(tmp_path / "a.zip")
    assert _run(path).startswith("Chạy thử:")
    assert _run(path, apply=True).startswith("Đã áp dụng:")
    assert "0 thay đổi" in _run(path, apply=True)


def test_issues_are_told_by_cause_with_file_line_column_and_code(tmp_path: Path) -> None:
    parcel = a_school()
    parcel.row("users", "lan")["enabledUser"] = "có"
    told = _run(parcel.write(tmp_path / "a.zip"), language="en")
    assert "bad_boolean · users.csv enabledUser" in told
    assert "line 2 (lan)" in told
    assert "2 rows fall with it" in told
    assert "Trần" not in told


def test_the_report_for_machines_is_json(tmp_path: Path) -> None:
    parcel = a_school()
    parcel.row("users", "lan")["enabledUser"] = "có"
    report = json.loads(_run(parcel.write(tmp_path / "a.zip"), json=True))
    assert (report["state"], report["code"], report["version"]) == ("dry_run", None, "1.2")
    assert report["tables"]["users"]["added"] == 4
    [cause] = report["causes"]
    assert (cause["code"], cause["file"], cause["line"], cause["column"], cause["dependants"]) == (
        "bad_boolean",
        "users.csv",
        2,
        "enabledUser",
        2,
    )
    assert report["changes"] == sum(figures["added"] for figures in report["tables"].values())


def test_a_refused_package_ends_with_status_2_and_its_code(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK but no zip")
    assert "not_a_zip" in str(_refusal(path, apply=True, json=True))
    assert SyncIssue.objects.get().code == "not_a_zip"


def test_a_held_package_ends_with_status_3_and_what_is_unusual_until_it_is_confirmed(tmp_path: Path) -> None:
    before, after = a_school(), a_school()
    before.org("xa2", "local", "so")
    _run(before.write(tmp_path / "a.zip"), apply=True)
    path = after.write(tmp_path / "b.zip")
    out = io.StringIO()
    with pytest.raises(CommandError, match="--confirm") as held:
        call_command("sync_registry", str(path), apply=True, language="en", stdout=out, stderr=io.StringIO())
    assert held.value.returncode == 3
    assert "orgs_gone · orgs · 1, usual are up to 0" in out.getvalue()
    assert "xa2" in out.getvalue()
    assert Org.objects.get(sourced_id="xa2").status == "active"
    assert _run(path, apply=True, confirm="sáp nhập", language="en").startswith("Applied:")
    assert Org.objects.get(sourced_id="xa2").status == "tobedeleted"
    with pytest.raises(CommandError, match="--apply"):
        _run(path, confirm="sáp nhập")


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    assert "no_such_file" in str(_refusal(tmp_path / "none.zip"))
    assert "no_such_file" in str(_refusal(tmp_path))


def test_names_given_name_first_are_a_habit_of_the_source(tmp_path: Path) -> None:
    path = a_school().write(tmp_path / "a.zip")
    _run(path, given_name_first=True)
    assert not Source.objects.get().family_name_first or not Person.objects.exists()
    _run(path, given_name_first=True, apply=True)
    assert Person.objects.get(sourced_id="lan").name == "Lan Trần"
    _run(path, apply=True)
    assert Person.objects.get(sourced_id="lan").name == "Lan Trần"


def test_the_first_package_names_its_source_and_another_must_be_told(tmp_path: Path) -> None:
    first, other, unnamed = a_school(), a_school(), a_school()
    first.manifest["source.systemName"] = "vnEdu"
    other.manifest["source.systemName"] = "SMAS"
    _run(first.write(tmp_path / "1.zip"), apply=True)
    assert Source.objects.get().name == "vnEdu"
    assert "which_source" in str(_refusal(other.write(tmp_path / "2.zip"), apply=True))
    assert "0 changes" in _run(unnamed.write(tmp_path / "3.zip"), language="en", apply=True)
    _run(other.write(tmp_path / "2.zip"), apply=True, source="SMAS")
    assert set(Source.objects.values_list("name", flat=True)) == {"vnEdu", "SMAS"}
    assert "which_source" in str(_refusal(unnamed.write(tmp_path / "4.zip"), apply=True))


def test_every_code_has_a_sentence_in_both_languages() -> None:
    for table in (all_codes.REFUSALS, all_codes.QUARANTINES, all_codes.WARNINGS, all_codes.VALVES):
        for code, sentence in table.items():
            with translation.override("en"):
                english = str(sentence)
            with translation.override("vi"):
                assert str(sentence) != english, code


def test_an_empty_package_changes_nothing(tmp_path: Path) -> None:
    path = Parcel().write(tmp_path / "a.zip", skip=Parcel().rows)
    assert _run(path, language="en").startswith("Dry run: 0 changes")
