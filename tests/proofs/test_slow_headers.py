"""Clients that send their headers a line a second, through the proxy configuration that is shipped."""

import os
import shutil
import socket as sockets
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import services
from tests.proofs import WHOLE
from tests.wire import ROOT, Server

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]

SLOW = 500 if WHOLE else 50
SECONDS = 20 if WHOLE else 12
HEALTHY_MS = 1_000.0


@pytest.fixture
def proxy(server: Server) -> Iterator[int]:
    """Caddy with the project's Caddyfile in front of the server; its port."""
    caddy = shutil.which("caddy")
    if not caddy:
        raise SystemExit("caddy is missing: apt-get install -y caddy")
    port, folder = services.free_port(), Path(tempfile.mkdtemp(prefix="tt-caddy-"))
    process = services.start(
        [caddy, "run", "--config", str(ROOT / "Caddyfile"), "--adapter", "caddyfile"],
        folder / "log",
        cwd=folder,
        env={
            **os.environ,
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "SERVE_HOST": "127.0.0.1",
            "SERVE_PORT": str(server.port),
            "XDG_DATA_HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder),
            "HOME": str(folder),
            # Its administration, like everything of a test, on a port of its own.
            "CADDY_ADMIN": f"127.0.0.1:{services.free_port()}",
        },
    )
    services.wait_for_port(port)
    yield port
    services.stop(process)
    shutil.rmtree(folder, ignore_errors=True)


def test_slow_headers_keep_nobody_else_waiting(server: Server, proxy: int) -> None:
    slow = [begun(proxy) for _line in range(SLOW)]
    waits, ends_at, turn = [], time.monotonic() + SECONDS, 0
    cut: set[int] = set()
    while time.monotonic() < ends_at:
        for at, line in enumerate(slow):
            if at not in cut and not trickle(line, turn):
                cut.add(at)
        turn += 1
        for _request in range(5):
            began = time.monotonic()
            with urllib.request.urlopen(f"http://127.0.0.1:{proxy}/livez", timeout=10) as answer:
                assert answer.status == 200
            waits.append(time.monotonic() - began)
        time.sleep(0.7)
    for line in slow:
        line.close()
    p99 = 1_000 * sorted(waits)[int(0.99 * (len(waits) - 1))]
    print(f"PROVE slow={SLOW} cut={len(cut)} healthy_p99_ms={p99:.0f}")
    # Ten seconds for a head, says the configuration.
    assert len(cut) == SLOW
    if WHOLE:
        assert p99 <= HEALTHY_MS


def begun(port: int) -> sockets.socket:
    """A connection whose request has no end yet."""
    line = sockets.create_connection(("127.0.0.1", port))
    line.settimeout(5)
    line.sendall(b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n")
    return line


def trickle(line: sockets.socket, turn: int) -> bool:
    """One more header; False once the proxy has given up on this client."""
    try:
        line.sendall(f"X-Slow-{turn}: 1\r\n".encode())
        line.setblocking(False)
        try:
            return bool(line.recv(1_024))
        except BlockingIOError:
            return True
        finally:
            line.setblocking(True)
    except OSError:
        return False
