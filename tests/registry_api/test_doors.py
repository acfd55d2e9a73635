"""Who may not: teachers, parents, pupils' heads of other schools, officers of elsewhere, and nobody."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from registry.models import Person, Source, SyncRun
from registry.sync import holding
from tests.registry_api.conftest import Office

STRANGERS = ("gv0", "hs0-0", "ph-hs0-0", "head1", "gv1")


@pytest.fixture
def waiting(office: Office) -> SyncRun:
    """A dry run of a source that speaks for one school."""
    office.of_school()
    son = Person.objects.get(sourced_id="son")
    run = holding.receive(
        office.source, [office.parcel.write(office.folder / "w.zip").read_bytes()], by=son, rollover=False
    )
    return holding.look(run, progress=lambda _stage, _done: None).run


def _doors(source: int, run: int) -> list[tuple[str, str]]:
    return [
        ("GET", f"sources/{source}"),
        ("PATCH", f"sources/{source}"),
        ("POST", f"sources/{source}/packages"),
        ("POST", f"sources/{source}/lists"),
        ("POST", f"sources/{source}/pull"),
        ("GET", f"runs/{run}"),
        ("GET", f"runs/{run}/conflicts"),
        ("GET", f"runs/{run}/mapping"),
        ("POST", f"runs/{run}/mapping"),
        ("POST", f"runs/{run}/apply"),
        ("POST", f"runs/{run}/confirm"),
        ("POST", f"runs/{run}/decline"),
        ("POST", f"runs/{run}/rollback"),
        *(("GET", f"runs/{run}/report?as={kind}") for kind in ("json", "csv", "page")),
    ]


def _try(office: Office, client: Client, method: str, path: str) -> int:
    if path.endswith("/packages"):
        return int(office.send(client, office.parcel).status_code)
    answer = client.generic(method, f"/api/registry/{path}", b'{"reason": "x"}', content_type="application/json")
    return int(answer.status_code)


@pytest.mark.parametrize("name", STRANGERS)
def test_strangers_find_nothing_here(office: Office, waiting: SyncRun, name: str) -> None:
    client = office.browser(name)
    before = list(SyncRun.objects.order_by("pk").values_list("pk", "state"))
    assert client.get("/api/registry/sources").json()["sources"] == []
    for method, path in _doors(office.source.pk, waiting.pk):
        assert _try(office, client, method, path) == 404, (name, method, path)
    assert list(SyncRun.objects.order_by("pk").values_list("pk", "state")) == before


@pytest.mark.parametrize("name", STRANGERS)
def test_strangers_set_nothing_up(office: Office, waiting: SyncRun, name: str) -> None:
    client = office.browser(name)
    assert client.get("/api/registry/scopes").json()["scopes"] == []
    body = {"name": "của tôi", "kind": "csv", "scope": office.source.scope_org_id}
    assert client.post("/api/registry/sources", body, content_type="application/json").status_code == 404
    assert Source.objects.count() == 1


def test_nobody_is_asked_to_sign_in(office: Office, waiting: SyncRun) -> None:
    assert Client().get("/api/registry/sources").status_code == 401
    for method, path in _doors(office.source.pk, waiting.pk):
        assert _try(office, Client(), method, path) == 401, (method, path)


@pytest.mark.parametrize("name", ["head0", "thu", "son", "tu"])
def test_who_looks_after_it_finds_it(office: Office, waiting: SyncRun, name: str) -> None:
    client = office.browser(name)
    assert [source["id"] for source in client.get("/api/registry/sources").json()["sources"]] == [office.source.pk]
    for method, path in _doors(office.source.pk, waiting.pk):
        # What came as a package has no columns to be asked about.
        if method == "GET" and not path.endswith("/mapping"):
            assert _try(office, client, method, path) == 200, (name, path)


def test_a_right_that_ended_ends_here_too(office: Office, waiting: SyncRun) -> None:
    client = office.browser("head0")
    assert client.get(f"/api/registry/runs/{waiting.pk}").status_code == 200
    Person.objects.get(sourced_id="head0").roles.update(role="teacher")
    assert client.get(f"/api/registry/runs/{waiting.pk}").status_code == 404


def test_the_list_costs_the_same_for_one_source_and_for_many(office: Office) -> None:
    client = office.browser("son")
    counts = []
    for number in range(6):
        with CaptureQueriesContext(connection) as queries:
            assert len(client.get("/api/registry/sources").json()["sources"]) == number + 1
        counts.append(len(queries))
        other = Source.objects.create(name=f"nguồn {number}", scope_org=office.source.scope_org)
        SyncRun.objects.create(source=other, file_sha256="0" * 64, started_by=Person.objects.get(sourced_id="son"))
    assert len(set(counts)) == 1
