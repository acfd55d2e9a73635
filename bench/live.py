"""What a delivery costs: one real `serve` process on PostgreSQL, many signed-in sockets in one room, stored messages.

A first measurement of our own server alone; the comparison with its peers comes with the whole `live` section."""

import base64
import json
import os
import selectors
import socket
import statistics
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

SOCKETS = int(os.environ.get("BENCH_SOCKETS", "1000"))
MESSAGES = 20
TICKS = os.sysconf("SC_CLK_TCK")
MARK = b'"message.posted"'


@dataclass
class Client:
    """A socket that counts the messages it was sent; frames are not taken apart, their marks are."""

    line: socket.socket
    rest: bytes = b""
    posted: int = 0
    arrived_at: list[float] = field(default_factory=list)
    said_at: float = 0.0

    def read(self) -> None:
        data = self.rest + self.line.recv(1 << 16)
        now = time.perf_counter()
        count = data.count(MARK)
        self.posted += count
        self.arrived_at += [now] * count
        # A mark may be cut in two by the end of what was read; one that was counted must not be counted again.
        self.rest = b"" if data.endswith(MARK) else data[-len(MARK) + 1 :].rpartition(MARK)[2]


def measure() -> dict[str, float]:
    """CPU a delivery and the waits of first and last, for one room of BENCH_SOCKETS sockets."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatserver.settings")
    from tests import environment, services  # starts PostgreSQL and sets what settings read

    assert environment
    try:
        return _measure()
    finally:
        services.stop_all()


def _measure() -> dict[str, float]:
    import django

    django.setup()
    from django.core.management import call_command

    from tests import wire

    call_command("migrate", verbosity=0)
    room, sessions = _room()
    server = wire.start_server()
    selector = selectors.DefaultSelector()
    began, cpu = time.perf_counter(), cpu_seconds(server.process.pid)
    before_kib = resident_kib(server.process.pid)
    clients: list[Client] = []
    for session in sessions:
        clients.append(connect(server.port, session, selector))
        _stay(clients)
    _read_until(selector, lambda: False, seconds=0.1)
    _stay(clients, after=0)
    _read_until(selector, lambda: False, seconds=2)
    connected = time.perf_counter() - began - 2
    connect_cpu = cpu_seconds(server.process.pid) - cpu
    kib = (resident_kib(server.process.pid) - before_kib) / len(clients)
    # One to warm up: the members are read when the first message comes.
    _post(clients, selector, room)
    cpu = cpu_seconds(server.process.pid)
    waits = [_post(clients, selector, room) for _ in range(MESSAGES)]
    deliveries = MESSAGES * len(clients)
    return {
        "live_sockets": len(clients),
        "live_connect_seconds": round(connected, 2),
        "live_connect_cpu_ms": round(1_000 * connect_cpu / len(clients), 2),
        "live_kib_per_socket": round(kib, 1),
        "live_cpu_us_per_delivery": round(1e6 * (cpu_seconds(server.process.pid) - cpu) / deliveries, 1),
        "live_first_ms": round(1_000 * statistics.median(first for first, _last in waits), 1),
        "live_last_ms": round(1_000 * statistics.median(last for _first, last in waits), 1),
    }


def _room() -> tuple[int, list[str]]:
    """A room of SOCKETS people, all signed in."""
    from registry.models import Account, Person, Role
    from rooms.models import Member, Room
    from tests.cast import build_cast
    from tests.wire import session_for

    cast = build_cast()
    room = Room.objects.get(kind="guardians", school_class=cast.class_7a)
    people = [cast.lan]
    for number in range(SOCKETS - 1):
        name = f"Phụ huynh {number}"
        person = Person.objects.create(
            source=cast.source, sourced_id=f"bench-{number}", given_name=str(number), family_name="Phụ huynh", name=name
        )
        Role.objects.create(
            source=cast.source, sourced_id=f"bench-role-{number}", person=person, org=cast.school, role="guardian"
        )
        # Without a password: hashing a thousand would take longer than the measurement.
        Account.objects.create(username=f"bench-{number}", password="!", person=person)
        people.append(person)
    Member.objects.bulk_create([Member(room=room, person=person, seat="guardian") for person in people[1:]])
    return room.pk, [session_for(cast, person) for person in people]


def connect(port: int, session: str, selector: selectors.BaseSelector) -> Client:
    """A signed-in socket after its handshake."""
    line = socket.create_connection(("127.0.0.1", port))
    line.sendall(
        f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nOrigin: http://127.0.0.1:8000\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n"
        f"Cookie: sid={session}\r\n\r\n".encode()
    )
    if b" 101 " not in line.recv(1_024):
        raise RuntimeError("no handshake")
    client = Client(line)
    selector.register(line, selectors.EVENT_READ, client)
    return client


def _stay(clients: list[Client], *, after: float = 10) -> None:
    """Say something on every socket now and then, as the app does: one that is silent is closed."""
    now = time.perf_counter()
    if now - clients[0].said_at >= after:
        clients[0].said_at = now
        payload = b'{"type":"ping","ref":0}'
        for client in clients:
            client.line.sendall(b"\x81" + bytes([0x80 | len(payload)]) + b"\0\0\0\0" + payload)


def _post(clients: list[Client], selector: selectors.BaseSelector, room: int) -> tuple[float, float]:
    """Post one message; seconds to the first and to the last receipt."""
    for client in clients:
        client.posted = 0
        client.arrived_at.clear()
    order = {"type": "message.post", "ref": 1, "room": room, "client_message_id": str(uuid.uuid4()), "body": "x" * 200}
    payload = json.dumps(order).encode()
    _stay(clients)
    began = time.perf_counter()
    # Masked with zeros: legal, and the text stays as it is.
    clients[0].line.sendall(b"\x81\xfe" + len(payload).to_bytes(2, "big") + b"\0\0\0\0" + payload)
    _read_until(selector, lambda: all(client.posted for client in clients), seconds=30)
    arrived = [at for client in clients for at in client.arrived_at]
    if len(arrived) != len(clients):
        raise RuntimeError(f"{len(arrived)} deliveries instead of {len(clients)}")
    return min(arrived) - began, max(arrived) - began


def _read_until(selector: selectors.BaseSelector, done: "object", *, seconds: float) -> None:
    ends_at = time.perf_counter() + seconds
    quiet = 0
    while time.perf_counter() < ends_at:
        ready = selector.select(0.02)
        for key, _events in ready:
            key.data.read()
        quiet = 0 if ready else quiet + 1
        # Asked when nothing is ready: the question costs more than reading.
        if quiet and done():  # type: ignore[operator]
            return


def cpu_seconds(pid: int) -> float:
    """User and system time of the process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_kib(pid: int) -> int:
    """Memory that the process holds."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0
