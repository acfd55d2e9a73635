"""A province imported from a package, and browsers of those who look after it."""

import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from registry.models import Account, Org, Person, Source
from registry.sync.run import Request, sync_package
from tests.registry.parcel import Parcel
from tests.registry.test_valves import a_province

SECONDS = 30


class Office:
    """The province as it was first imported, and the doors to it."""

    def __init__(self, folder: Path, parcel: Parcel | None = None) -> None:
        self.folder = folder
        self.parcel = parcel or a_province(pupils=2)
        for name in ("son", "ha"):
            self.parcel.person(name, "districtAdministrator", "so")
        self.parcel.person("tu", "systemAdministrator", "so")
        self.parcel.person("thu", "siteAdministrator", "t0")
        path = self.parcel.write(folder / "first.zip")
        self.first = sync_package(Request(path, apply=True, source="test")).run
        self.source = Source.objects.get()

    def of_school(self) -> None:
        """From now on the source speaks for the first school only: one person decides."""
        Source.objects.update(scope_org=Org.objects.get(sourced_id="t0"))

    def browser(self, name: str) -> Client:
        person = Person.objects.get(sourced_id=name)
        account = Account.objects.filter(person=person).first() or Account.objects.create_user(name, person=person)
        client = Client()
        client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    def send(self, client: Client, parcel: Parcel, query: str = "", **fields: Any) -> Any:
        """Upload a package; the answer."""
        data = parcel.write(self.folder / "up.zip").read_bytes()
        form = {"package": SimpleUploadedFile("gói.zip", data, content_type="application/zip"), **fields}
        return client.post(f"/api/registry/sources/{self.source.pk}/packages{query}", form)

    def order(self, client: Client, run: int, order: str, **body: Any) -> Any:
        return client.post(f"/api/registry/runs/{run}/{order}", body, content_type="application/json")

    def over(self, client: Client, run: int) -> dict[str, Any]:
        """The run, once it is no longer being worked on."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            answer = client.get(f"/api/registry/runs/{run}")
            assert answer.status_code == 200, answer.content
            if answer.json()["state"] != "received":
                return dict(answer.json())
            time.sleep(0.05)
        raise AssertionError("the run is not over")


@pytest.fixture
def office(transactional_db: None, tmp_path: Path) -> Office:
    return Office(tmp_path)
