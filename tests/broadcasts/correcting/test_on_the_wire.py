"""A correction over real sockets: open apps learn at once that what they show holds no more, and strangers learn nothing."""

import json
import urllib.request
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings

from broadcasts.models import Broadcast
from tests.assured import assure
from tests.broadcasts.test_live import TOKEN, open_socket
from tests.broadcasts.writing import publish
from tests.cast import Cast
from tests.wire import Server, serving, session_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hasty(transactional_db: None) -> Iterator[Server]:
    """A server where nothing waits to be taken back."""
    with serving(UNDO_SECONDS="0") as running:
        yield running


class Office:
    """An officer's browser, from outside."""

    def __init__(self, server: Server, cast: Cast, name: str) -> None:
        session = session_for(cast, cast.people()[name])
        assure(session)
        self.url = f"{server.url}/api/broadcasts"
        self.headers = {
            "Content-Type": "application/json",
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Origin": "http://127.0.0.1:8000",
        }

    def ask(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        request = urllib.request.Request(f"{self.url}{path}", json.dumps(body).encode(), self.headers, method=method)
        with urllib.request.urlopen(request) as answer:
            return dict(json.load(answer))

    def correct(self, sent: Broadcast, how: str, body: str) -> dict[str, Any]:
        """From the first tap to the moment at which it has left."""
        name = {"client_broadcast_id": str(uuid.uuid4()), "how": how}
        begun = self.ask("POST", f"/{sent.pk}/correct", name)
        content = begun["content"] | {"body": body}
        kept = self.ask("PUT", f"/drafts/{begun['id']}", {"version": begun["version"], "content": content})
        people = self.ask("POST", "/preview", kept["content"])["people"]
        return self.ask("POST", f"/drafts/{begun['id']}/submit", {"version": kept["version"], "people": people})


def test_all_who_have_it_learn_it_and_its_author_and_nobody_else(hasty: Server, committed_cast: Cast) -> None:
    cast = committed_cast
    sent = publish(cast.hanh, cast.school, roles=["guardians"])
    sockets = {name: open_socket(hasty, cast, name) for name in ("hoa", "dung", "hanh", "van", "quang", "lan")}
    told = Office(hasty, cast, "phuc").correct(sent, "thay_the", "Nghỉ hai ngày.")
    assert told["state"] == "left"
    for name in ("hoa", "dung", "hanh"):
        event = sockets[name].next_event("broadcast.corrected", seconds=10)
        assert event["broadcast"] == sent.pk
        assert (event["superseded"]["by"], event["superseded"]["how"]) == (told["broadcast"], "thay_the")
    event = sockets["hoa"].next_event("broadcast.published", seconds=10)
    # The first may be told of late, by the look that makes good a lost hint.
    if event["broadcast"]["id"] == sent.pk:
        event = sockets["hoa"].next_event("broadcast.published", seconds=10)
    assert event["broadcast"]["corrects"] == {"id": sent.pk, "how": "thay_the"}
    refused = sockets["hoa"].ask("broadcast.acknowledge", broadcast=sent.pk, students=[cast.an.pk])
    # It had not reached her: she has the new one alone.
    assert refused["code"] == "not_found"
    answer = sockets["hoa"].ask("broadcast.acknowledge", broadcast=told["broadcast"], students=[cast.an.pk])
    assert answer["type"] == "ok"
    for name in ("van", "quang", "lan"):
        sockets[name].expect_nothing(seconds=0.3)
    for socket in sockets.values():
        socket.close()
