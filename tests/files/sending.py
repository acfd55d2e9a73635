"""Uploading and opening, as browsers do."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from broadcasts.models import Attachment
from tests.cast import Cast
from tests.files import making
from tests.invariants.test_doors import signed_in

FILES = "/api/broadcasts/files"


def send(client: Client, data: bytes, name: str = "cong-van.pdf", **more: Any) -> Any:
    """The answer to an upload."""
    # What a browser says of the type is not asked.
    return client.post(FILES, {"file": SimpleUploadedFile(name, data, content_type="text/html"), **more})


def refused(client: Client, data: bytes, name: str = "cong-van.pdf") -> str:
    """The code of the refusal; nothing is kept."""
    before = Attachment.objects.count()
    answer = send(client, data, name)
    assert answer.status_code in {400, 413}, answer.content
    assert Attachment.objects.count() == before
    return str(answer.json()["code"])


def taken(client: Client, data: bytes, name: str = "cong-van.pdf") -> dict[str, Any]:
    """The file that became of it."""
    answer = send(client, data, name)
    assert answer.status_code == 201, answer.content
    told: dict[str, Any] = answer.json()
    return told


def fetched(client: Client, file: dict[str, Any] | int, **headers: str) -> Any:
    """The answer to asking for it."""
    number = file if isinstance(file, int) else file["id"]
    return client.get(f"{FILES}/{number}", headers=headers)


def uploaded(cast: Cast, who: str, data: bytes | None = None, name: str = "cong-van.pdf") -> int:
    """An upload of somebody's; its id."""
    return int(taken(signed_in(cast, who), making.pdf() if data is None else data, name)["id"])
