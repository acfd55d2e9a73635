"""What a provider holds is what the registry holds afterwards, and nothing more is asked for."""

import datetime as dt
import stat
import time
from itertools import pairwise
from pathlib import Path

import pytest
from aiohttp import web
from django.core.management import call_command
from django.db import transaction

from registry.models import Enrolment, GuardianLink, Person, Source, SyncRun
from registry.sync.rest.limits import Limits
from registry.sync.rest.provider import SCOPES
from registry.sync.rest.sources import set_up
from registry.sync.rest.turn import AlreadyPulling, turn_of
from registry.sync.run import Request, sync_package
from rooms.models import Member
from tests.delivery.certificate import certificate
from tests.registry.conftest import moved
from tests.registry_rest.conftest import pulled, source_of
from tests.registry_rest.provider import BASE_1_1, SECRET, Provider, objects_of
from tests.registry_rest.state import state_of


@pytest.mark.parametrize("paging", ["links and total", "neither"])
def test_a_full_pull_says_what_the_same_rows_say_in_csv(db: None, small_path: Path, tmp_path, settings, paging) -> None:
    with transaction.atomic():
        csv_source = sync_package(Request(small_path, apply=True, source="CSDL ngành")).run.source
        expected = state_of(csv_source)
        transaction.set_rollback(True)
    assert len(expected["users"]) > 1000
    assert len(expected["members"]) > 1000

    with Provider(objects_of(small_path)) as provider:
        settings.OUTSIDE_TEST_HOSTS = [f"127.0.0.1:{provider.port}"]
        provider.has_links, provider.has_total = "links" in paging, "total" in paging
        source = source_of(provider)
        outcome = pulled(source, tmp_path / "pulls", page_rows=500)

    assert (outcome.run.state, outcome.run.refusal_code) == (SyncRun.State.APPLIED, "")
    found = state_of(source)
    for name, rows in expected.items():
        assert found[name] == rows, name


@pytest.mark.parametrize("paging", ["total alone", "links alone"])
def test_either_way_of_paging_is_enough(pull, provider: Provider, paging: str) -> None:
    provider.has_links, provider.has_total = "links" in paging, "total" in paging
    assert pull().run.state == SyncRun.State.APPLIED
    assert (Person.objects.count(), Enrolment.objects.count()) == (5, 3)


def test_a_provider_that_gives_less_than_asked_is_read_to_its_end(pull, provider: Provider) -> None:
    provider.most = 1
    provider.has_links = False
    assert pull(page_rows=1000).run.state == SyncRun.State.APPLIED
    assert Enrolment.objects.count() == 3
    assert provider.pages()["users"] == 5


def test_only_what_is_kept_is_asked_for_and_nothing_else_is_kept(pull, provider: Provider, folder: Path) -> None:
    seen: list[str] = []

    async def look(request: web.Request, collection: str) -> None:
        seen.extend(path.read_text() for path in folder.glob("*/*.csv"))

    provider.misdeed = look
    provider.heeds_fields = False
    pull()
    asked = next(query for path, query in provider.asked if path.endswith("users"))["fields"].split(",")
    assert {"sourcedId", "status", "dateLastModified", "roles", "agents", "givenName"} <= set(asked)
    assert not {"password", "userIds", "demographics", "userProfiles", "pronouns"} & set(asked)
    assert {path.rpartition("/")[2] for path, _query in provider.asked} == set(provider.data)
    assert any("an," in text for text in seen), "the spool held people while it was read"
    assert not any("lộ-mật-khẩu" in text or "024000000001" in text for text in seen)
    assert set(provider.scopes) == {SCOPES}


def test_the_spool_is_nobody_elses_and_gone_afterwards(pull, source: Source, provider: Provider, folder: Path) -> None:
    modes: set[int] = set()

    async def look(request: web.Request, collection: str) -> None:
        modes.update(stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*/*"))
        modes.update({stat.S_IMODE((folder / str(source.pk)).stat().st_mode)})

    provider.misdeed = look
    pull()
    assert modes == {0o600, 0o700}
    assert not (folder / str(source.pk)).exists()


def test_a_provider_that_knows_neither_order_nor_fields_is_asked_plainly(pull, provider: Provider) -> None:
    provider.knows_fields = False
    assert pull().run.state == SyncRun.State.APPLIED
    assert Person.objects.count() == 5
    assert "fields" not in provider.asked[-1][1]


def test_a_dry_run_changes_nothing(pull, source: Source) -> None:
    outcome = pull(apply=False)
    assert outcome.run.state == SyncRun.State.DRY_RUN
    assert outcome.counts["users"]["added"] == 5
    assert not Person.objects.exists()
    source.refresh_from_db()
    assert source.seen_until == {}


def test_a_second_full_pull_changes_nothing(pull) -> None:
    assert moved(pull())["users"] == {"added": 5}
    assert moved(pull(is_full=True)) == {}


def test_who_is_gone_from_a_full_pull_is_gone_here(pull, provider: Provider) -> None:
    pull()
    assert Member.objects.filter(person__sourced_id="hoa").exists()
    del provider.data["enrollments"]["3a.binh"]
    provider.data["enrollments"]["3a.an"]["status"] = "tobedeleted"
    assert moved(pull(is_full=True)) == {"enrollments": {"removed": 2}}
    assert not Member.objects.filter(person__sourced_id="hoa").exists()


def test_users_as_1_1_has_them_get_their_roles_from_their_orgs(source: Source, pull, provider: Provider) -> None:
    """It is not asked for fields by name: those of 1.2 are not there, and the others would be left out."""
    set_up(source, by=None, endpoint=provider.origin + BASE_1_1)
    for user in provider.data["users"].values():
        first, *_rest = user.pop("roles")
        user |= {"role": first["role"], "orgs": [first["org"]]}
    pull()
    assert GuardianLink.objects.filter(state="active").count() == 2
    assert Member.objects.filter(person__sourced_id="lan").exists()


def test_over_tls_with_a_certificate_that_is_trusted(db: None, provider: Provider, tmp_path, settings) -> None:
    server, client = certificate(tmp_path)
    with Provider(provider.data, tls=server) as secured:
        settings.OUTSIDE_TEST_HOSTS = [f"127.0.0.1:{secured.port}"]
        source = source_of(secured)
        stranger = pulled(source, tmp_path / "pulls")
        assert stranger.run.refusal_code == "provider_unreachable", "a certificate that nobody vouches for"
        assert pulled(source, tmp_path / "pulls", tls=client).run.state == SyncRun.State.APPLIED


def test_a_provider_is_never_pressed(source: Source, provider: Provider, folder: Path) -> None:
    """Ten requests a second at most, whatever the pages hold."""
    assert Limits().a_second == 10
    pulled(source, folder, a_second=50, sleep=time.sleep)
    gaps = [later - earlier for earlier, later in pairwise(provider.times)]
    assert sum(gaps) / len(gaps) >= 0.9 / 50


def test_a_token_that_ends_in_the_middle_is_renewed(pull, provider: Provider) -> None:
    """Also one that ends before the time it was given."""
    calls = 0

    async def misdeed(request: web.Request, collection: str) -> web.Response | None:
        nonlocal calls
        calls += 1
        if calls in {3, 7}:
            return web.json_response({}, status=401)
        return None

    provider.misdeed = misdeed
    assert pull().run.state == SyncRun.State.APPLIED
    assert len(provider.tokens) == 3


def test_one_pull_of_a_source_at_a_time(pull, source: Source, folder: Path) -> None:
    with turn_of(source, folder), pytest.raises(AlreadyPulling):
        pull()
    assert pull().run.state == SyncRun.State.APPLIED


def test_a_source_that_is_not_set_up_is_refused_and_nobody_is_called(db: None, provider: Provider, folder) -> None:
    source = Source.objects.create(name="trống", kind="rest")
    assert pulled(source, folder).run.refusal_code == "source_not_set_up"
    assert provider.asked == []


def test_the_command_pulls_and_prints_no_secret(
    transactional_db: None, provider: Provider, settings, tmp_path, capsys
) -> None:
    settings.DATA_DIR = tmp_path
    source = source_of(provider)
    call_command("pull_registry", source.name, "--apply", "--language", "en")
    call_command("registry_source")
    told = capsys.readouterr()
    assert "Applied" in told.out
    assert "with a secret" in told.out
    assert SECRET not in told.out + told.err
    assert Person.objects.count() == 5
    source.refresh_from_db()
    assert source.heard_at is not None
    assert dt.datetime.now(dt.UTC) - source.heard_at < dt.timedelta(minutes=5)
