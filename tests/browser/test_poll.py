"""A school's proxy lets no WebSocket through: two people talk all the same, and hear of a notice."""

import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from rooms.models import Room
from tests import services
from tests.browser.test_two_people import write
from tests.cast import PASSWORD, Cast
from tests.wire import Server, serving

DETOUR = "Đang kết nối bằng đường dự phòng"
REFUSED = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Proxy:
    """Passes HTTP on, a connection a request; answers an upgrade with 403, as filters do."""

    def __init__(self, upstream: int, port: int) -> None:
        self.refused = 0
        self._upstream = upstream
        self._listener = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client:
            head = b""
            while b"\r\n\r\n" not in head:
                if not (part := client.recv(65_536)):
                    return
                head += part
            if b"upgrade: websocket" in head.lower():
                self.refused += 1
                client.sendall(REFUSED)
                return
            with socket.create_connection(("127.0.0.1", self._upstream)) as server:
                # One request a connection: the next one may be an upgrade again.
                server.sendall(head.replace(b"Connection: keep-alive\r\n", b"Connection: close\r\n"))
                back = threading.Thread(target=_pass, args=(server, client), daemon=True)
                back.start()
                _pass(client, server)
                back.join()


def _pass(source: socket.socket, target: socket.socket) -> None:
    try:
        while part := source.recv(65_536):
            target.sendall(part)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return


@pytest.fixture
def port() -> int:
    return services.free_port()


@pytest.fixture
def site(committed_cast: Cast, port: int) -> Iterator[Server]:
    """The server, knowing the proxy's address as its own."""
    with serving(ORIGINS=f"http://127.0.0.1:8000,http://127.0.0.1:{port}") as running:
        yield running


def test_two_people_talk_where_no_socket_gets_through(
    committed_cast: Cast, site: Server, port: int, person: Callable[..., Page], publish: Callable[..., int]
) -> None:
    cast = committed_cast
    proxy = Proxy(site.port, port)
    room = Room.objects.get(kind="guardians", school_class=cast.class_7a)
    pages = []
    for who in (cast.hoa, cast.lan):
        page = person(base_url=f"http://127.0.0.1:{port}")
        page.goto("/dang-nhap")
        page.get_by_label("Tên đăng nhập").fill(cast.account(who).username)
        page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        page.wait_for_url(lambda url: "dang-nhap" not in url)
        page.goto(f"/tin-nhan/{room.pk}")
        pages.append(page)
    hoa, lan = pages
    for page in pages:
        expect(page.get_by_text(DETOUR)).to_be_visible(timeout=30_000)
    write(hoa, "Chào cô, em là mẹ An ạ")
    expect(lan.get_by_text("Chào cô, em là mẹ An ạ").last).to_be_visible()
    write(lan, "Chào chị, cô nghe đây")
    expect(hoa.get_by_text("Chào chị, cô nghe đây").last).to_be_visible()
    hoa.goto("/thong-bao")
    publish("hanh", {"org": cast.school.pk})
    expect(hoa.get_by_text("Họp phụ huynh").first).to_be_visible(timeout=40_000)
    assert proxy.refused >= 6
    proxy.close()
