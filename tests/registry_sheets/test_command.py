"""What a clerk types, what is told and asked, and the file of rows to be repaired."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from registry.models import Org, Person, Source, SyncIssue, SyncRun
from registry.sync.sheet.importing import source_of
from tests.registry_sheets.conftest import Send, codes, state
from tests.registry_sheets.sheets import PUPILS, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(school: Org) -> Any:
    """The command for the school, in English; gives what it prints."""

    def run_it(path: Path, **options: Any) -> str:
        out = io.StringIO()
        call_command("import_sheet", str(path), school="24240501", language="en", stdout=out, **options)
        return out.getvalue()

    return run_it


def test_it_tells_what_each_column_means_and_changes_nothing(run: Any, tmp_path: Path) -> None:
    rows = [[*row, "Số CCCD của mẹ" if place == 0 else "024200000001"] for place, row in enumerate(PUPILS)]
    told = run(write(tmp_path / "a.xlsx", rows))
    assert "Sheet1 · pupils · header in row 1" in told
    assert "Sheet1!C1  Họ và tên(*) → full name" in told
    assert "Sheet1!I1  Số CCCD của mẹ → not read and not kept" in told
    assert "Dry run" in told
    assert "Trần" not in told
    assert not Person.objects.exists()


def test_a_nearly_known_header_is_asked_about_and_the_answer_remembered(run: Any, school: Org, tmp_path: Path) -> None:
    rows = [
        [each.replace("Họ và tên mẹ", "Họ và tên mẫu thân") if place == 0 else each for each in row]
        for place, row in enumerate(PUPILS)
    ]
    rows[0] = [each.replace("Lớp(*)", "Chi đội") for each in rows[0]]
    path = write(tmp_path / "a.xlsx", rows)
    with pytest.raises(CommandError, match="sheet_no_class") as refused:
        run(path)
    assert refused.value.returncode == 2
    told = run(path, map=["Chi đội=Lớp", "Họ và tên mẫu thân=mother"], apply=True)
    assert "Applied" in told
    assert source_of(school).mapping == {"chi doi": "class", "ho va ten mau than": "mother"}
    again = run(path, apply=True)
    assert "0 changes" in again
    assert len(state(school)["links"]) == 3


def test_a_meaning_that_there_is_not_is_refused(run: Any, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="sheet_no_such_meaning"):
        run(write(tmp_path / "a.xlsx", PUPILS), map=["Lớp=Chi đoàn"])


def test_only_a_school_that_there_is_takes_lists(school: Org, tmp_path: Path) -> None:
    for code in ("999", "X1", "S1"):
        with pytest.raises(CommandError, match=code):
            call_command("import_sheet", str(write(tmp_path / "a.xlsx", PUPILS)), school=code)
    assert not SyncRun.objects.exists()


def test_the_report_for_machines_names_cells(run: Any, tmp_path: Path) -> None:
    bad = [[*row[:3], "31/02/2014", *row[4:]] if place == 2 else row for place, row in enumerate(PUPILS)]
    report = json.loads(run(write(tmp_path / "a.xlsx", bad), json=True))
    assert report["state"] == "dry_run"
    [fault] = report["faults"]
    assert (fault["code"], fault["cell"], fault["severity"]) == ("birth_not_read", "Sheet1!D3", "warning")
    assert report["sheets"][0]["kind"] == "pupil"
    assert report["package"]["tables"]["users"]["added"] == 5


def test_a_refusal_in_vietnamese_says_what_to_do(school: Org, tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(b"<html><table></table></html>")
    out = io.StringIO()
    with pytest.raises(CommandError, match="sheet_is_html"):
        call_command("import_sheet", str(path), school="24240501", stdout=out)
    assert "Từ chối (sheet_is_html): chưa có gì thay đổi." in out.getvalue()
    assert "Excel Workbook (.xlsx)" in out.getvalue()
    issue = SyncIssue.objects.get()
    assert (issue.code, issue.severity, issue.file) == ("sheet_is_html", "refused", "a.xls")


def test_bad_rows_come_back_as_a_workbook_that_runs_nothing(run: Any, school: Org, tmp_path: Path) -> None:
    rows = [[*row, ""] for row in PUPILS]
    rows[0][-1] = "Ghi chú"
    rows[2][5], rows[2][-1] = "", "=1+1"
    out = tmp_path / "errors.xlsx"
    run(write(tmp_path / "a.csv", rows), apply=True, errors=out)
    sheet = load_workbook(out).worksheets[0]
    found = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert found[0][:4] == ["Error", "STT", "Mã học sinh", "Họ và tên(*)"]
    assert len(found) == 2
    assert found[1][0].startswith("F3: ")
    assert found[1][3] == "Giàng A Páo"
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    assert out.stat().st_mode & 0o077 == 0


def test_the_repaired_rows_are_taken_and_nobody_ends_by_them(send: Send, school: Org, run: Any, tmp_path: Path) -> None:
    bad = [[*row[:5], "", *row[6:]] if place == 2 else row for place, row in enumerate(PUPILS)]
    out = tmp_path / "errors.xlsx"
    run(write(tmp_path / "a.xlsx", bad), apply=True, errors=out)
    book = load_workbook(out)
    book.worksheets[0]["G2"] = "6A1"
    book.save(out)
    outcome = send(out)
    assert not outcome.is_refused, codes(outcome)
    assert "sheet_repaired_rows" in codes(outcome)
    assert len(state(school)["people"]) == 5


def test_many_who_leave_are_held_until_somebody_says_why(send: Send, school: Org) -> None:
    rows = [
        PUPILS[0],
        *((n, f"{n:04}", f"Trần Văn {chr(65 + n % 26)}n", "", "", f"6A{n % 3}", "", "") for n in range(90)),
    ]
    assert send(rows).run.state == SyncRun.State.APPLIED
    fewer = rows[:61]
    held = send(fewer)
    assert held.is_held
    assert len(state(school)["people"]) == 90
    confirmed = send(fewer, confirm="Ba lớp chuyển sang trường mới")
    assert confirmed.run.state == SyncRun.State.APPLIED
    assert len(state(school)["people"]) == 60


def test_two_schools_have_sources_and_people_of_their_own(send: Send, school: Org, run: Any, tmp_path: Path) -> None:
    other = Org.objects.create(
        source=school.source, sourced_id="thcs2", name="THCS 2", type="school", identifier="24240502"
    )
    other.parent_links.create(parent=Org.objects.get(sourced_id="xa"))
    other.above.create(ancestor=other, depth=0)
    send(PUPILS)
    before = state(school)
    call_command(
        "import_sheet", str(write(tmp_path / "b.xlsx", PUPILS[:2])), school="24240502", apply=True, stdout=io.StringIO()
    )
    assert state(school) == before
    assert Source.objects.filter(kind="sheet").count() == 2
