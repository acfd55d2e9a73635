"""The network in front of a server: a TCP proxy that can misbehave."""

import asyncio
import contextlib
import random
import socket
import struct
from enum import Enum

LONGEST_TRICKLE = 150
TRICKLED_LINES = 10


class Mood(Enum):
    """What the network does to a line."""

    FINE = "fine"
    # Nothing passes, and nobody is told; when it ends, what was on the way arrives, however late.
    BLACKHOLE = "blackhole"
    # What the client sends arrives, what the server answers is lost, and in the end the line breaks: a phone in a tunnel.
    DEAF = "deaf"
    DELAY = "delay"
    TRICKLE = "trickle"
    # Every line is reset at once, and so is each new one.
    RESET = "reset"


class Gate:
    """A port that leads to a server's port."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._lines: set[Line] = set()
        self._mood = Mood.FINE
        self._share = 0.0
        self._server: asyncio.Server | None = None
        self.port = 0

    async def open(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1 << 18)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """End every line and stop listening."""
        if self._server is not None:
            self._server.close()
        for line in tuple(self._lines):
            line.reset()

    def feel(self, mood: Mood, share: float, rng: random.Random) -> None:
        """From now on treat this share of the lines, old and new, in this way."""
        self._mood, self._share = mood, share
        chosen = [line for line in self._lines if rng.random() < share]
        if mood is Mood.TRICKLE:
            chosen = chosen[:TRICKLED_LINES]
        for line in chosen:
            line.feel(mood)

    def recover(self) -> None:
        """All is well again; what was held is let through."""
        self._mood = Mood.FINE
        for line in tuple(self._lines):
            line.feel(Mood.FINE)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            ahead = await asyncio.open_connection("127.0.0.1", self._to, limit=1 << 18)
        except OSError:
            writer.transport.abort()
            return
        line = Line((reader, writer), ahead)
        self._lines.add(line)
        if self._mood not in {Mood.FINE, Mood.TRICKLE} and random.random() < self._share:
            line.feel(self._mood)
        try:
            await line.run()
        finally:
            self._lines.discard(line)


End = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Line:
    """One connection through the gate."""

    def __init__(self, behind: End, ahead: End) -> None:
        self._behind, self._ahead = behind, ahead
        self._mood = Mood.FINE
        self._passable = asyncio.Event()
        self._passable.set()

    def feel(self, mood: Mood) -> None:
        """Treat the line in this way from now on."""
        was_deaf, self._mood = self._mood is Mood.DEAF, mood
        if mood is Mood.RESET or was_deaf:
            self.reset()
        elif mood is Mood.BLACKHOLE:
            self._passable.clear()
        else:
            self._passable.set()

    def reset(self) -> None:
        """RST to both sides."""
        self._passable.set()
        for _reader, writer in (self._behind, self._ahead):
            held = writer.get_extra_info("socket")
            if held is not None:
                with contextlib.suppress(OSError):
                    held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    async def run(self) -> None:
        """Carry bytes until both sides have ended."""
        await asyncio.gather(self._carry(self._behind[0], self._ahead[1]), self._carry(self._ahead[0], self._behind[1]))

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(1 << 16):
                await self._pass(data, writer)
            await self._passable.wait()
        except OSError:
            writer.transport.abort()
        finally:
            # What is still buffered goes out first.
            writer.close()

    async def _pass(self, data: bytes, writer: asyncio.StreamWriter) -> None:
        await self._passable.wait()
        if self._mood is Mood.DEAF and writer is self._behind[1]:
            return
        if self._mood is Mood.DELAY:
            await asyncio.sleep(0.2)
        if writer.is_closing():
            raise ConnectionResetError
        if self._mood is Mood.TRICKLE:
            for position in range(min(len(data), LONGEST_TRICKLE)):
                writer.write(data[position : position + 1])
                await asyncio.sleep(0.002)
                if writer.is_closing():
                    raise ConnectionResetError
            data = data[LONGEST_TRICKLE:]
        writer.write(data)
        await writer.drain()
