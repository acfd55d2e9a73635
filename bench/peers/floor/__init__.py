"""The physical floor: an epoll loop in C that does nothing but copy a frame to every socket of the room."""

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from bench.generator.client import Client
from bench.generator.frames import frame
from bench.peers.base import Missing, Plain, Serving
from bench.processes import Running
from tests import services

SOURCE = Path(__file__).parent / "writer.c"


class Bare(Plain):
    """The message is the frame."""

    path = "/r/"

    def post(self, _client: Client, body: str) -> bytes:
        """To the room of the address."""
        return frame(body.encode())


class Floor:
    """writer.c, compiled here."""

    name = "floor"

    def version(self) -> str:
        """The compiler's."""
        if not shutil.which("cc"):
            raise Missing("cc not installed: apt-get install -y gcc libc6-dev")
        said = subprocess.run(["cc", "--version"], check=True, capture_output=True, text=True)
        return f"C, {said.stdout.splitlines()[0]}, -O2"

    @contextlib.contextmanager
    def serving(self, folder: Path) -> Iterator[Serving]:
        """Compile and start it."""
        program, port = folder / "writer", services.free_port()
        subprocess.run(["cc", "-O2", "-Wall", "-Wextra", "-o", str(program), str(SOURCE)], check=True)
        with Running([str(program), str(port)], folder / f"floor-{port}.log") as running:
            services.wait_for_port(port)
            yield Serving(self.name, Bare(), port, running)


FLOOR = Floor()
