"""The chat of the Channels tutorial on daphne: a consumer a socket, group_add, group_send; nothing is stored."""

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from bench import processes
from bench.generator.client import Client
from bench.generator.frames import frame
from bench.peers.base import Plain, Serving
from bench.processes import Running
from tests import services

HERE = Path(__file__).parent


class Tutorial(Plain):
    """The tutorial's own messages."""

    path = "/ws/chat/"

    def post(self, _client: Client, body: str) -> bytes:
        """To the room of the address."""
        return frame(json.dumps({"message": body}).encode())


class Naive:
    """With one of the two Redis layers of channels_redis, as `CHANNEL_LAYERS` of the tutorial sets it up."""

    def __init__(self, name: str, layer: str) -> None:
        self.name = name
        self.layer = layer

    def version(self) -> str:
        """Of everything that takes part."""
        parts = ("channels", "channels-redis", "daphne", "redis", "Django")
        return ", ".join(f"{part} {version(part)}" for part in parts) + f", {self.layer}"

    @contextlib.contextmanager
    def serving(self, folder: Path) -> Iterator[Serving]:
        """`daphne mysite.asgi:application`, and a Redis of its own."""
        with processes.redis() as (redis_url, redis_pid):
            port = services.free_port()
            env = {
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "mysite.settings",
                "LAYER": self.layer,
                "REDIS_URL": redis_url,
            }
            command = [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "mysite.asgi:application"]
            with Running(command, folder / f"{self.name}-{port}.log", cwd=HERE, env=env) as running:
                services.wait_for_port(port)
                yield Serving(self.name, Tutorial(), port, running, redis_pid)


CORE = Naive("naive", "channels_redis.core.RedisChannelLayer")
PUBSUB = Naive("naive-pubsub", "channels_redis.pubsub.RedisPubSubChannelLayer")
