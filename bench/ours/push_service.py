"""A push service that costs next to nothing: takes every push over TLS, says 201 and counts. GET /told says what came, with
some of the pushes whole. `python -m bench.ours.push_service PORT CERTIFICATE`."""

import asyncio
import base64
import json
import ssl
import sys
import time

_CREATED = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
_SAMPLES = 20


class Told:
    """What has come so far."""

    def __init__(self) -> None:
        self.pushes = 0
        self.paths: set[bytes] = set()
        self.first = self.last = 0.0
        self.samples: list[tuple[str, str]] = []

    def note(self, path: bytes, body: bytes) -> None:
        """One more."""
        self.last = time.monotonic()
        self.first = self.first or self.last
        self.pushes += 1
        self.paths.add(path)
        if len(self.samples) < _SAMPLES:
            self.samples.append((path.decode(), base64.b64encode(body).decode()))

    def answer(self) -> bytes:
        """As JSON over HTTP."""
        told = {
            "pushes": self.pushes,
            "addresses": len(self.paths),
            "first": self.first,
            "last": self.last,
            "samples": self.samples,
        }
        body = json.dumps(told).encode()
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


class Connection(asyncio.Protocol):
    """One client, one request after the other."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._held = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._held += data
        while (end := self._held.find(b"\r\n\r\n")) >= 0:
            head = self._held[:end]
            size = _length(head)
            if len(self._held) < end + 4 + size:
                return
            body, self._held = self._held[end + 4 : end + 4 + size], self._held[end + 4 + size :]
            self._answer(head, body)

    def _answer(self, head: bytes, body: bytes) -> None:
        method, path, _rest = head.split(b" ", 2)
        if method == b"GET":
            self._transport.write(self._told.answer())  # type: ignore[attr-defined]
            return
        self._told.note(path, body)
        self._transport.write(_CREATED)  # type: ignore[attr-defined]


def _length(head: bytes) -> int:
    lower = head.lower()
    at = lower.find(b"content-length:")
    return int(lower[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0


async def serve(port: int, certificate: str) -> None:
    """Until the process is ended."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    told = Told()
    server = await asyncio.get_running_loop().create_server(lambda: Connection(told), "127.0.0.1", port, ssl=tls)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2]))
