"""A province of 283 communes in 17 districts, and what it is after they became 92 in none, as two packages."""

from collections.abc import Callable
from pathlib import Path

from tests.registry.parcel import Parcel

DISTRICTS, COMMUNES, MERGED, SCHOOLS, CHILDREN = 17, 283, 92, 318, 6
SO = "so"


def packages(folder: Path) -> tuple[Path, Path]:
    """Before and after."""
    return _before().write(folder / "before.zip"), _after().write(folder / "after.zip")


def names(count: int) -> tuple[list[str], list[str]]:
    """So many people: those whose rooms change hands (every officer and head), and guardians, whose rooms do not."""
    moved = [*(f"xa{n}" for n in range(COMMUNES)), *(f"hieu-truong{n}" for n in range(SCHOOLS))]
    guardians = [f"me{n}-{child}" for child in range(CHILDREN) for n in range(SCHOOLS)]
    heads = moved if count > 2 * len(moved) else moved[:: len(moved) // (count // 4) + 1]
    return heads, guardians[: count - len(heads)]


def _before() -> Parcel:
    parcel = _root()
    for number in range(DISTRICTS):
        parcel.org(f"huyen{number}", "district", SO)
    for number in range(COMMUNES):
        parcel.org(f"cu{number}", "local", f"huyen{number % DISTRICTS}")
    return _filled(parcel, lambda commune: f"cu{commune}")


def _after() -> Parcel:
    parcel = _root()
    for number in range(MERGED):
        parcel.org(f"moi{number}", "local", SO)
    return _filled(parcel, lambda commune: f"moi{commune * MERGED // COMMUNES}")


def _root() -> Parcel:
    parcel = Parcel()
    parcel.session("nam")
    parcel.org(SO, "state")
    parcel.add("courses", "mon", title="Lớp 7", orgSourcedId=SO)
    return parcel


def _filled(parcel: Parcel, place: Callable[[int], str]) -> Parcel:
    for commune in range(COMMUNES):
        parcel.person(f"xa{commune}", "districtAdministrator", place(commune))
    for number in range(SCHOOLS):
        school, its_class = f"truong{number}", f"7a{number}"
        parcel.org(school, "school", place(number % COMMUNES), metadata_schoolLevel="thcs")
        parcel.school_class(its_class, school)
        parcel.person(f"hieu-truong{number}", "principal", school)
        parcel.person(f"co{number}", "teacher", school)
        parcel.enrol(f"co{number}", its_class, school, "teacher", primary="true")
        for child in range(CHILDREN):
            parcel.person(f"em{number}-{child}", "student", school, grades="07", agentSourcedIds=f"me{number}-{child}")
            parcel.person(f"me{number}-{child}", "guardian", school)
            parcel.enrol(f"em{number}-{child}", its_class, school)
    return parcel
