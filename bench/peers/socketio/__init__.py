"""socket.io with its Redis adapter on Node, as both their pages set it up."""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from bench import processes
from bench.generator.client import Client
from bench.generator.frames import frame, upgrade
from bench.peers.base import Missing, Serving
from bench.processes import ROOT, Running
from tests import services

HERE = Path(__file__).parent
HOME = ROOT / ".cache" / "bench-socketio"
NODE = ["bash", str(ROOT / "tools" / "node.sh")]


class EngineIo:
    """Engine.IO 4 over WebSocket alone; every packet is a text frame with its kind as the first sign."""

    joins_by_upgrade = False
    mark = b'42["chat message"'

    def upgrade(self, client: Client) -> bytes:
        """The room goes with the handshake."""
        return upgrade(f"/socket.io/?EIO=4&transport=websocket&room={client.room}")

    def opened(self, _client: Client) -> bytes:
        """The server speaks first."""
        return b""

    def join(self, client: Client, text: bytes) -> bytes:
        """Open, then connect to the main namespace; its answer means that the server has us."""
        if text.startswith(b"0"):
            return frame(b"40")
        if text.startswith(b"40"):
            client.is_ready = True
        return b""

    def post(self, _client: Client, body: str) -> bytes:
        """An event with one argument."""
        return frame(f"42{json.dumps(['chat message', body], separators=(',', ':'))}".encode())

    def heard(self, _client: Client, text: bytes) -> bytes:
        """Its pings are text."""
        return frame(b"3") if text == b"2" else b""

    def heartbeat(self) -> bytes:
        """The server asks, not the client."""
        return b""


class SocketIo:
    """server.mjs on its own packages."""

    name = "socket.io"

    def version(self) -> str:
        """Of its packages and of Node; they are installed here first, as locked."""
        _install()
        packages = json.loads((HERE / "package.json").read_text())["dependencies"]
        node = subprocess.run([*NODE, "node", "--version"], check=True, capture_output=True, text=True, cwd=ROOT)
        return ", ".join(f"{name} {version}" for name, version in packages.items()) + f", Node {node.stdout.strip()}"

    @contextlib.contextmanager
    def serving(self, folder: Path) -> Iterator[Serving]:
        """One Node process, and a Redis of its own."""
        with processes.redis() as (redis_url, redis_pid):
            port = services.free_port()
            env = {**os.environ, "REDIS_URL": redis_url, "PORT": str(port), "NODE_ENV": "production"}
            log = folder / f"socketio-{port}.log"
            with Running([*NODE, "node", str(HOME / "server.mjs")], log, cwd=HOME, env=env) as running:
                services.wait_for_port(port)
                yield Serving(self.name, EngineIo(), port, running, redis_pid)


def _install() -> None:
    parts = [HERE / name for name in ("package.json", "package-lock.json", "server.mjs")]
    stamp = HOME / f".installed-{hashlib.sha256(b''.join(part.read_bytes() for part in parts)).hexdigest()[:16]}"
    if stamp.exists():
        return
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    for part in parts:
        shutil.copy(part, HOME)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run([*NODE, *command], cwd=HOME, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Missing(f"socket.io not installed: npm ci failed: {done.stderr[-500:]}")
    stamp.touch()


SOCKETIO = SocketIo()
