"""A school's list over REST: read as its headers are known, corrected, applied, and read the same way the next time."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from registry.models import Org, Person, Source, SyncRun
from registry.sync.sheet import sent
from tests.registry_api.conftest import Office
from tests.registry_sheets.sheets import PUPILS, Rows, write


class Desk:
    """The head of a third school, which has no pupils yet, and the source for its lists."""

    def __init__(self, office: Office) -> None:
        self.office = office
        office.parcel.org("t9", "school", "xa")
        office.parcel.person("head9", "principal", "t9")
        son = office.browser("son")
        run = office.over(son, office.send(son, office.parcel).json()["id"])
        office.order(son, run["id"], "apply" if "apply" in run["may"] else "confirm", reason="trường mới")
        assert office.over(son, run["id"])["state"] == "applied", run
        self.school = Org.objects.get(sourced_id="t9")
        self.source = Source.objects.create(
            name="Danh sách", kind="sheet", scope_org=self.school, semicolons_allowed=True
        )
        self.head = office.browser("head9")

    def send(self, rows: Rows, *, name: str = "danh-sach.xlsx", client: Client | None = None, **fields: Any) -> Any:
        data = write(self.office.folder / name, rows).read_bytes()
        form = {"list": SimpleUploadedFile(name, data), **fields}
        return (client or self.head).post(f"/api/registry/sources/{self.source.pk}/lists?members=1", form)

    def read(self, rows: Rows, **options: Any) -> dict[str, Any]:
        answer = self.send(rows, **options)
        assert answer.status_code == 202, answer.content
        return self.office.over(self.head, answer.json()["id"])

    def mapping(self, run: int) -> dict[str, Any]:
        return dict(self.head.get(f"/api/registry/runs/{run}/mapping").json())

    def explain(self, run: int, **said: Any) -> dict[str, Any]:
        path = f"/api/registry/runs/{run}/mapping?members=1"
        answer = self.head.post(path, said, content_type="application/json")
        assert answer.status_code == 202, answer.content
        return self.office.over(self.head, run)

    def apply(self, run: int) -> dict[str, Any]:
        assert self.office.order(self.head, run, "apply").status_code == 202
        return self.office.over(self.head, run)


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office)


def renamed(rows: Rows, **headers: str) -> list[Sequence[Any]]:
    """The same list with other headers, by their place: A, B, C."""
    places = {ord(letter) - ord("A"): text for letter, text in headers.items()}
    return [[places.get(place, cell) for place, cell in enumerate(rows[0])], *rows[1:]]


def test_a_list_is_shown_and_applied(desk: Desk) -> None:
    run = desk.read(PUPILS)
    assert (run["state"], run["may"], run["list"]) == (
        "dry_run",
        ["apply", "decline", "explain"],
        {"name": "danh-sach.xlsx", "asks": []},
    )
    assert run["people"]["students"] == {"stored": 0, "added": 3, "changed": 0, "removed": 0}
    assert run["stored"]["users"] == 0
    assert sum(unit["granted"] for unit in run["members"]) > 0
    assert not Person.objects.filter(source=desk.source).exists()
    assert desk.apply(run["id"])["state"] == "applied"
    assert Person.objects.filter(source=desk.source, roles__role="student").count() == 3


def test_every_column_is_told_with_what_it_is_taken_for(desk: Desk) -> None:
    run = desk.read(renamed(PUPILS, B="Mã học snh", H="Sở thích"))
    assert run["list"]["asks"] == ["columns"]
    told = desk.mapping(run["id"])
    [sheet] = told["sheets"]
    assert (sheet["kind"], sheet["row"]) == ("pupils", 1)
    by_header = {column["header"]: (column["meaning"], column["confidence"]) for column in sheet["columns"]}
    assert by_header["Lớp(*)"] == ("class", 1.0)
    assert by_header["Sở thích"] == (None, 0.0)
    meaning, confidence = by_header["Mã học snh"]
    assert meaning == "code"
    assert 0 < confidence < 1
    assert {"meaning": "code", "label": "mã học sinh hoặc mã cán bộ"} in told["meanings"]


def test_what_somebody_says_is_read_and_remembered_once_it_is_applied(desk: Desk) -> None:
    rows = renamed(PUPILS, C="Cháu", G="Người nhà")
    run = desk.read(rows)
    assert (run["state"], run["may"]) == ("refused", ["explain"])
    assert "columns" in run["list"]["asks"]
    read = desk.explain(run["id"], columns={"Cháu": "name", "Người nhà": "guardian"})
    assert (read["id"], read["state"], read["list"]["asks"]) == (run["id"], "dry_run", [])
    assert Source.objects.get(pk=desk.source.pk).mapping == {}
    desk.apply(run["id"])
    assert Source.objects.get(pk=desk.source.pk).mapping == {"chau": "name", "nguoi nha": "guardian"}
    again = desk.read(rows)
    assert (again["state"], again["changes"], again["list"]["asks"]) == ("dry_run", 0, [])


def test_cells_are_named_and_stay_named_when_it_is_applied(desk: Desk) -> None:
    bad = [list(row) for row in PUPILS]
    bad[2][5] = ""
    run = desk.read(bad)
    path = f"/api/registry/runs/{run['id']}/conflicts"
    [cause] = [each for each in desk.head.get(path).json()["causes"] if each["severity"] == "quarantined"]
    assert (cause["code"], cause["rows"]) == ("missing_value", 1)
    assert [(row["line"], row["cell"]) for row in cause["first"]] == [(3, "Sheet1!F3")]
    assert desk.apply(run["id"])["state"] == "applied"
    after = desk.head.get(path, {"severity": "quarantined"}).json()
    assert [row["cell"] for each in after["causes"] for row in each["first"]] == ["Sheet1!F3"]


def test_a_list_of_one_class_asks_whether_it_is_the_school(desk: Desk) -> None:
    desk.apply(desk.read(PUPILS)["id"])
    run = desk.read([PUPILS[0], PUPILS[3]])
    assert (run["code"], run["list"]["asks"]) == ("sheet_whole_school_or_not", ["extent"])
    read = desk.explain(run["id"], extent="listed_classes")
    assert (read["state"], read["people"]["students"]["removed"]) == ("dry_run", 0)


def test_a_file_that_is_no_list_is_refused_with_its_cause(desk: Desk) -> None:
    form = {"list": SimpleUploadedFile("danh-sach.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600)}
    answer = desk.head.post(f"/api/registry/sources/{desk.source.pk}/lists", form)
    run = desk.office.over(desk.head, answer.json()["id"])
    assert (run["state"], run["code"], run["list"]["asks"]) == ("refused", "sheet_old_form", [])
    assert desk.mapping(run["id"])["sheets"] == []


def test_what_was_declined_is_explained_no_more(desk: Desk) -> None:
    run = desk.read(PUPILS)
    desk.office.order(desk.head, run["id"], "decline", reason="gửi nhầm")
    answer = desk.head.post(f"/api/registry/runs/{run['id']}/mapping", {}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_waiting")


def test_a_meaning_that_there_is_not_is_refused(desk: Desk) -> None:
    run = desk.read(PUPILS)
    path = f"/api/registry/runs/{run['id']}/mapping"
    answer = desk.head.post(path, {"columns": {"STT": "password"}}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_input")


def test_lists_go_to_sources_of_lists_and_to_nobody_elses(desk: Desk) -> None:
    run = desk.read(PUPILS)
    stranger = desk.office.browser("head1")
    assert desk.send(PUPILS, client=stranger).status_code == 404
    for method in ("get", "post"):
        path = f"/api/registry/runs/{run['id']}/mapping"
        assert getattr(stranger, method)(path, content_type="application/json").status_code == 404
    assert stranger.get(f"/api/registry/runs/{run['id']}/conflicts").status_code == 404
    son = desk.office.browser("son")
    form = {"list": SimpleUploadedFile("a.csv", b"a,b")}
    assert son.post(f"/api/registry/sources/{desk.office.source.pk}/lists", form).status_code == 404


def test_a_list_is_kept_for_nobody_but_the_server_and_not_for_long(desk: Desk) -> None:
    run = SyncRun.objects.get(pk=desk.read(PUPILS)["id"])
    kept: list[Path] = sorted((settings.DATA_DIR / "lists").glob(f"{run.pk}.*"))
    assert [path.suffix for path in kept] == [".json", ".xlsx"]
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o600}
    assert sent.forget_lists() == 0
    SyncRun.objects.filter(pk=run.pk).update(finished_at="2020-01-01T00:00:00Z")
    for path in kept:
        os.utime(path, (0, 0))
    assert sent.forget_lists() == 2
    assert desk.head.get(f"/api/registry/runs/{run.pk}/mapping").status_code == 404
