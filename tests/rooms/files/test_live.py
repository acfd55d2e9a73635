"""A photo and a voice through a running server: pieces over HTTP, the message over the socket, the bytes with a pass."""

import base64
import http.client
import json
import uuid
from typing import Any

from django.conf import settings

from tests.cast import Cast
from tests.files import making
from tests.realtime.phone import ORIGIN
from tests.rooms.conftest import guardians_room
from tests.rooms.files import making as more
from tests.wire import Server, session_for

PIECE = 64 << 10
CSRF = "a" * 32


def asked(server: Server, session: str, method: str, path: str, data: bytes = b"", **headers: str) -> Any:
    """Status, headers and body of the answer."""
    cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={CSRF}" if session else ""
    given = {"Origin": ORIGIN, "X-CSRFToken": CSRF, "Tus-Resumable": "1.0.0", "Cookie": cookies}
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    line.request(method, path, data, given | {name.replace("_", "-"): value for name, value in headers.items()})
    answer = line.getresponse()
    told = (answer.status, answer.headers, answer.read())
    line.close()
    return told


def uploaded(server: Server, session: str, data: bytes, name: str, extra: str = "") -> dict[str, Any]:
    """What became of it."""
    metadata = f"filename {base64.b64encode(name.encode()).decode()}{extra}"
    status, head, _body = asked(
        server, session, "POST", "/api/uploads", Upload_Length=str(len(data)), Upload_Metadata=metadata
    )
    assert status == 201
    body = b""
    for start in range(0, len(data), PIECE):
        given = {"Content_Type": "application/offset+octet-stream", "Upload_Offset": str(start)}
        status, _head, body = asked(server, session, "PATCH", head["Location"], data[start : start + PIECE], **given)
        assert status == (204 if start + PIECE < len(data) else 200), body
    told: dict[str, Any] = json.loads(body)
    return told


def test_through_a_running_server(committed_cast: Cast, server: Server) -> None:
    cast, room = committed_cast, guardians_room(committed_cast.class_7a)
    hoas, lans, quangs = (session_for(cast, person) for person in (cast.hoa, cast.lan, cast.quang))
    photo = uploaded(server, hoas, making.saved(making.noise(500, 400)), "bài tập.jpg")
    voice = uploaded(server, hoas, more.voice(2), "ghi-am.webm", ",voice MQ==")
    with (
        server.socket(hoas) as hoa,
        server.socket(lans) as lan,
        server.socket(quangs) as quang,
    ):
        for told in (photo, voice):
            name = str(uuid.uuid4())
            answer = hoa.ask("message.post", room=room.pk, client_message_id=name, files=[told["id"]])
            assert (answer["type"], answer["message"]["files"]) == ("ok", [told["file"]])
            assert lan.next_event("message.posted")["message"]["files"] == [told["file"]]
        again = quang.ask("message.post", room=room.pk, client_message_id=str(uuid.uuid4()), files=[photo["id"]])
        assert (again["type"], again["code"]) == ("refused", "not_found")
        quang.expect_nothing("message.posted", seconds=0.2)
    for session, status in ((lans, 200), (quangs, 404)):
        passed = json.loads(asked(server, session, "POST", "/api/files/pass")[2])["pass"]
        for told in (photo, voice):
            answer = asked(server, "", "GET", f"/f/{told['id']}", Authorization=f"Bearer {passed}")
            assert (answer[0], answer[1]["Set-Cookie"]) == (status, None)
            if status == 200:
                assert len(answer[2]) == told["file"]["size"] == int(answer[1]["Content-Length"])
                assert answer[1]["Content-Type"] == told["file"]["type"]
