"""School levels and the stages they teach."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Grade:
    code: str  # the vocabulary of OneRoster's grades column
    age: int  # of a pupil in the autumn the year starts, by birth year
    label: str  # what a class title begins with


@dataclass(frozen=True)
class Area:
    """What one teacher covers: the first subject is the teacher's own."""

    name: str
    subjects: tuple[str, ...]


@dataclass(frozen=True)
class Stage:
    """A stretch of grades staffed in one way."""

    slug: str
    grades: tuple[Grade, ...]
    women: float  # share of its teachers
    teachers_per_class: float
    areas: tuple[Area, ...]


@dataclass(frozen=True)
class Level:
    slug: str
    prefix: str
    title: str
    stages: tuple[Stage, ...]
    under_province: bool
    pupils_per_class: float


def _grades(*codes: int) -> tuple[Grade, ...]:
    return tuple(Grade(f"{code:02d}", code + 5, str(code)) for code in codes)


PRESCHOOL = Stage(
    "mam-non",
    (Grade("IT", 2, "Nhà trẻ"), Grade("PR", 3, "Mầm"), Grade("PK", 4, "Chồi"), Grade("KG", 5, "Lá")),
    women=0.995,
    teachers_per_class=2.0,
    areas=(),
)
PRIMARY = Stage(
    "tieu-hoc",
    _grades(1, 2, 3, 4, 5),
    women=0.8,
    teachers_per_class=1.55,
    areas=(
        Area("Tiếng Anh", ("Tiếng Anh",)),
        Area("Giáo dục thể chất", ("Giáo dục thể chất",)),
        Area("Âm nhạc", ("Âm nhạc",)),
        Area("Mĩ thuật", ("Mĩ thuật",)),
        Area("Tin học", ("Tin học",)),
    ),
)
LOWER = Stage(
    "thcs",
    _grades(6, 7, 8, 9),
    women=0.68,
    teachers_per_class=2.1,
    areas=(
        Area("Ngữ văn", ("Ngữ văn", "Giáo dục công dân")),
        Area("Toán", ("Toán", "Tin học")),
        Area("Tiếng Anh", ("Tiếng Anh",)),
        Area("Khoa học tự nhiên", ("Khoa học tự nhiên", "Công nghệ")),
        Area("Lịch sử và Địa lí", ("Lịch sử và Địa lí",)),
        Area("Giáo dục thể chất", ("Giáo dục thể chất",)),
        Area("Nghệ thuật", ("Âm nhạc", "Mĩ thuật")),
    ),
)
UPPER = Stage(
    "thpt",
    _grades(10, 11, 12),
    women=0.62,
    teachers_per_class=2.4,
    areas=(
        Area("Ngữ văn", ("Ngữ văn",)),
        Area("Toán", ("Toán", "Tin học")),
        Area("Tiếng Anh", ("Tiếng Anh",)),
        Area("Vật lí", ("Vật lí", "Công nghệ")),
        Area("Hóa học", ("Hóa học",)),
        Area("Sinh học", ("Sinh học",)),
        Area("Lịch sử", ("Lịch sử", "Giáo dục kinh tế và pháp luật")),
        Area("Địa lí", ("Địa lí",)),
        Area("Giáo dục thể chất", ("Giáo dục thể chất", "Giáo dục quốc phòng và an ninh")),
    ),
)
CONTINUING = Stage(
    "gdtx",
    _grades(10, 11, 12),
    women=0.55,
    teachers_per_class=1.8,
    areas=(
        Area("Ngữ văn", ("Ngữ văn",)),
        Area("Toán", ("Toán",)),
        Area("Lịch sử", ("Lịch sử", "Địa lí")),
        Area("Vật lí", ("Vật lí", "Hóa học")),
    ),
)

LEVELS = {
    level.slug: level
    for level in (
        Level("mam_non", "mn", "Trường Mầm non", (PRESCHOOL,), False, 21),
        Level("tieu_hoc", "th", "Trường Tiểu học", (PRIMARY,), False, 22),
        Level("thcs", "thcs", "Trường THCS", (LOWER,), False, 28),
        Level("th_thcs", "ththcs", "Trường Tiểu học và THCS", (PRIMARY, LOWER), False, 20),
        Level("thcs_thpt", "thcsthpt", "Trường THCS và THPT", (LOWER, UPPER), True, 30),
        Level("thpt", "thpt", "Trường THPT", (UPPER,), True, 36),
        Level("gdtx", "gdtx", "Trung tâm GDNN-GDTX", (CONTINUING,), True, 27),
    )
}


def homeroom_subjects(grade: Grade) -> tuple[str, ...]:
    """What the homeroom teacher of a primary class teaches, by the curriculum of 2018."""
    always = ("Tiếng Việt", "Toán", "Đạo đức", "Hoạt động trải nghiệm")
    return (*always, "Tự nhiên và Xã hội") if grade.code <= "03" else (*always, "Khoa học", "Lịch sử và Địa lí")
