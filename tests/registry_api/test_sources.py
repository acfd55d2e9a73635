"""Sources as they are set up from the app: by an administrator above, at an address that is called, with a sealed secret."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from registry.models import AuditLine, Org, Source, SyncRun
from registry.sync.rest.sealing import opened
from tests.registry_api.conftest import Office

ADDRESS = "https://csdl.example.edu.vn/ims/oneroster/rostering/v1p2"
ACCESS = {
    "endpoint": ADDRESS,
    "token_endpoint": "https://csdl.example.edu.vn/token",
    "client_id": "trong-truong",
    "secret": "một-bí-mật",
}


def org(name: str) -> int:
    return Org.objects.get(sourced_id=name).pk


def make(client: Client, **fields: Any) -> Any:
    given = {"name": "CSDL ngành", "kind": "rest", "scope": org("xa")} | fields
    return client.post("/api/registry/sources", given, content_type="application/json")


def change(client: Client, source: int, **fields: Any) -> Any:
    return client.patch(f"/api/registry/sources/{source}", fields, content_type="application/json")


def test_a_rest_source_is_set_up_and_its_secret_is_told_to_nobody(office: Office) -> None:
    client = office.browser("tu")
    answer = make(client, **ACCESS, runs_at="02:30")
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert told["access"] == {
        "endpoint": ADDRESS,
        "token_endpoint": ACCESS["token_endpoint"],
        "client_id": "trong-truong",
        "has_secret": True,
        "version": "1.2",
    }
    assert (told["runs_at"], told["may"], told["scope"]["id"]) == ("02:30", ["pull", "set_up"], org("xa"))
    assert told["next_run_at"]
    source = Source.objects.get(pk=told["id"])
    assert opened(bytes(source.client_secret)) == "một-bí-mật"
    everything = [
        answer.content,
        client.get("/api/registry/sources").content,
        client.get(f"/api/registry/sources/{source.pk}").content,
        json.dumps(list(AuditLine.objects.values_list("act", "subject", "details"))).encode(),
    ]
    assert not [each for each in everything if "bí-mật" in each.decode() or "b\\u00ed" in each.decode()]
    assert list(AuditLine.objects.order_by("pk").values_list("act", flat=True))[-2:] == [
        "registry.source_made",
        "registry.source_set_up",
    ]


@pytest.mark.parametrize(
    "address",
    ["http://csdl.example.edu.vn/v1p2", "https://127.0.0.1/v1p2", "https://localhost:8000/", "file:///etc/passwd", "x"],
)
def test_an_address_that_is_not_called_is_refused(office: Office, address: str) -> None:
    client = office.browser("tu")
    for field in ("endpoint", "token_endpoint"):
        answer = make(client, **(ACCESS | {field: address}))
        assert (answer.status_code, answer.json()["code"]) == (400, "address_not_allowed"), address
        assert answer.json()["facts"] == {"field": field}
    assert Source.objects.count() == 1


def test_another_address_wants_the_secret_again(office: Office) -> None:
    client = office.browser("tu")
    source = make(client, **ACCESS).json()["id"]
    elsewhere = "https://elsewhere.example.edu.vn/token"
    refused = change(client, source, token_endpoint=elsewhere)
    assert (refused.status_code, refused.json()["code"]) == (409, "secret_wanted")
    assert Source.objects.get(pk=source).token_endpoint == ACCESS["token_endpoint"]
    assert change(client, source, token_endpoint=elsewhere, secret="mới").status_code == 200
    changed = change(client, source, runs_at="03:00", name="CSDL tỉnh").json()
    assert (changed["runs_at"], changed["name"]) == ("03:00", "CSDL tỉnh")
    assert change(client, source, runs_at=None).json()["next_run_at"] is None
    assert opened(bytes(Source.objects.get(pk=source).client_secret)) == "mới"


def test_sources_are_for_orgs_below_ones_own(office: Office) -> None:
    client = office.browser("thu")
    assert client.get("/api/registry/scopes").json() == {"scopes": [], "truncated": False}
    assert make(client, scope=org("t0")).status_code == 404
    assert not client.get("/api/registry/sources").json()["may_add"]
    above = office.browser("son")
    names = {each["name"] for each in above.get("/api/registry/scopes").json()["scopes"]}
    assert names == set(Org.objects.values_list("name", flat=True))
    [found] = above.get("/api/registry/scopes", {"search": "don vi T1"}).json()["scopes"]
    assert found["id"] == org("t1")
    assert make(above, scope=2**40).status_code == 404


def test_whoever_feeds_a_source_does_not_set_it_up(office: Office) -> None:
    office.of_school()
    head = office.browser("head0")
    [told] = head.get("/api/registry/sources").json()["sources"]
    assert (told["may"], told["access"]) == (["send"], None)
    assert change(head, told["id"], name="của tôi").status_code == 404
    assert change(office.browser("son"), told["id"], name="của trường").status_code == 200


def test_a_school_has_one_source_for_lists(office: Office) -> None:
    client = office.browser("son")
    assert make(client, kind="sheet", name="Danh sách").json()["facts"] == {"field": "scope"}
    told = make(client, kind="sheet", name="Danh sách", scope=org("t0"))
    assert (told.status_code, told.json()["may"]) == (201, ["send", "set_up"])
    again = make(client, kind="sheet", name="Danh sách nữa", scope=org("t0"))
    assert (again.status_code, again.json()["code"]) == (409, "source_exists")
    taken = make(client, kind="csv", name="Danh sách", scope=org("t1"))
    assert (taken.status_code, taken.json()["code"]) == (409, "source_name_taken")
    assert make(client, kind="csv", name="Gói", scope=org("t1"), endpoint=ADDRESS).status_code == 400
    assert Source.objects.count() == 2


def test_what_is_not_set_up_is_not_read(office: Office) -> None:
    client = office.browser("son")
    source = make(client).json()
    assert source["may"] == ["send", "set_up"]
    answer = client.post(f"/api/registry/sources/{source['id']}/pull")
    assert (answer.status_code, answer.json()["code"]) == (409, "source_not_set_up")
    assert not SyncRun.objects.filter(source=source["id"]).exists()


def test_the_list_costs_the_same_for_one_source_to_set_up_and_for_many(office: Office) -> None:
    client = office.browser("son")
    counts = []
    for number in range(4):
        make(client, name=f"nguồn {number}", **ACCESS)
        with CaptureQueriesContext(connection) as queries:
            client.get("/api/registry/sources")
        counts.append(len(queries))
    assert len(set(counts)) == 1
