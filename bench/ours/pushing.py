"""Encrypts and sends, and nothing else: `python -m bench.ours.pushing COUNT ORIGIN`, with the environment of a server. Tells
the seconds of the clock and of the processor."""

import asyncio
import base64
import json
import os
import sys
import time
from collections.abc import Iterator

# As many as a worker has under way.
AT_ONCE = 32
BROWSERS = 200
WARMING_UP = 500


async def measure(count: int, origin: str) -> dict[str, float]:
    """So many pushes of a long notice, each encrypted for itself."""
    from delivery.channels.webpush import WebPush

    channel = WebPush()
    async with channel:
        await asyncio.to_thread(channel.prepare)
        await _send(channel, _jobs(WARMING_UP, origin))
        began, used = time.perf_counter(), time.process_time()
        await _send(channel, _jobs(count, origin))
        return {"seconds": time.perf_counter() - began, "cpu": time.process_time() - used}


async def _send(channel: object, jobs: Iterator[tuple[object, object]]) -> None:
    async def one_after_the_other() -> None:
        for address, notice in jobs:
            await channel.send(address, notice)  # type: ignore[attr-defined]

    async with asyncio.TaskGroup() as group:
        for _slot in range(AT_ONCE):
            group.create_task(one_after_the_other())


def _jobs(count: int, origin: str) -> Iterator[tuple[object, object]]:
    from bench.ours.phones import notice, some_keys
    from delivery.channels.webpush import PushAddress

    keys = some_keys(BROWSERS)
    for number in range(count):
        p256dh, auth, _private = keys[number % BROWSERS]
        yield (
            PushAddress(
                id=number,
                person_id=number,
                language="vi",
                service="127.0.0.1",
                endpoint=f"{origin}/{number}",
                p256dh=p256dh,
                auth=auth,
            ),
            notice(number),
        )


def base64url(raw: bytes) -> str:
    """As browsers write their keys."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatserver.settings")
    import django

    django.setup()
    print(json.dumps(asyncio.run(measure(int(sys.argv[1]), sys.argv[2]))))
