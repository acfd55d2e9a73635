"""What is held until somebody has looked at it, what is refused as cut off, and what passes."""

from pathlib import Path

import pytest

from registry.models import GuardianLink, Person, Role, Source, SyncRun
from registry.sync.codes import VALVES
from registry.sync.run import Outcome, Request, sync_package
from registry.sync.valves import LIMITS, Figures, TableFigures, measure, opened
from tests.registry.conftest import Send
from tests.registry.parcel import Parcel, a_school

pytestmark = pytest.mark.django_db


def a_province(*, pupils: int = 60, schools: int = 2) -> Parcel:
    """Schools of this size under one commune: a head each, a class each, a guardian a pupil."""
    parcel = Parcel()
    parcel.session("nam")
    parcel.org("so", "state")
    parcel.org("xa", "local", "so")
    parcel.org("xa2", "local", "so")
    for school in range(schools):
        parcel.org(f"t{school}", "school", "xa")
        parcel.school_class(f"c{school}", f"t{school}")
        parcel.person(f"head{school}", "principal", f"t{school}")
        parcel.person(f"gv{school}", "teacher", f"t{school}")
        parcel.enrol(f"gv{school}", f"c{school}", f"t{school}", "teacher")
        for number in range(pupils):
            add_pupil(parcel, f"hs{school}-{number}", f"t{school}", f"c{school}")
    return parcel


def add_pupil(parcel: Parcel, name: str, school: str, school_class: str) -> None:
    """A pupil with a guardian, enrolled."""
    parcel.person(name, "student", school, agentSourcedIds=f"ph-{name}", identifier=f"ma-{name}")
    parcel.person(f"ph-{name}", "guardian", school)
    parcel.enrol(name, school_class, school)


def take_away(parcel: Parcel, *people: str) -> None:
    """Everything about these people."""
    for table in ("roles", "enrollments"):
        parcel.rows[table] = [row for row in parcel.rows[table] if row["userSourcedId"] not in people]
    for row in parcel.rows["users"]:
        named = [each for each in row.get("agentSourcedIds", "").split(",") if each and each not in people]
        row["agentSourcedIds"] = ",".join(named)
    parcel.drop("users", *people)


def open_in(outcome: Outcome) -> set[str]:
    """The valves that this run opened."""
    return {valve for valve, _table, _org in opened(outcome.run.valves)}


def state(outcome: Outcome) -> str:
    return str(outcome.run.state)


# -- Pure ---------------------------------------------------------------------------------------------------------


def _of(table: str, *, stored: int, removed: int = 0, changed: int = 0) -> Figures:
    return Figures(is_first=False, month=3, tables={table: TableFigures(stored, removed, changed)})


def _open(figures: Figures, *, rollover: bool = False, **limits: float) -> set[str]:
    return {valve.valve for valve in measure(figures, limits, rollover=rollover) if valve.is_open}


def test_deletions_hold_beyond_five_in_a_hundred_and_twenty_rows() -> None:
    assert not _open(_of("users", stored=100, removed=20))
    assert _open(_of("users", stored=100, removed=21)) == {"removed"}
    assert not _open(_of("users", stored=1000, removed=50))
    assert _open(_of("users", stored=1000, removed=51)) == {"removed"}


def test_changes_hold_beyond_half() -> None:
    assert not _open(_of("users", stored=100, changed=50))
    assert _open(_of("users", stored=100, changed=51)) == {"changed"}
    assert not _open(_of("users", stored=10, changed=10))


def test_a_new_school_year_may_renew_classes_and_a_good_part_of_the_people() -> None:
    assert not _open(_of("enrollments", stored=1000, removed=1000), rollover=True)
    assert not _open(_of("users", stored=1000, removed=350), rollover=True)
    assert _open(_of("users", stored=1000, removed=450), rollover=True) == {"removed"}


def test_a_source_may_have_limits_of_its_own_but_no_misspelt_ones() -> None:
    assert not _open(_of("users", stored=100, removed=60), removed_percent=70)
    assert _open(_of("users", stored=100, removed=6), removed_rows=5) == {"removed"}
    with pytest.raises(ValueError, match="removed_procent"):
        _open(_of("users", stored=100), removed_procent=70)


def test_links_made_in_the_months_of_entry_are_usual() -> None:
    figures = Figures(is_first=False, month=3, tables={"guardianLinks": TableFigures(100)}, links_created=60)
    assert _open(figures) == {"links_created"}
    figures.month = 8
    assert not _open(figures)


def test_of_a_first_import_only_what_compares_with_nothing_is_asked() -> None:
    figures = Figures(is_first=True, month=3, heads_gained=["a"] * 90, links_created=900, guardians_of={"an": 7})
    assert _open(figures) == {"guardians_of_one"}


def test_every_valve_has_its_sentence_and_every_limit_belongs_to_one() -> None:
    figures = Figures(is_first=False, month=1, pupils_promoted={"t": ["a"] * 9})
    figures.tables = {"users": TableFigures(1000, 900, 900, {"t": (90, 100)})}
    assert {valve.valve for valve in measure(figures, {})} == set(VALVES)
    assert all(any(name.startswith(valve) for valve in [*VALVES, "kept_percent"]) for name in LIMITS)


# -- Through the door ---------------------------------------------------------------------------------------------


def test_a_pupil_who_leaves_a_small_school_holds_nothing(send: Send) -> None:
    send(a_school())
    parcel = a_school()
    take_away(parcel, "an", "hoa")
    assert state(send(parcel)) == "applied"


def test_a_year_that_vanishes_from_one_school_is_held_and_nothing_is_applied(send: Send) -> None:
    parcel = a_province()
    send(parcel)
    take_away(parcel, *(f"hs0-{number}" for number in range(18)))
    held = send(parcel)
    assert state(held) == "held"
    assert open_in(held) == {"removed_in_org"}
    assert ("removed_in_org", "enrollments", "t0") in opened(held.run.valves)
    assert Person.objects.filter(sourced_id="hs0-0", status="active").exists()
    assert held.counts["users"]["removed"] == 18


def test_a_unit_that_disappears_is_held(send: Send) -> None:
    parcel = a_province(pupils=1)
    send(parcel)
    parcel.drop("orgs", "xa2")
    held = send(parcel)
    assert open_in(held) == {"orgs_gone"}
    assert next(valve["ids"] for valve in held.run.valves if valve["valve"] == "orgs_gone") == ["xa2"]


def test_a_unit_that_is_dissolved_by_date_is_held_once(send: Send) -> None:
    parcel = a_province(pupils=1)
    send(parcel)
    parcel.row("orgs", "xa2")["metadata.validTo"] = "2025-07-01"
    assert open_in(send(parcel)) == {"orgs_gone"}
    parcel.row("orgs", "xa2")["metadata.validTo"] = "2999-07-01"
    assert state(send(parcel)) == "applied"


def test_six_units_that_move_are_held_and_five_are_not(send: Send) -> None:
    parcel = a_province(pupils=1, schools=6)
    send(parcel)
    for school in range(5):
        parcel.row("orgs", f"t{school}")["parentSourcedId"] = "xa2"
    assert state(send(parcel)) == "applied"
    for school in range(6):
        parcel.row("orgs", f"t{school}")["parentSourcedId"] = "so"
    assert open_in(send(parcel)) == {"parents_changed"}


def test_people_who_come_again_under_other_ids_are_held(send: Send) -> None:
    parcel = a_province()
    send(parcel)
    for number in range(12):
        parcel.person(f"moi{number}", "student", "t0", identifier=f"ma-hs0-{number}")
    assert open_in(send(parcel)) == {"ids_renewed"}


def test_forty_new_principals_are_held(send: Send) -> None:
    parcel = a_province()
    send(parcel)
    for number in range(40):
        parcel.role(f"ph-hs0-{number}", "principal", "t0")
    assert open_in(send(parcel)) == {"heads_gained"}


def test_a_role_above_the_schools_is_held_but_not_one_whose_row_only_has_another_id(send: Send) -> None:
    parcel = a_province(pupils=2)
    parcel.person("son", "districtAdministrator", "so")
    send(parcel)
    parcel.row("roles", "son.so.districtAdministrator")["sourcedId"] = "vai-tro-1"
    assert state(send(parcel)) == "applied"
    parcel.role("gv0", "teacher", "xa")
    held = send(parcel)
    assert open_in(held) == {"seats_above_school"}
    assert next(valve["ids"] for valve in held.run.valves if valve["valve"] == "seats_above_school") == ["gv0"]


def test_pupils_promoted_to_staff_are_held(send: Send) -> None:
    parcel = a_province(pupils=8)
    send(parcel)
    for number in range(5):
        parcel.role(f"hs1-{number}", "teacher", "t1")
    assert state(send(parcel)) == "applied"
    for number in range(8):
        parcel.row("roles", f"hs0-{number}.t0.student")["role"] = "teacher"
    held = send(parcel)
    assert open_in(held) == {"pupils_promoted"}
    assert not Role.objects.filter(person__sourced_id="hs0-0", role="teacher").exists()


def test_seven_guardians_of_one_child_are_held_even_at_first_and_named(send: Send) -> None:
    parcel = a_school()
    agents = [f"g{number}" for number in range(7)]
    for each in agents:
        parcel.person(each, "guardian", "truong")
    parcel.row("users", "an")["agentSourcedIds"] = ",".join(agents)
    held = send(parcel)
    assert open_in(held) == {"guardians_of_one"}
    assert next(valve["ids"] for valve in held.run.valves if valve["is_open"]) == ["an"]
    assert not Person.objects.exists()


def test_an_anomaly_that_was_confirmed_does_not_hold_every_later_run(send: Send, tmp_path: Path) -> None:
    parcel = a_school()
    for number in range(13):
        parcel.person(f"con{number}", "student", "truong", agentSourcedIds="hoa")
    assert open_in(send(parcel)) == {"children_of_one"}
    path = parcel.write(tmp_path / "new.zip")
    sync_package(Request(path, apply=True, source="test"))
    assert state(sync_package(Request(path, apply=True, source="test", confirm="trường nội trú"))) == "applied"
    assert GuardianLink.objects.filter(guardian__sourced_id="hoa").count() == 14
    parcel.row("users", "lan")["givenName"] = "Lân"
    assert state(send(parcel)) == "applied"
    parcel.person("con99", "student", "truong", agentSourcedIds="hoa")
    assert open_in(send(parcel)) == {"children_of_one"}


def test_links_that_grant_nothing_are_no_anomaly(send: Send) -> None:
    parcel = a_school()
    for number in range(13):
        parcel.person(f"con{number}", "student", "truong", agentSourcedIds="lan")
    assert state(send(parcel)) == "applied"


def test_enrolments_that_are_empty_left_out_or_cut_off_are_refused(send: Send) -> None:
    parcel = a_province()
    send(parcel)
    empty = parcel.copy()
    empty.rows["enrollments"] = []
    assert send(empty).run.refusal_code == "file_empty"
    cut = parcel.copy()
    cut.rows["enrollments"] = cut.rows["enrollments"][:50]
    assert send(cut).run.refusal_code == "file_shrunk"
    left_out = parcel.copy()
    left_out.manifest["file.users"] = ""
    assert send(left_out, skip=("users",)).run.refusal_code == "file_left_out"
    # What the manifest calls absent is the standard's own word for: nothing is said about these.
    assert state(send(parcel, skip=("enrollments",))) == "applied"
    assert Person.objects.filter(status="active").count() == 244


def test_a_file_cut_off_at_sixty_in_a_hundred_changes_nothing(send: Send) -> None:
    parcel = a_province()
    send(parcel)
    whole = parcel.text("enrollments", parcel.rows["enrollments"])
    lines = whole.splitlines(keepends=True)
    parcel.raw["enrollments"] = b"".join(lines[: len(lines) * 6 // 10])
    assert state(send(parcel)) == "held"
    parcel.raw["enrollments"] = whole[: len(whole) * 6 // 10]
    assert send(parcel).is_refused


def test_a_dry_run_shows_what_would_hold_it(send: Send) -> None:
    parcel = a_province(pupils=1)
    send(parcel)
    parcel.drop("orgs", "xa2")
    shown = send(parcel, apply=False)
    assert (state(shown), open_in(shown)) == ("dry_run", {"orgs_gone"})


def test_a_sources_own_limits_are_those_that_count(send: Send) -> None:
    parcel = a_province(pupils=1)
    send(parcel)
    Source.objects.update(thresholds={"orgs_gone": 1})
    parcel.drop("orgs", "xa2")
    assert state(send(parcel)) == "applied"


def test_a_new_year_passes_when_it_is_called_one(send: Send, tmp_path: Path) -> None:
    parcel = a_province()
    send(parcel)
    for row in parcel.rows["classes"]:
        row["sourcedId"] += "-2027"
    for row in parcel.rows["enrollments"]:
        row["sourcedId"] += "-2027"
        row["classSourcedId"] += "-2027"
    path = parcel.write(tmp_path / "new.zip")
    assert "removed" in open_in(sync_package(Request(path, apply=True, source="test")))
    assert state(sync_package(Request(path, apply=True, source="test", rollover=True))) == "applied"
    assert SyncRun.objects.order_by("pk").last().counts["rollover"]
