"""Bodies that are too long, on a real server: refused at their head, before anything of them is kept."""

import http.client
import json
import socket as sockets
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatserver.server.bodies import LARGEST_BODY, PACKAGES_AT_ONCE
from tests.wire import Server, serving

pytestmark = pytest.mark.django_db(transaction=True)

PACKAGES = "/api/registry/sources/1/packages"


@pytest.fixture
def spooling(transactional_db: None, tmp_path: Path) -> Iterator[tuple[Server, Path]]:
    """A server, and the folder in which it keeps bodies while they come in."""
    with serving(TMPDIR=str(tmp_path)) as server:
        yield server, tmp_path


def begun(server: Server, path: str, *fields: str) -> sockets.socket:
    """A connection that has sent the head of a request."""
    line = sockets.create_connection(("127.0.0.1", server.port), timeout=20)
    head = (f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/octet-stream", *fields)
    line.sendall("\r\n".join([*head, "", ""]).encode())
    return line


def answered(line: sockets.socket) -> tuple[int, str]:
    """Status and code of its answer."""
    answer = http.client.HTTPResponse(line)
    answer.begin()
    return answer.status, json.loads(answer.read())["code"]


def kept(server: Server) -> int:
    """Bytes in files that the process holds open without a name, as bodies are."""
    held = 0
    for number in Path(f"/proc/{server.process.pid}/fd").iterdir():
        try:
            if "(deleted)" in str(number.readlink()):
                held += number.stat().st_size
        except FileNotFoundError:
            continue
    return held


@pytest.mark.parametrize(
    ("path", "length", "code"),
    [("/api/session", LARGEST_BODY + 1, "body_too_large"), (PACKAGES, 1 << 40, "package_too_large")],
)
def test_a_length_beyond_the_limit_is_refused_before_a_byte_is_sent(
    spooling: tuple[Server, Path], path: str, length: int, code: str
) -> None:
    server, _folder = spooling
    with begun(server, path, f"Content-Length: {length}", "Accept-Language: vi") as line:
        assert answered(line) == (413, code)
    assert kept(server) == 0


def test_chunks_are_counted(spooling: tuple[Server, Path]) -> None:
    server, _folder = spooling
    with begun(server, "/api/session", "Transfer-Encoding: chunked") as line:
        chunk = b"%x\r\n%b\r\n" % (1 << 16, b"a" * (1 << 16))
        for _number in range(LARGEST_BODY // (1 << 16) + 1):
            line.sendall(chunk)
        assert answered(line) == (413, "body_too_large")


def test_what_is_just_as_long_as_allowed_reaches_its_door(spooling: tuple[Server, Path]) -> None:
    server, _folder = spooling
    with begun(server, "/api/session", f"Content-Length: {LARGEST_BODY}") as line:
        line.sendall(b"a" * LARGEST_BODY)
        assert answered(line)[0] not in {413, 500}


def test_so_many_packages_at_once_and_no_more(spooling: tuple[Server, Path]) -> None:
    server, _folder = spooling
    fields = f"Content-Length: {LARGEST_BODY * 8}"
    lines = [begun(server, PACKAGES, fields) for _number in range(PACKAGES_AT_ONCE)]
    for line in lines:
        line.sendall(b"a" * 1_024)
    with begun(server, PACKAGES, fields) as late:
        assert answered(late) == (503, "overloaded")
    lines.pop().close()
    # A place is free again as soon as the server has noticed.
    for _attempt in range(50):
        late = begun(server, PACKAGES, fields)
        late.settimeout(0.2)
        try:
            assert answered(late) == (503, "overloaded")
        except TimeoutError:
            break
        finally:
            late.close()
    else:
        raise AssertionError("no place became free")
    for line in lines:
        line.close()
