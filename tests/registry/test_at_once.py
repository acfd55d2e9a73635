"""Two imports of one source: one waits, and what it read against the older generation it reads again."""

import threading
from pathlib import Path

import pytest
from django.db import close_old_connections, connections, transaction

from registry.models import Person, Source, SyncRun
from registry.sync.run import Outcome, Request, sync_package
from tests.registry.conftest import moved
from tests.registry.parcel import a_school

pytestmark = pytest.mark.django_db(transaction=True)


def _in_thread(request: Request, outcomes: list[Outcome]) -> threading.Thread:
    def work() -> None:
        try:
            outcomes.append(sync_package(request))
        finally:
            close_old_connections()
            connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_the_second_waits_and_compares_anew(tmp_path: Path) -> None:
    parcel = a_school()
    sync_package(Request(parcel.write(tmp_path / "0.zip"), apply=True, source="test"))
    parcel.person("moi", "teacher", "truong")
    request = Request(parcel.write(tmp_path / "1.zip"), apply=True, source="test")
    outcomes: list[Outcome] = []
    with transaction.atomic():
        # Somebody else's import of the source is about to commit.
        source = Source.objects.select_for_update(no_key=True).get()
        thread = _in_thread(request, outcomes)
        thread.join(3)
        assert thread.is_alive()
        SyncRun.objects.create(source=source, state=SyncRun.State.APPLIED, file_sha256="0" * 64)
    thread.join(30)
    assert moved(outcomes[0])["users"] == {"added": 1}
    assert Person.objects.filter(sourced_id="moi").count() == 1


def test_the_same_package_twice_at_once_is_applied_once(tmp_path: Path) -> None:
    Source.objects.create(name="test")
    request = Request(a_school().write(tmp_path / "1.zip"), apply=True, source="test")
    outcomes: list[Outcome] = []
    for thread in [_in_thread(request, outcomes) for _ in range(2)]:
        thread.join(60)
    assert len(outcomes) == 2
    assert sorted(outcome.is_repeat for outcome in outcomes) == [False, True]
    assert Person.objects.count() == 5
