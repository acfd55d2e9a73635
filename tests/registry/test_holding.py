"""A held package: kept, shown, and applied only as it was seen, by whom it may be."""

import datetime as dt
import os
import stat
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from registry.models import AuditLine, Org, Person, PersonLink, Source, SyncChange, SyncRun
from registry.sync import holding, keeping
from registry.sync.holding import Undecidable
from registry.sync.permission import sources_open_to
from registry.sync.run import Outcome, Request, sync_package
from tests.cast import Cast
from tests.registry.conftest import Send
from tests.registry.parcel import Parcel
from tests.registry.test_valves import a_province, open_in

pytestmark = pytest.mark.django_db


def silent(_stage: str, _done: int) -> None:
    """Nobody watches."""


def without_a_unit() -> tuple[Parcel, Parcel]:
    """A province, and the same without one of its communes."""
    before = a_province(pupils=1)
    after = before.copy()
    after.drop("orgs", "xa2")
    return before, after


@pytest.fixture
def held(send: Send) -> Outcome:
    before, after = without_a_unit()
    send(before)
    outcome = send(after)
    assert outcome.is_held
    return outcome


@pytest.fixture
def of_school(held: Outcome) -> SyncRun:
    """The held run of a source that speaks for one school: one person decides."""
    Source.objects.update(scope_org=Org.objects.get(sourced_id="t0"))
    return SyncRun.objects.get(pk=held.run.pk)


def head() -> Person:
    return Person.objects.get(sourced_id="head0")


def commune() -> str:
    return Org.objects.get(sourced_id="xa2").status


def test_the_package_is_kept_for_nobody_else_to_read(held: Outcome) -> None:
    path = keeping.path_of(held.run)
    assert path.parent == Path(settings.DATA_DIR) / "packages"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert commune() == "active"


def test_who_confirms_with_a_reason_applies_it(of_school: SyncRun) -> None:
    run = holding.confirm(of_school.pk, by=head(), reason="sáp nhập xã")
    assert run.state == "received"
    outcome = holding.carry_out(run, progress=silent)
    assert outcome.run.state == "applied"
    assert (outcome.run.confirmed_by, outcome.run.confirmation) == (head(), "sáp nhập xã")
    assert commune() == "tobedeleted"
    acts = list(AuditLine.objects.order_by("pk").values_list("act", flat=True))
    assert acts == ["registry.synced", "registry.held", "registry.confirmed", "registry.synced"]
    assert "sáp nhập" not in str(list(AuditLine.objects.values_list("details", flat=True)))


def test_it_is_decided_once(of_school: SyncRun) -> None:
    holding.confirm(of_school.pk, by=head(), reason="một")
    with pytest.raises(Undecidable, match="not_waiting"):
        holding.confirm(of_school.pk, by=head(), reason="hai")
    with pytest.raises(Undecidable, match="not_waiting"):
        holding.decline(of_school.pk, by=head(), reason="hai")


def test_what_is_declined_is_never_applied(of_school: SyncRun) -> None:
    run = holding.decline(of_school.pk, by=head(), reason="gửi nhầm")
    assert (run.state, run.refusal_code, commune()) == ("refused", "declined", "active")
    with pytest.raises(Undecidable, match="not_waiting"):
        holding.confirm(of_school.pk, by=head(), reason="thôi cứ làm")


def test_a_registry_that_moved_on_shows_the_new_difference_instead(of_school: SyncRun, send: Send) -> None:
    before, _after = without_a_unit()
    before.row("users", "gv0")["givenName"] = "Khác"
    newer = send(before)
    SyncRun.objects.filter(pk=of_school.pk).update(state="held")
    run = holding.confirm(of_school.pk, by=head(), reason="sáp nhập xã")
    outcome = holding.carry_out(run, progress=silent)
    assert (outcome.run.state, outcome.run.refusal_code) == ("held", "confirmation_outdated")
    assert (outcome.run.base, outcome.run.confirmed_by, outcome.run.confirmation) == (newer.run, None, "")
    assert outcome.counts["users"]["changed"] == 1
    assert commune() == "active"
    again = holding.confirm(of_school.pk, by=head(), reason="đã xem lại")
    assert holding.carry_out(again, progress=silent).run.state == "applied"


def test_a_kept_package_that_was_exchanged_is_refused(of_school: SyncRun, tmp_path: Path) -> None:
    other = a_province(pupils=1)
    other.drop("orgs", "xa2")
    keeping.path_of(of_school).write_bytes(other.write(tmp_path / "other.zip").read_bytes())
    run = holding.confirm(of_school.pk, by=head(), reason="sáp nhập xã")
    outcome = holding.carry_out(run, progress=silent)
    assert (outcome.run.state, outcome.run.refusal_code, commune()) == ("refused", "package_changed", "active")


def test_for_a_whole_state_a_second_human_is_wanted(held: Outcome) -> None:
    assert held.run.source.scope_org is not None
    assert held.run.source.scope_org.type == "state"
    one, other, same = head(), Person.objects.get(sourced_id="head1"), Person.objects.get(sourced_id="gv0")
    PersonLink.objects.create(one=same, other=one, how="test")
    waiting = holding.confirm(held.run.pk, by=one, reason="sáp nhập xã")
    assert (waiting.state, waiting.confirmed_by) == ("held", one)
    for nobody_else in (one, same):
        with pytest.raises(Undecidable, match="second_person_wanted"):
            holding.confirm(held.run.pk, by=nobody_else, reason="tôi nữa")
    run = holding.confirm(held.run.pk, by=other, reason="đúng")
    outcome = holding.carry_out(run, progress=silent)
    assert (outcome.run.state, outcome.run.seconded_by, commune()) == ("applied", other, "tobedeleted")


def test_at_the_machine_it_is_the_same_file_that_is_confirmed(tmp_path: Path) -> None:
    before, after = without_a_unit()
    sync_package(Request(before.write(tmp_path / "a.zip"), apply=True, source="test"))
    path = after.write(tmp_path / "b.zip")
    unseen = sync_package(Request(path, apply=True, source="test", confirm="chưa xem"))
    assert unseen.is_held
    changed = after.copy()
    changed.row("users", "gv0")["givenName"] = "Khác"
    other = sync_package(Request(changed.write(tmp_path / "c.zip"), apply=True, source="test", confirm="gói khác"))
    assert other.is_held
    assert SyncRun.objects.get(pk=unseen.run.pk).refusal_code == "superseded"
    sync_package(Request(path, apply=True, source="test"))
    confirmed = sync_package(Request(path, apply=True, source="test", confirm="sáp nhập xã"))
    assert (confirmed.run.state, confirmed.run.confirmation, commune()) == ("applied", "sáp nhập xã", "tobedeleted")
    line = AuditLine.objects.filter(act="registry.synced").latest("pk")
    assert line.details["confirmed_at_the_machine"]


def test_a_dry_run_with_something_unusual_is_held_when_it_is_to_be_applied(held: Outcome, tmp_path: Path) -> None:
    _before, after = without_a_unit()
    chunks = [after.write(tmp_path / "up.zip").read_bytes()]
    run = holding.receive(held.run.source, chunks, by=head(), rollover=False)
    assert holding.look(run, progress=silent).run.state == "dry_run"
    assert holding.apply(run.pk, by=head()).state == "held"
    assert commune() == "active"


def test_a_dry_run_without_is_applied_as_it_was_shown(held: Outcome, tmp_path: Path) -> None:
    parcel = a_province(pupils=1)
    parcel.row("users", "gv0")["givenName"] = "Khác"
    run = holding.receive(held.run.source, [parcel.write(tmp_path / "up.zip").read_bytes()], by=head(), rollover=False)
    holding.look(run, progress=silent)
    outcome = holding.carry_out(holding.apply(run.pk, by=head()), progress=silent)
    assert outcome.run.state == "applied"
    assert Person.objects.get(sourced_id="gv0").given_name == "Khác"
    assert AuditLine.objects.filter(act="registry.synced").latest("pk").actor == head()


def test_packages_and_journals_are_kept_as_long_as_they_serve(of_school: SyncRun, send: Send) -> None:
    kept = keeping.path_of(of_school)
    assert keeping.forget_packages() == 0
    run = holding.carry_out(holding.confirm(of_school.pk, by=head(), reason="x"), progress=silent).run
    assert SyncChange.objects.filter(run=run).exists()
    _age(run, days=6, path=kept)
    assert keeping.forget_packages() == 0
    _age(run, days=8, path=kept)
    assert (keeping.forget_packages(), keeping.forget_journals()) == (1, 0)
    assert not kept.exists()
    _age(run, days=31)
    assert keeping.forget_journals() > 0
    assert not SyncChange.objects.filter(run=run).exists()


def test_a_run_nobody_decides_or_carries_on_ends(held: Outcome) -> None:
    left = SyncRun.objects.create(source=held.run.source, file_sha256="0" * 64)
    SyncRun.objects.filter(pk__in=[held.run.pk, left.pk]).update(
        started_at=timezone.now() - keeping.HELD_AT_MOST - keeping.KEPT
    )
    assert keeping.end_runs() == 2
    assert SyncRun.objects.get(pk=held.run.pk).refusal_code == "not_confirmed"
    assert SyncRun.objects.get(pk=left.pk).state == "failed"


def test_a_source_is_looked_after_from_its_org_or_above_and_by_nobody_else(cast: Cast) -> None:
    Source.objects.update(scope_org=cast.school)
    may = {name for name, person in cast.people().items() if sources_open_to(person).exists()}
    assert may == {"hanh", "thu", "son", "ha", "tu", "phuc"}
    Source.objects.update(scope_org=cast.so)
    assert {name for name, person in cast.people().items() if sources_open_to(person).exists()} == {"son", "ha", "tu"}
    Source.objects.update(scope_org=None)
    assert {name for name, person in cast.people().items() if sources_open_to(person).exists()} == {"son", "ha", "tu"}


def test_the_valves_of_a_run_are_kept_with_it(held: Outcome) -> None:
    assert open_in(held) == {"orgs_gone"}
    stored = SyncRun.objects.get(pk=held.run.pk)
    assert stored.valves == held.run.valves
    assert {valve["valve"] for valve in stored.valves} > {"removed", "changed", "heads_gained"}


def _age(run: SyncRun, *, days: int, path: Path | None = None) -> None:
    at = timezone.now() - dt.timedelta(days=days)
    SyncRun.objects.filter(pk=run.pk).update(finished_at=at)
    if path and path.exists():
        os.utime(path, (at.timestamp(), at.timestamp()))
