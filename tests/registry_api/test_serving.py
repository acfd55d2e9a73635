"""A real server takes a package in, works on it beside its requests, and tells those whom it concerns."""

import json
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from registry.models import Account, Person
from tests.registry_api.conftest import SECONDS, Office
from tests.wire import Server, serving, session_for

TOKEN = "c" * 32


class _Browser:
    """One person's requests to the server."""

    def __init__(self, server: Server, office: "_Accounts", name: str) -> None:
        self.session = session_for(office, Person.objects.get(sourced_id=name))  # type: ignore[arg-type]
        self._url = f"{server.url}/api/registry"

    def ask(self, path: str, body: bytes | None = None, kind: str = "application/json") -> tuple[int, dict[str, Any]]:
        headers = {"Cookie": f"sid={self.session}; csrf={TOKEN}", "X-CSRFToken": TOKEN, "Content-Type": kind}
        request = urllib.request.Request(f"{self._url}/{path}", body, headers | {"Origin": "http://127.0.0.1:8000"})
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as refused:
            return refused.code, json.loads(refused.read())

    def over(self, run: int) -> dict[str, Any]:
        deadline = time.monotonic() + SECONDS
        while (told := self.ask(f"runs/{run}")[1])["state"] == "received" and time.monotonic() < deadline:
            time.sleep(0.1)
        return told


class _Accounts:
    def account(self, person: Person) -> Account:
        return Account.objects.get_or_create(person=person, defaults={"username": person.sourced_id})[0]


@pytest.mark.django_db(transaction=True)
def test_from_upload_to_a_teachers_socket(transactional_db: None, tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.parcel.drop("enrollments", "c0.gv0")
    package = SimpleUploadedFile("a.zip", office.parcel.write(tmp_path / "up.zip").read_bytes())
    form = encode_multipart(BOUNDARY, {"package": package})
    with serving() as server:
        officer, teacher = _Browser(server, _Accounts(), "son"), _Browser(server, _Accounts(), "gv0")
        path = f"sources/{office.source.pk}/packages"
        assert teacher.ask(path, form, MULTIPART_CONTENT)[0] == 404
        with server.socket(teacher.session) as socket:
            status, run = officer.ask(path, form, MULTIPART_CONTENT)
            assert status == 202, run
            assert officer.over(run["id"])["may"] == ["apply", "decline"]
            socket.expect_nothing("access.changed", seconds=0.5)
            assert officer.ask(f"runs/{run['id']}/apply", b"{}")[0] == 202
            assert officer.over(run["id"])["state"] == "applied"
            assert socket.next_event("access.changed", seconds=SECONDS)
