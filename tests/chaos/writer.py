"""Somebody who writes into one room: one message after the other, each tried under its name until it is answered."""

import asyncio
import random
import uuid
from typing import Any

from tests.chaos.device import Device, Lost
from tests.chaos.journal import digest_of

OVER_HTTP = 0.1
RETRY_EVERY = 1.0
TEXT = "Mai các con mang áo mưa và sách Toán, lớp mình học ở nhà đa năng; bố mẹ nhớ ký sổ liên lạc giúp cô"


async def write(device: Device, room: int) -> None:
    """Write until the crowd settles."""
    journal, crowd = device.crowd.journal, device.crowd
    words = TEXT.split()
    while await crowd.pace.turn():
        if room not in device.views:
            # Nobody writes into a room that the app does not show; now and then somebody's page is old.
            if random.random() < 0.9:
                await asyncio.sleep(0.2)
                continue
            crowd.stale_sends += 1
        name = str(uuid.uuid4())
        body = f"{' '.join(random.sample(words, random.randint(3, len(words))))} {name[:8]}"
        crowd.unanswered[name] = room
        journal.write("invoke", name, device.person, room, digest_of(body))
        await _send(device, room, name, body)


async def _send(device: Device, room: int, name: str, body: str) -> None:
    """Try until there is an answer. After a lost try a refusal does not say that nothing was stored."""
    journal, crowd = device.crowd.journal, device.crowd
    was_lost = False
    while True:
        answer = await (_over_http if random.random() < OVER_HTTP else _over_socket)(device, room, name, body)
        match answer:
            case {"seq": seq, "rev": rev, "client_message_id": told}:
                journal.write("ok", name, seq, rev, told == name)
                crowd.acknowledged(name)
                return
            case {"code": code, "retry": False}:
                journal.write("fail", name, code, was_lost)
                crowd.unanswered.pop(name, None)
                return
            case {"code": code, **rest}:
                journal.write("again", name, code)
                was_lost = True
                await asyncio.sleep(rest.get("retry_after") or RETRY_EVERY)
            case _:
                journal.write("unknown", name)
                was_lost = True
                await asyncio.sleep(RETRY_EVERY * random.uniform(0.2, 1))


async def _over_socket(device: Device, room: int, name: str, body: str) -> dict[str, Any]:
    try:
        async with asyncio.timeout(5):
            await device.online.wait()
        answer = await device.ask("message.post", room=room, client_message_id=name, body=body)
    except (Lost, TimeoutError):
        return {}
    found: dict[str, Any] = answer.get("message") or answer
    return found


async def _over_http(device: Device, room: int, name: str, body: str) -> dict[str, Any]:
    if not device.csrf:
        await device.request("GET", "/api/me")
    if not device.csrf:
        return {}
    _status, answer = await device.request(
        "POST", f"/api/rooms/{room}/messages", {"client_message_id": name, "body": body}
    )
    return answer
