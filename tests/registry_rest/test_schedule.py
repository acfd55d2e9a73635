"""Each source once a night, at its time in Vietnam; a missed night is made up for, and nobody waits for ever in silence."""

import asyncio
import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from chatserver.registry_sources import schedule
from registry.models import AuditLine, Person, Source, SyncRun
from registry.sync.rest.calling import Call, Reply
from registry.sync.rest.due import due_sources, latest_time
from registry.sync.rest.pulling import NotDue, Pull
from registry.sync.rest.sources import set_up
from tests.cast import Cast
from tests.registry_rest.conftest import source_of
from tests.registry_rest.provider import Provider
from tests.wire import database_url

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
NIGHT = dt.datetime(2026, 11, 24, 2, 30, tzinfo=VIETNAM)


@pytest.fixture
def nightly(db: None) -> Source:
    return Source.objects.create(name="CSDL ngành", kind="rest", runs_at=dt.time(2, 30))


def ran(source: Source, at: dt.datetime, **fields: object) -> SyncRun:
    run = SyncRun.objects.create(source=source, trigger="schedule", **({"state": "applied"} | fields))
    SyncRun.objects.filter(pk=run.pk).update(started_at=at)
    return run


def is_due(at: dt.datetime) -> bool:
    return bool(due_sources(at))


@pytest.mark.parametrize(
    ("now", "last"),
    [
        ("2026-11-24T02:29", "2026-11-23T02:30"),
        ("2026-11-24T02:30", "2026-11-24T02:30"),
        ("2026-11-24T23:59", "2026-11-24T02:30"),
        ("2026-11-25T00:01", "2026-11-24T02:30"),
    ],
)
def test_the_time_is_vietnams(now: str, last: str) -> None:
    at = dt.datetime.fromisoformat(now).replace(tzinfo=VIETNAM).astimezone(dt.UTC)
    assert latest_time(dt.time(2, 30), at) == dt.datetime.fromisoformat(last).replace(tzinfo=VIETNAM)


def test_once_a_night_and_no_more(nightly: Source) -> None:
    ran(nightly, NIGHT - dt.timedelta(hours=23))
    assert not is_due(NIGHT - dt.timedelta(minutes=1))
    assert is_due(NIGHT)
    ran(nightly, NIGHT + dt.timedelta(minutes=1))
    assert not is_due(NIGHT + dt.timedelta(hours=20))
    assert is_due(NIGHT + dt.timedelta(days=1))


def test_a_missed_night_is_made_up_for_once(nightly: Source) -> None:
    ran(nightly, NIGHT - dt.timedelta(days=3))
    noon = NIGHT + dt.timedelta(hours=10)
    assert is_due(noon)
    ran(nightly, noon)
    assert not is_due(noon + dt.timedelta(hours=2))


@pytest.mark.parametrize(
    ("fields", "again"),
    [
        ({"state": "refused", "refusal_code": "provider_unreachable"}, True),
        ({"state": "failed"}, True),
        ({"state": "refused", "refusal_code": "provider_denied"}, False),
        ({"state": "refused", "refusal_code": "missing_column"}, False),
        ({"state": "held"}, False),
        ({"state": "received"}, False),
    ],
)
def test_what_may_pass_is_tried_again_the_same_night(nightly: Source, fields: dict[str, str], again: bool) -> None:
    at = NIGHT + dt.timedelta(minutes=5)
    ran(nightly, at, **fields)
    assert not is_due(at + dt.timedelta(minutes=50))
    assert is_due(at + dt.timedelta(hours=1)) == again


def test_it_is_not_tried_all_night(nightly: Source) -> None:
    for hour in range(4):
        ran(nightly, NIGHT + dt.timedelta(hours=hour), state="refused", refusal_code="provider_too_slow")
    assert not is_due(NIGHT + dt.timedelta(hours=12))


def test_only_rest_sources_with_a_time_are_pulled(nightly: Source) -> None:
    Source.objects.create(name="tải lên", kind="csv", runs_at=dt.time(2, 30))
    Source.objects.create(name="khi cần", kind="rest")
    assert due_sources(NIGHT) == [nightly]


def test_a_running_server_pulls_what_is_due_once(
    committed_cast: Cast, provider: Provider, tmp_path: Path, monkeypatch, settings
) -> None:
    """Two servers look at the same moment; one of them pulls."""
    source = source_of(provider)
    set_up(source, by=None, runs_at=dt.time(0, 0))
    monkeypatch.setenv("DATABASE_URL", database_url())
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("OUTSIDE_TEST_HOSTS", f"127.0.0.1:{provider.port}")

    async def two_servers() -> None:
        stop = asyncio.Event()
        await asyncio.gather(schedule._Schedule(stop).look(), schedule._Schedule(stop).look())

    asyncio.run(two_servers())
    assert [run.trigger for run in SyncRun.objects.filter(source=source)] == ["schedule"]
    assert Person.objects.filter(source=source).count() == 5
    assert due_sources() == []


def test_who_comes_second_finds_nothing_to_do(nightly: Source, folder: Path) -> None:
    """It saw that the time had come, and got its turn when the other was done."""
    set_up(nightly, by=None, runs_at=dt.time(0, 0))
    ran(nightly, timezone.now())
    with pytest.raises(NotDue):
        Pull(nightly, _nobody, folder=folder).run(apply=True, trigger=SyncRun.Trigger.SCHEDULE)


def _nobody(call: Call) -> Reply:
    raise AssertionError("nobody is called")


def test_a_refused_night_is_in_the_audit(committed_cast: Cast, provider: Provider, tmp_path: Path, monkeypatch) -> None:
    source = source_of(provider)
    set_up(source, by=None, runs_at=dt.time(0, 0), secret="another")
    monkeypatch.setenv("DATABASE_URL", database_url())
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("OUTSIDE_TEST_HOSTS", f"127.0.0.1:{provider.port}")
    asyncio.run(schedule._Schedule(asyncio.Event()).look())
    run = SyncRun.objects.get(source=source)
    assert (run.state, run.refusal_code) == ("refused", "provider_denied")
    line = AuditLine.objects.get(act="registry.pull_refused")
    assert (line.subject, line.details) == (f"sync_run:{run.pk}", {"code": "provider_denied"})
    assert due_sources() == [], "a wrong secret is no better in an hour"


def test_a_server_that_is_told_to_stop_does_not_wait_for_a_pull(
    committed_cast: Cast, provider: Provider, tmp_path: Path, monkeypatch
) -> None:
    async def hang(request: object, collection: str) -> None:
        await asyncio.sleep(60)

    provider.misdeed = hang
    source = source_of(provider)
    set_up(source, by=None, runs_at=dt.time(0, 0))
    monkeypatch.setenv("DATABASE_URL", database_url())
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("OUTSIDE_TEST_HOSTS", f"127.0.0.1:{provider.port}")

    async def stopped_in_the_middle() -> None:
        stop = asyncio.Event()
        looking = asyncio.create_task(schedule._Schedule(stop).look())
        while not provider.asked:
            await asyncio.sleep(0.05)
        stop.set()
        await asyncio.wait_for(looking, 20)

    asyncio.run(stopped_in_the_middle())
    assert not SyncRun.objects.filter(source=source).exists()
    assert [each.pk for each in due_sources()] == [source.pk], "it goes on when a server looks again"
    assert (tmp_path / "pulls" / str(source.pk) / "state.json").exists()
