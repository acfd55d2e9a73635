"""A school of the province as the spreadsheets that Vietnamese school systems export, and what happens to them in use.

The layouts follow the templates of K12Online, MISA EMIS, vnEdu and the ministry's platform: their headers, their order,
their titles and group headers. Numbers of identity papers are made up of a digit no province has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from openpyxl import Workbook

from .generate import Province
from .names import FEMALE
from .people import Guardianship, Person, Pupil, Teaching
from .profiles import PROFILES
from .tree import School

Rows = list[list[Any]]
Sheets = dict[str, Rows]


@dataclass
class SchoolLists:
    """Everybody of one school, as its office would list them."""

    school: School
    seed: int
    pupils: list[Pupil] = field(default_factory=list)
    staff: list[Person] = field(default_factory=list)
    teachings: list[Teaching] = field(default_factory=list)

    def born(self, sourced_id: str, year: int) -> date:
        """A day of birth in the year, the same for the same person."""
        return date(year, 1, 1) + timedelta(days=Random(f"{self.seed}/{sourced_id}").randrange(365))

    def homeroom_of(self, person: Person) -> str:
        return ", ".join(each.school_class.title for each in self.teachings if each.teacher is person and each.homeroom)

    def taught_by(self, person: Person) -> str:
        """As offices write it: subjects with their classes, lessons of one teacher behind each other."""
        by_subject: dict[str, list[str]] = defaultdict(list)
        for each in self.teachings:
            if each.teacher is person:
                for subject in each.subjects or ("",):
                    by_subject[subject].append(each.school_class.title)
        return "; ".join(f"{subject} {', '.join(titles)}".strip() for subject, titles in by_subject.items())


def school_lists(school: str, *, seed: int = 1, today: date, profile: str = "small") -> SchoolLists:
    """Everybody of the school with this sourcedId; the same arguments, the same people."""
    province = Province(PROFILES[profile], seed, today)
    found = SchoolLists(next(each for each in province.tree.schools if each.sourced_id == school), seed)
    province.province_staff()
    for catchment in province.catchments():
        found.teachings += [each for each in catchment.teachings if each.school_class.school is found.school]
        for household in catchment.households:
            found.pupils += [each for each in household.pupils if each.school_class.school is found.school]
        found.staff += [each for each in catchment.staff if each.org == school and each.position]
    found.pupils.sort(
        key=lambda each: (each.school_class.grade.code, each.school_class.title, each.name.given, each.sourced_id)
    )
    return found


def k12_online(lists: SchoolLists) -> Sheets:
    """One list of the school; mother and guardian by name and year of birth; neither codes nor telephone numbers."""
    header = ["STT", "Họ và tên(*)", "Giới tính(*)", "Lớp(*)", "Ngày sinh(*)\n(dd/mm/yyyy)", "Họ và tên mẹ(*)"]
    header += ["Năm sinh của mẹ(*)", "Họ và tên người giám hộ", "Năm sinh người giám hộ"]
    rows: Rows = [["BIỂU MẪU TẠO TÀI KHOẢN HỌC SINH"], [], header]
    for number, pupil in enumerate(lists.pupils, 1):
        mother, guardian = _held(pupil, "mother"), _other(pupil, "mother")
        born = lists.born(pupil.sourced_id, pupil.born).strftime("%d/%m/%Y")
        row = [number, str(pupil.name), _gender(pupil), pupil.school_class.title, born]
        rows.append([*row, _name(mother), _year(mother), _name(guardian), _year(guardian)])
    return {"Danh sách": rows}


def misa_emis(lists: SchoolLists) -> Sheets:
    """A sheet a class; codes, real dates, parents under group headers that were merged cells."""
    sheets: Sheets = {}
    for pupil in lists.pupils:
        title = pupil.school_class.title
        if title not in sheets:
            over = ["", "", "", "", "", "", "", "Thông tin cha", "", "", "Thông tin mẹ", "", ""]
            header = [
                "STT",
                "Mã học sinh",
                "Họ và tên",
                "Ngày sinh",
                "Giới tính",
                "Số định danh cá nhân",
                "Nơi thường trú",
            ]
            header += ["Họ và tên", "Năm sinh", "Điện thoại"] * 2
            titles = [
                [lists.school.org.name.upper()],
                [f"DANH SÁCH HỌC SINH LỚP {title}"],
                [f"GVCN: {_gvcn(lists, pupil)}"],
            ]
            sheets[title] = [*titles, [], over, header]
        father, mother = _held(pupil, "father"), _held(pupil, "mother")
        row: list[Any] = [
            len(sheets[title]) - 5,
            pupil.identifier,
            str(pupil.name),
            lists.born(pupil.sourced_id, pupil.born),
        ]
        row += [_gender(pupil), f"0999{pupil.identifier[-8:]}", "Xã Đồng Sen"]
        for adult in (father, mother):
            row += [_name(adult), _year(adult), adult.guardian.phone if adult else ""]
        sheets[title].append(row)
    return sheets


def vnedu(lists: SchoolLists) -> Sheets:
    """A flat list with codes, class, state and both parents' numbers."""
    header = ["STT", "Mã học sinh", "Họ và tên", "Lớp", "Ngày sinh", "Giới tính", "Dân tộc", "Trạng thái", "Họ tên bố"]
    rows: Rows = [[*header, "SĐT bố", "Họ tên mẹ", "SĐT mẹ", "Họ tên người giám hộ", "SĐT người giám hộ", "Ghi chú"]]
    for number, pupil in enumerate(lists.pupils, 1):
        born = lists.born(pupil.sourced_id, pupil.born).strftime("%d/%m/%Y")
        row = [
            number,
            pupil.identifier,
            str(pupil.name),
            pupil.school_class.title,
            born,
            _gender(pupil),
            "Kinh",
            "Đang học",
        ]
        others = _other(pupil, "mother", "father")
        for adult in (_held(pupil, "father"), _held(pupil, "mother"), others):
            row += [_name(adult), adult.guardian.phone if adult else ""]
        rows.append([*row, ""])
    return {"Sheet1": rows}


def moet(lists: SchoolLists) -> Sheets:
    """The ministry's platform: the school's code in every row, family and given name apart, one parent."""
    header = ["Mã trường", "Mã định danh Bộ GD&ĐT", "Họ và tên đệm", "Tên", "Ngày sinh (DD/MM/YYYY)", "Khối", "Lớp"]
    rows: Rows = [[*header, "Phụ huynh", "Số điện thoại phụ huynh", "Email"]]
    for pupil in lists.pupils:
        adult = pupil.guardians[0] if pupil.guardians else None
        born = lists.born(pupil.sourced_id, pupil.born).strftime("%d/%m/%Y")
        school_class = pupil.school_class
        row = [lists.school.org.identifier, pupil.identifier, f"{pupil.name.family} {pupil.name.middle}".strip()]
        row += [pupil.name.given, born, school_class.grade.code.lstrip("0"), school_class.title]
        rows.append([*row, _name(adult), adult.guardian.phone if adult else "", ""])
    return {"HocSinh": rows}


def staff_list(lists: SchoolLists) -> Sheets:
    """Teachers and office with positions, homeroom classes and assignments, a sum and a signature below."""
    header = ["STT", "Mã cán bộ", "Họ và tên", "Ngày sinh", "Giới tính", "Chức vụ", "Tổ chuyên môn", "Chủ nhiệm lớp"]
    rows: Rows = [["DANH SÁCH CÁN BỘ, GIÁO VIÊN, NHÂN VIÊN"], [*header, "Phân công giảng dạy", "Điện thoại", "Email"]]
    for number, person in enumerate(lists.staff, 1):
        born = lists.born(person.sourced_id, person.born).strftime("%d/%m/%Y")
        row = [number, person.identifier, str(person.name), born, "Nữ" if person.gender == FEMALE else "Nam"]
        row += [person.position, "", lists.homeroom_of(person), lists.taught_by(person), person.phone, person.email]
        rows.append(row)
    rows += [
        [],
        ["", "", f"Tổng số: {len(lists.staff)}"],
        ["", "", "", "", "", "Hiệu trưởng"],
        ["", "", "", "", "", "(Ký tên)"],
    ]
    return {"CBGV": rows}


LAYOUTS: dict[str, Callable[[SchoolLists], Sheets]] = {
    "k12_online": k12_online,
    "misa_emis": misa_emis,
    "vnedu": vnedu,
    "moet": moet,
    "staff": staff_list,
}


def write_workbook(sheets: Sheets, path: Path) -> Path:
    """The sheets as .xlsx; empty text is an empty cell, as every exporter has it."""
    book = Workbook(write_only=True)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append([None if value == "" else value for value in row])
    book.save(path)
    return path


def _held(pupil: Pupil, relation: str) -> Guardianship | None:
    return next((each for each in pupil.guardians if each.relation == relation), None)


def _other(pupil: Pupil, *without: str) -> Guardianship | None:
    return next((each for each in pupil.guardians if each.relation not in without), None)


def _name(held: Guardianship | None) -> str:
    return str(held.guardian.name) if held else ""


def _year(held: Guardianship | None) -> int | str:
    return held.guardian.born if held else ""


def _gender(pupil: Pupil) -> str:
    return "Nữ" if "Thị" in pupil.name.middle else "Nam"


def _gvcn(lists: SchoolLists, pupil: Pupil) -> str:
    of_class = (each for each in lists.teachings if each.school_class is pupil.school_class and each.homeroom)
    return next((str(each.teacher.name) for each in of_class), "")
