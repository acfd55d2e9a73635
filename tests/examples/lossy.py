"""A line between a client and a server that can be cut, and that drops and doubles the server's events."""

import random
import socket
import threading


class LossyLine:
    """Passes TCP on. Of what the server sends after the handshake, it reads the WebSocket frames: each event about a
    message may be dropped or doubled, by seeded chance."""

    def __init__(self, upstream: int, port: int, *, seed: int = 7) -> None:
        self.drops = self.doubles = 0
        self.loss = 0.0
        self._chance = random.Random(seed)
        self._upstream = upstream
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Break every connection, as a tunnel does."""
        broken, self._open = self._open, []
        for one in broken:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def close(self) -> None:
        """Take no more connections; safe to call twice."""
        if self._listener.fileno() >= 0:
            # A thread that waits in accept() goes on accepting through a mere close.
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                client, _address = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._upstream))
            except ConnectionRefusedError:
                client.close()
                continue
            except OSError:
                return
            self._open += [client, server]
            threading.Thread(target=self._pass, args=(client, server), daemon=True).start()
            threading.Thread(target=self._pass_frames, args=(server, client), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while part := source.recv(65_536):
                target.sendall(part)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            return

    def _pass_frames(self, source: socket.socket, target: socket.socket) -> None:
        try:
            with source.makefile("rb") as stream, target:
                head = b"".join(iter(stream.readline, b"\r\n")) + b"\r\n"
                target.sendall(head)
                while b" 101 " not in head:
                    if not (part := stream.read1(65_536)):
                        return
                    target.sendall(part)
                while frame := self._frame(stream):
                    for _ in range(self._copies(frame)):
                        target.sendall(frame)
        except OSError:
            return

    @staticmethod
    def _frame(stream: "socket.SocketIO") -> bytes:  # type: ignore[name-defined]
        head = stream.read(2)
        if len(head) < 2:
            return b""
        more = {126: 2, 127: 8}.get(head[1], 0)
        longer = stream.read(more)
        return head + longer + stream.read(int.from_bytes(longer, "big") if more else head[1])

    def _copies(self, frame: bytes) -> int:
        if b'"type":"message.' not in frame[:60] or self._chance.random() >= self.loss:
            return 1
        if self._chance.random() < 0.5:
            self.doubles += 1
            return 2
        self.drops += 1
        return 0
