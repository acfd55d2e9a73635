"""A provider is read because somebody pressed the button: what it gives is shown first, and applied when told."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from registry.models import Org, Person, Source
from tests.registry.parcel import a_school
from tests.registry_api.conftest import Office
from tests.registry_rest.conftest import source_of
from tests.registry_rest.provider import Provider, objects_of


@pytest.fixture
def provider(tmp_path: Path, settings: Any) -> Iterator[Provider]:
    parcel = a_school()
    with Provider(objects_of(parcel.write(tmp_path / "school.zip"))) as provider:
        settings.OUTSIDE_TEST_HOSTS = [f"127.0.0.1:{provider.port}"]
        settings.DATA_DIR = tmp_path
        yield provider


@pytest.fixture
def source(office: Office, provider: Provider) -> Source:
    """The provider's school stands in a tree of its own; the Sở looks after it."""
    source = source_of(provider)
    source.scope_org = Org.objects.get(sourced_id="so")
    source.save()
    return source


def test_what_is_read_is_shown_and_then_applied(office: Office, source: Source) -> None:
    client = office.browser("son")
    begun = client.post(f"/api/registry/sources/{source.pk}/pull")
    assert (begun.status_code, begun.json()["state"]) == (202, "received")
    shown = office.over(client, begun.json()["id"])
    assert shown["state"] == "dry_run", shown
    assert shown["started_by"]["name"] == Person.objects.get(sourced_id="son").name
    assert not Person.objects.filter(source=source).exists()


def test_a_provider_that_lets_nobody_in_leaves_a_run_that_says_so(office: Office, source: Source) -> None:
    Source.objects.filter(pk=source.pk).update(client_id="ai-đó")
    client = office.browser("son")
    run = office.over(client, client.post(f"/api/registry/sources/{source.pk}/pull").json()["id"])
    assert (run["state"], run["code"], run["may"]) == ("refused", "provider_denied", [])
    assert run["detail"].startswith("Nguồn")
