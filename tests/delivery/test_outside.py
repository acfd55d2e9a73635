"""Nobody makes this server call its own neighbours by naming an address."""

import asyncio
import socket
import threading
from collections.abc import Iterator, Sequence

import pytest

from delivery.addresses import AddressRefusedError, UnreachableError, checked, is_global
from delivery.channels.webpush import PUSH_HOSTS
from delivery.outside import Outside

GOOD = [
    "https://fcm.googleapis.com/fcm/send/dGhpcyBpcyBh:APA91bH-x_y",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAAAABk=",
    "https://web.push.apple.com/QGxkZmtq",
    "https://wns2-par02p.notify.windows.com/w/?token=BQYAAAB%2bx%3d",
    "https://fcm.googleapis.com:443/fcm/send/a",
]

# {port} is a listener of this test: whoever connects there is seen.
BAD = [
    # Not https, not the port, not a push service.
    "http://fcm.googleapis.com/fcm/send/a",
    "https://fcm.googleapis.com:8443/a",
    "https://fcm.googleapis.com:{port}/a",
    "https://fcm.googleapis.com:80/a",
    "https://fcm.googleapis.com:0/a",
    "https://fcm.googleapis.com:99999/a",
    "https://example.org/a",
    "https://127.0.0.1:{port}/a",
    "http://127.0.0.1:{port}/a",
    "http://localhost:{port}/a",
    "https://localhost/a",
    "file:///etc/passwd",
    "gopher://127.0.0.1:{port}/_a",
    "ftp://fcm.googleapis.com/a",
    "javascript:alert(1)",
    "//fcm.googleapis.com/a",
    "fcm.googleapis.com/a",
    "",
    # Loopback and private networks, written so that a filter might miss it.
    "http://2130706433:{port}/a",
    "http://0177.0.0.1:{port}/a",
    "http://0x7f.0.0.1:{port}/a",
    "http://0x7f000001:{port}/a",
    "http://127.1:{port}/a",
    "http://0:{port}/a",
    "http://0.0.0.0:{port}/a",
    "http://[::1]:{port}/a",
    "http://[::ffff:127.0.0.1]:{port}/a",
    "http://[::ffff:7f00:1]:{port}/a",
    "http://[0:0:0:0:0:ffff:127.0.0.1]:{port}/a",
    "http://[64:ff9b::7f00:1]:{port}/a",
    "http://[fe80::1%25lo]:{port}/a",
    "http://①②⑦.⓪.⓪.①:{port}/a",
    "http://127。0。0。1:{port}/a",
    "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/a",
    "http://192.168.1.1/a",
    "http://127.0.0.1.nip.io:{port}/a",
    # A push service's name where it does not name the host.
    "https://fcm.googleapis.com@127.0.0.1:{port}/a",
    "https://fcm.googleapis.com:443@127.0.0.1:{port}/a",
    "https://fcm.googleapis.com%40127.0.0.1:{port}/a",
    "https://fcm.googleapis.com\\@127.0.0.1:{port}/a",
    "https://127.0.0.1:{port}\\@fcm.googleapis.com/a",
    "https://127.0.0.1:{port}#@fcm.googleapis.com/a",
    "https://127.0.0.1:{port}?@fcm.googleapis.com/a",
    "https://fcm.googleapis.com#@127.0.0.1:{port}/",
    "https://fcm.googleapis.com/a#b",
    "https://fcm.googleapis.com.evil.example/a",
    "https://evil-fcm.googleapis.com/a",
    "https://xfcm.googleapis.com/a",
    "https://notify.windows.com/a",
    "https://evilnotify.windows.com/a",
    "https://a.notify.windows.com.evil.example/a",
    "https://.notify.windows.com/a",
    "https://fcm.googleapis.com./a",
    "https://fcm.googleapis.com%2eevil.example/a",
    "https://fcm.googleapis.com%00.evil.example/a",
    "https://ｆcm.googleapis.com/a",
    "https://FCM.googleapis.com/a",
    "https://fcm.googleapis.com:/a",
    "https://fcm.googleapis.com:443443/a",
    "https://fcm.googleapis.com:4４3/a",
    "https:fcm.googleapis.com/a",
    "https:///fcm.googleapis.com/a",
    "https:\\\\fcm.googleapis.com\\a",
    "https://fcm.googleapis.com",
    # Whitespace and control characters that some parsers drop.
    " https://fcm.googleapis.com/a",
    "https://fcm.googleapis.com/a\n",
    "https://fcm.goo\tgleapis.com/a",
    "https://fcm.googleapis.com/a b",
    "https://fcm.googleapis.com/a\r\nHost: 127.0.0.1",
    "https://fcm.googleapis.com/\x00",
    "https://fcm.googleapis.com/ậ",
    "https://fcm.googleapis.com/" + "a" * 1000,
]


@pytest.fixture
def listener() -> Iterator["Listener"]:
    with Listener() as listener:
        yield listener


class Listener:
    """Sees every connection to a loopback port."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.connections = 0
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> "Listener":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()


def post(address: str, lookup) -> None:
    async def call() -> None:
        async with Outside(PUSH_HOSTS, lookup=lookup) as outside:
            await outside.post(address, b"x", headers={})

    asyncio.run(call())


@pytest.mark.parametrize("address", GOOD)
def test_push_services_are_called(address: str) -> None:
    assert str(checked(address, PUSH_HOSTS)) == address.replace(":443", "")


def test_the_corpus_is_large_enough() -> None:
    assert len(set(BAD)) == len(BAD) >= 60


def test_no_bad_address_makes_a_connection_or_asks_a_name_server(listener: Listener) -> None:
    asked: list[str] = []

    async def lookup(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"]

    for template in BAD:
        with pytest.raises(AddressRefusedError):
            post(template.replace("{port}", str(listener.port)), lookup)
    assert (asked, listener.connections) == ([], 0)


@pytest.mark.parametrize(
    "ips",
    [
        ["127.0.0.1"], ["::1"], ["10.0.0.5"], ["172.16.0.1"], ["192.168.1.1"], ["169.254.169.254"], ["100.64.0.1"],
        ["0.0.0.0"], ["224.0.0.1"], ["255.255.255.255"], ["::ffff:127.0.0.1"], ["::ffff:10.0.0.1"], ["::127.0.0.1"],
        ["64:ff9b::7f00:1"], ["2002:7f00:1::"], ["2001:0:7f00:1::"], ["fe80::1"], ["fec0::1"], ["fd00::1"], ["ff02::1"],
        ["192.88.99.1"], ["198.18.0.1"], ["203.0.113.5"], ["142.250.4.95", "127.0.0.1"],
        ["127.0.0.1", "142.250.4.95"], [],
    ],
)  # fmt: skip
def test_a_push_service_whose_name_leads_to_a_neighbour_is_not_called(listener: Listener, ips: list[str]) -> None:
    async def lookup(host: str, port: int) -> Sequence[str]:
        return ips

    with pytest.raises(AddressRefusedError, match="not_global"):
        post("https://fcm.googleapis.com/a", lookup)
    assert listener.connections == 0


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "10.0.0.1", "142.250.4.95", "2130706433", "127.1", "0x7f000001", "a.0x7f"]
)
def test_an_ip_in_place_of_a_name_is_not_called_even_where_it_is_listed(host: str) -> None:
    """The library asks no resolver about it, so nobody would look where it leads."""
    with pytest.raises(AddressRefusedError, match="not_a_name"):
        checked(f"https://{host}/a", [host])


def test_a_name_that_changes_between_check_and_connection_gains_nothing(listener: Listener) -> None:
    """What was checked is what is connected to: there is no second question that could be answered otherwise."""
    answers = iter([["127.0.0.1"], ["142.250.4.95"]])
    asked = 0

    async def lookup(host: str, port: int) -> Sequence[str]:
        nonlocal asked
        asked += 1
        return next(answers)

    with pytest.raises(AddressRefusedError):
        post("https://fcm.googleapis.com/a", lookup)
    assert asked == 1
    assert listener.connections == 0


@pytest.mark.parametrize("ip", ["142.250.4.95", "2404:6800:4003:c00::5f", "17.188.143.1", "::ffff:142.250.4.95"])
def test_public_machines_are_called(ip: str) -> None:
    assert is_global(ip)


def test_a_test_host_is_open_only_by_name_and_only_in_tests(listener: Listener, settings) -> None:
    settings.OUTSIDE_TEST_HOSTS = [f"127.0.0.1:{listener.port}"]
    address = f"http://127.0.0.1:{listener.port}/a"
    assert checked(address, PUSH_HOSTS)
    for other in (
        f"http://127.0.0.1:{listener.port + 1}/a",
        "http://127.0.0.1/a",
        f"http://localhost:{listener.port}/a",
    ):
        with pytest.raises(AddressRefusedError):
            checked(other, PUSH_HOSTS)
    settings.TESTING = False
    with pytest.raises(AddressRefusedError):
        checked(address, PUSH_HOSTS)


def test_whoever_talks_without_end_is_left(settings) -> None:
    """An answer that never ends costs its connection, not our time or memory."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        settings.OUTSIDE_TEST_HOSTS = [f"127.0.0.1:{port}"]
        threading.Thread(target=_talk, args=(server,), daemon=True).start()

        async def call() -> int:
            async with Outside(PUSH_HOSTS) as outside:
                return (await outside.post(f"http://127.0.0.1:{port}/a", b"x", headers={})).status

        assert asyncio.run(asyncio.wait_for(call(), 5)) == 201


def _talk(server: socket.socket) -> None:
    connection, _ = server.accept()
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n")
    try:
        while True:
            connection.sendall(b"400\r\n" + b"x" * 1024 + b"\r\n")
    except OSError:
        connection.close()


@pytest.mark.parametrize(("most", "is_read"), [(5, True), (4, False)])
def test_a_body_is_read_up_to_its_limit(settings, most: int, is_read: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        settings.OUTSIDE_TEST_HOSTS = [f"127.0.0.1:{port}"]
        threading.Thread(target=_greet, args=(server,), daemon=True).start()

        async def call() -> bytes:
            async with Outside(PUSH_HOSTS) as outside:
                url = f"http://127.0.0.1:{port}/a"
                return (await outside.fetch("GET", url, headers={}, most=most, seconds=5)).body

        if is_read:
            assert asyncio.run(call()) == "chào".encode()
        else:
            with pytest.raises(UnreachableError, match="too_large"):
                asyncio.run(call())


def _greet(server: socket.socket) -> None:
    connection, _ = server.accept()
    connection.recv(65536)
    connection.sendall("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nchào".encode())
    connection.close()


def test_a_body_that_never_ends_costs_its_limit_and_no_more(settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        settings.OUTSIDE_TEST_HOSTS = [f"127.0.0.1:{port}"]
        threading.Thread(target=_talk, args=(server,), daemon=True).start()

        async def call() -> None:
            async with Outside(PUSH_HOSTS) as outside:
                await outside.fetch("GET", f"http://127.0.0.1:{port}/a", headers={}, most=1 << 20, seconds=30)

        with pytest.raises(UnreachableError, match="too_large"):
            asyncio.run(asyncio.wait_for(call(), 20))


def test_nobody_there_is_a_failure_and_not_a_refusal(settings) -> None:
    settings.OUTSIDE_TEST_HOSTS = ["127.0.0.1:1"]

    async def call() -> None:
        async with Outside(PUSH_HOSTS) as outside:
            await outside.post("http://127.0.0.1:1/a", b"x", headers={})

    with pytest.raises(UnreachableError, match="no_connection"):
        asyncio.run(call())
