"""The report as a clerk reads it, as a spreadsheet opens it, and as programs take it."""

import csv
import io
from html.parser import HTMLParser

import pytest

from registry.models import SyncIssue, SyncRun
from tests.registry_api.conftest import Office


@pytest.fixture
def run(office: Office) -> int:
    """A held dry run with a bad row and a valve."""
    client = office.browser("son")
    office.parcel.drop("orgs", "xa2")
    office.parcel.row("users", "gv0")["enabledUser"] = "có"
    return int(office.over(client, office.send(client, office.parcel).json()["id"])["id"])


def test_the_page_is_vietnamese_small_and_runs_nothing(office: Office, run: int) -> None:
    answer = office.browser("son").get(f"/api/registry/runs/{run}/report?as=page")
    page = answer.content.decode()
    assert answer["Content-Type"].startswith("text/html")
    assert "Báo cáo nhập dữ liệu" in page
    assert "Sẽ mất một trường hoặc một cơ quan quản lý." in page
    assert "xa2" in page
    assert "bad_boolean" in page
    assert "<script" not in page
    assert "Trần" not in page.replace("Trần Son", "")
    assert len(answer.content) <= 30_000
    assert "script-src" not in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    HTMLParser().feed(page)


def test_the_longest_page_stays_small(office: Office, run: int) -> None:
    row = SyncRun.objects.get(pk=run)
    row.valves = [
        {"valve": "removed_in_org", "table": "enrollments", "org": f"truong-{n:040}", "found": 99, "limit": 9,
         "is_open": True, "ids": []} for n in range(900)
    ]  # fmt: skip
    row.save()
    SyncIssue.objects.bulk_create(
        SyncIssue(run=row, file="users.csv", line=n, column=f"metadata.{n}", code="unknown_column", severity="warning")
        for n in range(500)
    )
    answer = office.browser("son").get(f"/api/registry/runs/{run}/report?as=page")
    assert len(answer.content) <= 30_000


def test_the_table_opens_in_a_spreadsheet_and_runs_nothing_there(office: Office, run: int) -> None:
    SyncIssue.objects.filter(run=run).update(sourced_id="=cmd|'/c calc'!A1")
    answer = office.browser("son").get(f"/api/registry/runs/{run}/report?as=csv")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    header, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert header[0] == "loại"
    assert {row[0] for row in rows} >= {"valve", "quarantined"}
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert "'=cmd|'/c calc'!A1" in cells


def test_programs_get_the_same_that_the_command_prints(office: Office, run: int) -> None:
    report = office.browser("son").get(f"/api/registry/runs/{run}/report").json()
    assert report["run"] == run
    [cause] = [each for each in report["causes"] if each["severity"] == "quarantined"]
    assert cause["code"] == "bad_boolean"
    assert (cause["file"], cause["column"], cause["rows"], cause["dependants"]) == ("users.csv", "enabledUser", 1, 0)
    assert {valve["valve"] for valve in report["valves"] if valve["is_open"]} == {"orgs_gone"}
    assert report["tables"]["users"]["quarantined"] == 1


def test_another_kind_of_report_there_is_not(office: Office, run: int) -> None:
    answer = office.browser("son").get(f"/api/registry/runs/{run}/report?as=pdf")
    assert (answer.status_code, answer.json()["facts"]["field"]) == (400, "as")
