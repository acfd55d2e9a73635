"""Browsers on a running server, and how they send packages to it."""

import json
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, encode_multipart

from registry.models import Account, Person
from tests.registry.parcel import Parcel
from tests.registry_api.conftest import SECONDS
from tests.wire import Server, session_for

TOKEN = "c" * 32


class Browser:
    """One person's requests to the server."""

    def __init__(self, server: Server, office: "Accounts", name: str) -> None:
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


class Accounts:
    def account(self, person: Person) -> Account:
        return Account.objects.get_or_create(person=person, defaults={"username": person.sourced_id})[0]


def form_of(parcel: Parcel, folder: Path) -> bytes:
    """The package as a browser's form holds it."""
    package = SimpleUploadedFile("a.zip", parcel.write(folder / "up.zip").read_bytes())
    return encode_multipart(BOUNDARY, {"package": package})
