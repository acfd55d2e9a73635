"""Uploading by tus, sending and opening, as the app does."""

import asyncio
import base64
import uuid
from typing import Any

from django.test import Client

from registry.models import Person
from rooms.models import File
from tests.cast import Cast
from tests.files import making

UPLOADS = "/api/uploads"
TUS = {"Tus-Resumable": "1.0.0"}


def signed(cast: Cast, person: Person) -> Client:
    """A browser with a session of this person."""
    client = Client()
    client.force_login(cast.account(person), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def begin(client: Client, length: int, name: str = "anh.jpg", **more: str) -> Any:
    """The answer to the beginning of an upload."""
    told = {"filename": name, "filetype": "text/html"} | more
    metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items())
    return client.post(UPLOADS, headers=TUS | {"Upload-Length": str(length), "Upload-Metadata": metadata})


def bring(client: Client, address: str, offset: int, data: bytes = b"") -> Any:
    """The answer to a piece."""
    headers = TUS | {"Upload-Offset": str(offset)}
    return client.generic("PATCH", address, data, content_type="application/offset+octet-stream", headers=headers)


def offset_of(client: Client, address: str) -> int:
    """How much of it is there."""
    answer = client.head(address, headers=TUS)
    assert answer.status_code == 200, answer.status_code
    return int(answer["Upload-Offset"])


def sent(client: Client, data: bytes, name: str = "anh.jpg", **more: str) -> Any:
    """The answer to the last piece of all of it, or to what was refused before."""
    begun = begin(client, len(data), name, **more)
    if begun.status_code != 201:
        return begun
    answer = None
    for start in range(0, len(data), 1 << 20):
        answer = bring(client, begun["Location"], start, data[start : start + (1 << 20)])
    return answer


def uploaded(client: Client, data: bytes | None = None, name: str = "anh.jpg", **more: str) -> dict[str, Any]:
    """RoomFile of what became of it."""
    answer = sent(client, making.photograph(800, 600) if data is None else data, name, **more)
    assert answer.status_code == 200, answer.content
    told: dict[str, Any] = answer.json()
    assert told["id"] == told["file"]["id"]
    return dict(told["file"])


def refused(client: Client, data: bytes, name: str, **more: str) -> tuple[str, dict[str, Any]]:
    """Code and facts of the refusal; nothing is kept."""
    before = File.objects.count()
    answer = sent(client, data, name, **more)
    assert answer.status_code in {400, 413}, answer.content
    assert File.objects.count() == before
    return answer.json()["code"], answer.json().get("facts", {})


def post(client: Client, room: int, *files: int, body: str = "", **more: Any) -> Any:
    """The answer to a message with these files."""
    said = {"client_message_id": str(uuid.uuid4()), "body": body, "files": list(files)} | more
    return client.post(f"/api/rooms/{room}/messages", said, content_type="application/json")


def pass_of(client: Client) -> dict[str, str]:
    """The header that opens files for this browser's session."""
    answer = client.post("/api/files/pass")
    assert answer.status_code == 200, answer.content
    return {"Authorization": f"Bearer {answer.json()['pass']}"}


def fetched(client: Client, file: int, *, query: str = "", **headers: str) -> Any:
    """The answer to asking for it, without any cookie."""
    return Client().get(f"/f/{file}{query}", headers=pass_of(client) | headers)


def bytes_of(answer: Any) -> bytes:
    """The body, also of a long one, which comes by and by."""
    if not answer.streaming:
        return bytes(answer.content)

    async def collected() -> bytes:
        return b"".join([piece async for piece in answer.streaming_content])

    return asyncio.run(collected())
