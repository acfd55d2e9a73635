"""On a real server: bodies that are too long, readers that are slow, and files larger than one piece."""

import http.client
import json
import os
import socket as sockets
import threading
import time
from pathlib import Path

import pytest
from django.conf import settings

from broadcasts.models import Attachment
from tests.cast import Cast
from tests.files import making
from tests.files.sending import FILES
from tests.processes.test_bodies import answered, begun, kept
from tests.wire import Server, serving, session_for

pytestmark = pytest.mark.django_db(transaction=True)

BOUNDARY = "----ranh-gioi"
POOL = 3


def form(data: bytes, name: str = "cong-van.pdf") -> bytes:
    """As a browser sends it."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return head.encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()


def ask(server: Server, session: str, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
    """Status and body."""
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={'c' * 32}"
    told = {"Cookie": cookies, "X-CSRFToken": "c" * 32, "Origin": "http://127.0.0.1:8000"} | headers
    line.request(method, path, body, told)
    answer = line.getresponse()
    found = answer.status, answer.read()
    line.close()
    return found


def upload(server: Server, session: str, data: bytes) -> int:
    """The id of the file."""
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    status, body = ask(server, session, "POST", FILES, form(data), **{"Content-Type": kind})
    assert status == 201, body
    return int(json.loads(body)["id"])


def large() -> bytes:
    """A document of nine megabytes."""
    made = making.document()
    made.pages[0].Contents = made.make_stream(os.urandom(9 << 20))
    return making.pdf(made)


def test_200_megabytes_are_refused_before_a_byte_is_on_the_disk(committed_cast: Cast, tmp_path: Path) -> None:
    session = session_for(committed_cast, committed_cast.lan)
    with serving(TMPDIR=str(tmp_path)) as server:
        fields = ("Accept-Language: vi", f"Cookie: sid={session}", f"Content-Length: {200 << 20}")
        with begun(server, FILES, *fields) as line:
            assert answered(line) == (413, "file_too_large")
            assert kept(server) == 0
        with begun(server, FILES, "Transfer-Encoding: chunked", f"Cookie: sid={session}") as line:
            piece = b"%x\r\n%b\r\n" % (1 << 16, b"a" * (1 << 16))
            for _number in range((11 << 20) // (1 << 16)):
                line.sendall(piece)
            assert answered(line) == (413, "file_too_large")
        assert not Attachment.objects.exists()


def test_a_large_file_arrives_whole_and_in_parts(committed_cast: Cast, server: Server) -> None:
    session = session_for(committed_cast, committed_cast.lan)
    sent = large()
    assert len(sent) > 9 << 20
    path = f"{FILES}/{upload(server, session, sent)}"
    assert ask(server, session, "GET", path) == (200, sent)
    middle = len(sent) // 2
    assert ask(server, session, "GET", path, Range=f"bytes=0-{middle - 1}") == (206, sent[:middle])
    assert ask(server, session, "GET", path, Range=f"bytes={middle}-") == (206, sent[middle:])
    assert ask(server, session, "HEAD", path) == (200, b"")
    # The outsider, on the same server.
    outsider = session_for(committed_cast, committed_cast.quang)
    assert ask(server, outsider, "GET", path, Range="bytes=0-1")[0] == 404


def test_slow_readers_hold_neither_the_database_nor_the_memory(committed_cast: Cast) -> None:
    session = session_for(committed_cast, committed_cast.lan)
    # A pool of seven connections, fewer than those who read.
    with serving(DATABASE_THREADS=str(POOL)) as server:
        path = f"{FILES}/{upload(server, session, large())}"
        ask(server, session, "GET", "/api/me")
        before = memory(server)
        lines = [reading(server, session, path) for _number in range(30)]
        for line in lines:
            # Each has its head and a first piece, and reads no more.
            assert line.recv(4_096).startswith(b"HTTP/1.1 200")
        statuses: list[int] = []
        others = [
            threading.Thread(target=lambda: statuses.append(ask(server, session, "GET", "/api/me")[0]))
            for _number in range(10)
        ]
        for other in others:
            other.start()
        for other in others:
            other.join()
        assert statuses == [200] * 10
        rest(server)
        # All of it would be thirty times nine megabytes; what the kernel holds of it is not the process's.
        assert memory(server) - before < 80 << 20
        for line in lines:
            line.close()
        assert ask(server, session, "GET", path)[0] == 200
        assert "Traceback" not in server.said()


def reading(server: Server, session: str, path: str) -> sockets.socket:
    """A line on which a file was asked for, with little room for what comes."""
    line = sockets.socket()
    line.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 8_192)
    line.settimeout(30)
    line.connect(("127.0.0.1", server.port))
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {settings.SESSION_COOKIE_NAME}={session}\r\n\r\n"
    line.sendall(head.encode())
    return line


def rest(server: Server) -> None:
    """Return when the process has had nothing to do for a while: all that would be read ahead has been."""
    seen: list[str] = []
    while len(seen) < 5 or len({*seen[-5:]}) > 1:
        fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
        seen.append(fields[11])
        time.sleep(0.2)


def memory(server: Server) -> int:
    """What the process has in memory, in bytes."""
    fields = Path(f"/proc/{server.process.pid}/statm").read_text().split()
    return int(fields[1]) * 4_096
