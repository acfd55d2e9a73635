"""After the first full pull only what changed is asked for; nothing is gone by being left out."""

import datetime as dt
from pathlib import Path

import pytest
from aiohttp import web
from django.utils import timezone

from registry.models import Person, Role, Source, SyncRun
from registry.sync.rest.limits import FULL_EVERY
from registry.sync.rest.sources import set_up
from rooms.models import Member
from tests.registry.conftest import codes, moved
from tests.registry_rest.conftest import pulled
from tests.registry_rest.provider import WRITTEN, Provider
from tests.registry_rest.state import state_of

LATER = "2026-09-02T03:00:00.000Z"


@pytest.fixture
def known(source: Source, provider: Provider, folder: Path) -> Source:
    """Pulled in full once."""
    assert pulled(source, folder).run.state == SyncRun.State.APPLIED
    provider.forget()
    return source


def filters(provider: Provider) -> set[str]:
    return {query.get("filter", "") for _path, query in provider.asked}


def test_the_newest_change_seen_is_what_is_asked_from(known: Source, pull, provider: Provider) -> None:
    """By the provider's clock, with ten minutes of overlap; ours is three months ahead."""
    assert set(known.seen_until) == {*provider.data, "full"}
    pull()
    assert filters(provider) == {"dateLastModified>'2026-08-31T23:50:00.000Z'"}
    provider.change("users", "an", LATER, givenName="An Nhiên")
    pull()
    provider.forget()
    pull()
    asked = {path.rpartition("/")[2]: query["filter"] for path, query in provider.asked}
    assert asked["users"] == "dateLastModified>'2026-09-02T02:50:00.000Z'"
    assert asked["orgs"] == "dateLastModified>'2026-08-31T23:50:00.000Z'"


def test_what_changed_is_changed_and_nothing_else(known: Source, pull, provider: Provider) -> None:
    before = state_of(known)
    provider.change("users", "an", LATER, givenName="An Nhiên")
    provider.knows_filter = True
    # What was read in full long ago is not in the answer, and stays.
    for collection in provider.data.values():
        for item in collection.values():
            if item["dateLastModified"] == WRITTEN:
                item["dateLastModified"] = "2026-08-01T00:00:00.000Z"
    outcome = pull()
    assert (outcome.run.state, outcome.run.mode) == (SyncRun.State.APPLIED, "delta")
    assert moved(outcome) == {"users": {"changed": 1}}
    assert Person.objects.get(sourced_id="an").given_name == "An Nhiên"
    assert state_of(known)["members"] == before["members"]
    assert Person.objects.filter(status="active").count() == 5


def test_nothing_new_is_a_run_that_changes_nothing(known: Source, pull, provider: Provider) -> None:
    for collection in provider.data.values():
        for item in collection.values():
            item["dateLastModified"] = "2026-08-01T00:00:00.000Z"
    heard = Source.objects.get(pk=known.pk).heard_at
    outcome = pull()
    assert outcome.run.state == SyncRun.State.APPLIED
    assert moved(outcome) == {}
    assert Source.objects.get(pk=known.pk).heard_at > heard


def test_what_is_called_gone_is_gone(known: Source, pull, provider: Provider) -> None:
    provider.change("enrollments", "3a.binh", LATER, status="tobedeleted")
    provider.change("users", "dung", LATER, status="tobedeleted", roles=[])
    outcome = pull()
    assert outcome.run.state == SyncRun.State.APPLIED
    assert Person.objects.get(sourced_id="dung").status == "tobedeleted"
    assert not Member.objects.filter(person__sourced_id="dung").exists()
    assert Member.objects.filter(person__sourced_id="hoa").exists()


def test_a_role_that_is_not_said_any_more_ends(known: Source, pull, provider: Provider) -> None:
    """Roles stand inside the user: the changed user says all of them."""
    assert Member.objects.filter(person__sourced_id="lan").exists()
    provider.change("users", "lan", LATER, roles=[])
    pull()
    assert Role.objects.get(person__sourced_id="lan").status == "tobedeleted"
    assert not Member.objects.filter(person__sourced_id="lan").exists()

    provider.change("users", "lan", "2026-09-03T03:00:00.000Z", roles=[_role("teacher")])
    pull()
    assert Role.objects.get(person__sourced_id="lan").status == "active"
    assert Member.objects.filter(person__sourced_id="lan").exists()


def test_a_new_pupil_comes_with_role_and_class(known: Source, pull, provider: Provider) -> None:
    name = {"givenName": "Cúc", "familyName": "Lê", "username": "cuc", "enabledUser": True}
    provider.change("users", "cuc", LATER, roles=[_role("student")], agents=[{"sourcedId": "hoa"}], **name)
    about = {"class": {"sourcedId": "3a"}, "school": {"sourcedId": "truong"}, "user": {"sourcedId": "cuc"}}
    provider.change("enrollments", "3a.cuc", LATER, role="student", **about)
    pull()
    assert Member.objects.filter(person__sourced_id="hoa", room__kind="guardians").exists()
    pulled_in_deltas = state_of(known)
    assert moved(pull(is_full=True)) == {}
    assert state_of(known) == pulled_in_deltas


def test_a_provider_that_reads_past_the_filter_is_noticed_and_works(known: Source, pull, provider: Provider) -> None:
    provider.change("users", "an", LATER, givenName="An Nhiên")
    for item in provider.data["orgs"].values():
        item["dateLastModified"] = "2026-08-01T00:00:00.000Z"
    provider.knows_filter = False
    outcome = pull()
    assert outcome.run.state == SyncRun.State.APPLIED
    assert "filter_ignored" in codes(outcome)
    assert outcome.run.issues.filter(code="filter_ignored", file="orgs.csv").exists()
    assert Person.objects.get(sourced_id="an").given_name == "An Nhiên"
    assert Person.objects.filter(status="active").count() == 5


def test_a_provider_that_refuses_the_filter_is_asked_for_everything(known: Source, pull, provider: Provider) -> None:
    async def misdeed(request: web.Request, collection: str) -> web.Response | None:
        return web.Response(status=400) if "filter" in request.query else None

    provider.misdeed = misdeed
    provider.change("users", "an", LATER, givenName="An Nhiên")
    assert pull().run.state == SyncRun.State.APPLIED
    assert Person.objects.get(sourced_id="an").given_name == "An Nhiên"


def test_a_total_of_everything_beside_a_filtered_list_does_not_stop_it(known: Source, pull, provider: Provider) -> None:
    async def misdeed(request: web.Request, collection: str) -> web.Response:
        answer = provider.honest(request, collection)
        answer.headers["X-Total-Count"] = "100000"
        return answer

    provider.misdeed = misdeed
    provider.change("users", "an", LATER, givenName="An Nhiên")
    assert pull().run.state == SyncRun.State.APPLIED
    assert Person.objects.get(sourced_id="an").given_name == "An Nhiên"


def test_once_a_week_everything_is_read_and_absence_counts_again(known: Source, pull, provider: Provider) -> None:
    del provider.data["enrollments"]["3a.binh"]
    pull()
    assert Member.objects.filter(person__sourced_id="dung").exists(), "nothing said that her child left"

    began = timezone.now() - FULL_EVERY - dt.timedelta(minutes=1)
    Source.objects.update(seen_until=Source.objects.get(pk=known.pk).seen_until | {"full": began.isoformat()})
    provider.forget()
    assert moved(pull()) == {"enrollments": {"removed": 1}}
    assert filters(provider) == {""}
    assert not Member.objects.filter(person__sourced_id="dung").exists()


def test_without_dates_of_change_everything_is_read_each_time(known: Source, pull, provider: Provider) -> None:
    del provider.data["users"]["an"]["dateLastModified"]
    outcome = pull(is_full=True)
    assert "no_change_dates" in codes(outcome)
    provider.forget()
    pull()
    assert filters(provider) == {""}


def test_a_change_dated_in_the_future_hides_no_later_one(known: Source, pull, provider: Provider) -> None:
    provider.change("users", "an", "2099-01-01T00:00:00.000Z", givenName="An Nhiên")
    pull()
    known.refresh_from_db()
    assert known.seen_until["users"].startswith("2026-09-01")


def test_what_was_refused_is_asked_for_again(known: Source, pull, provider: Provider) -> None:
    before = Source.objects.get(pk=known.pk).seen_until
    provider.change("users", "an", LATER, givenName="An Nhiên")

    async def misdeed(request: web.Request, collection: str) -> web.Response | None:
        return web.Response(text="<html>") if collection == "enrollments" else None

    provider.misdeed = misdeed
    assert pull().is_refused
    assert Source.objects.get(pk=known.pk).seen_until == before
    assert Person.objects.get(sourced_id="an").given_name == "An"
    provider.misdeed = None
    pull()
    assert Person.objects.get(sourced_id="an").given_name == "An Nhiên"


def test_another_provider_is_read_from_its_beginning(known: Source, pull, provider: Provider) -> None:
    set_up(known, by=None, endpoint=f"{provider.origin}/ims/../ims/oneroster/rostering/v1p2")
    assert Source.objects.get(pk=known.pk).seen_until == {}


def _role(word: str) -> dict[str, object]:
    return {"roleType": "primary", "role": word, "org": {"sourcedId": "truong", "type": "org"}}
