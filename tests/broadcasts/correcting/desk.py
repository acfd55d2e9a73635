"""People who correct what they sent."""

import uuid
from typing import Any

from broadcasts.models import Broadcast
from tests.broadcasts.drafts.desk import Desk, pass_time


def begin(desk: Desk, sent: Broadcast, how: str = "dinh_chinh", *, status: int = 0) -> Any:
    """The draft with the words of the notice: one tap, and the same one with the next. `status` 0: either of these."""
    body = {"client_broadcast_id": str(uuid.uuid4()), "how": how}
    answer = desk.client.post(f"/api/broadcasts/{sent.pk}/correct", body, content_type="application/json")
    assert answer.status_code in ({status} if status else {200, 201}), answer.content
    return answer.json()


def write(desk: Desk, draft: Any, **different: Any) -> Any:
    """Other words in it."""
    content = draft["content"] | different
    return desk.put(f"/drafts/{draft['id']}", {"version": draft["version"], "content": content})


def correct(desk: Desk, sent: Broadcast, how: str = "dinh_chinh", **different: Any) -> Broadcast:
    """A correction, sent."""
    draft = write(desk, begin(desk, sent, how), **({"body": "Sửa lại: nghỉ từ thứ Năm."} | different))
    told = desk.submit(draft)
    if told["state"] == "leaving":
        pass_time(told)
    return Broadcast.objects.get(draft=draft["id"])
