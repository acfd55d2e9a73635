"""Who learns that a notice waits, came back or has left: on open sockets, and by push."""

import json
import urllib.request
from typing import Any

import pytest
from django.conf import settings
from django.utils import translation

from broadcasts.drafts import telling
from delivery.models import Dispatch
from delivery.sources import Notice, source_named
from registry.models import Person, Role
from tests.assured import assure
from tests.broadcasts.drafts.desk import Desk, pass_time
from tests.cast import Cast
from tests.wire import Server, session_for

TOKEN = "a" * 32


def rung(source: str = telling.WAITS, language: str = "vi") -> dict[int, Notice]:
    """Whom the newest dispatch of this source rings, with what."""
    dispatch = Dispatch.objects.filter(source=source).latest("pk")
    people = source_named(source).recipients(dispatch.subject, after=0, limit=100)
    with translation.override(language):
        return source_named(source).notices_for(dispatch.subject, [*people, 0], language=language)


def test_those_who_may_decide_are_rung_when_it_waits(cast: Cast) -> None:
    told = Desk(cast, cast.hanh).send(cast.school, urgency="hoa_toc")
    heard = rung()
    assert set(heard) == {person.pk for person in (cast.thu, cast.phuc, cast.son, cast.ha)}
    notice = heard[cast.ha.pk]
    assert (notice.title, notice.body, notice.url) == (
        "Có thông báo chờ duyệt",
        cast.school.name,
        f"/them/duyet/{told['id']}",
    )
    assert rung(language="en")[cast.ha.pk].title == "A notice waits for your decision"
    # In batches, as a worker asks; rights are asked when it asks.
    (dispatch,) = Dispatch.objects.filter(source=telling.WAITS)
    source = source_named(telling.WAITS)
    first = source.recipients(dispatch.subject, after=0, limit=2)
    assert len(first) == 2
    assert set(first).isdisjoint(source.recipients(dispatch.subject, after=first[-1], limit=2))
    Role.objects.filter(person=cast.ha).update(status="tobedeleted")
    assert cast.ha.pk not in rung()


def test_nobody_is_rung_for_what_has_gone_on(cast: Cast) -> None:
    hanh = Desk(cast, cast.hanh)
    told = hanh.send(cast.school, urgency="hoa_toc")
    back = hanh.undo(told)
    assert rung() == {}
    # Sent off once more it is told once more.
    hanh.submit(back)
    assert len(rung()) == 4
    Desk(cast, cast.ha).approve(hanh.now(told))
    assert rung() == {}


def test_the_author_is_rung_when_it_comes_back(cast: Cast) -> None:
    hanh = Desk(cast, cast.hanh)
    told = hanh.send(cast.school, urgency="hoa_toc")
    Desk(cast, cast.ha).decline(told)
    titles = {person: notice.title for person, notice in rung(telling.BACK).items()}
    assert titles == {cast.hanh.pk: "Thông báo chưa được gửi"}
    assert rung() == {}
    # Sent off again as it is, it rings those who decide again, and her no more.
    again = hanh.submit(hanh.now(told))
    assert len(rung()) == 4
    assert rung(telling.BACK) == {}
    pass_time(again)
    assert set(rung(telling.BACK)) == {cast.hanh.pk}


def test_nothing_of_a_draft_that_is_not_there(db: None) -> None:
    for name in (telling.WAITS, telling.BACK, telling.REPORT):
        assert source_named(name).recipients(99 << 16, after=0, limit=9) == []
        assert source_named(name).notices_for(99 << 16, [1], language="vi") == {}


@pytest.mark.django_db(transaction=True)
def test_open_apps_learn_it_and_only_those_concerned(server: Server, committed_cast: Cast) -> None:
    cast = committed_cast
    names = ("son", "ha", "phuc", "hanh", "quang", "hoa", "tu")
    sockets = {name: server.socket(session_for(cast, cast.people()[name])) for name in names}
    kept = Desk(cast, cast.son).keep(cast.so, urgency="hoa_toc")
    people = Desk(cast, cast.son).people(kept)
    seen = {"version": 1, "people": people}
    order(server, cast, cast.son, f"drafts/{kept['id']}/submit", seen)
    for name in ("son", "ha"):
        event = sockets[name].next_event("draft.changed")
        assert (event["draft"], event["state"]) == (kept["id"], "submitted")
        assert set(event) == {"type", "topic", "draft", "state"}
    order(server, cast, cast.ha, f"approvals/{kept['id']}/approve", seen)
    for name in ("son", "ha"):
        assert sockets[name].next_event("draft.changed")["state"] == "left"
    for name in ("phuc", "hanh", "quang", "hoa"):
        assert sockets[name].next_event("broadcast.published")
    for name in ("phuc", "hanh", "quang", "hoa", "tu"):
        sockets[name].expect_nothing("draft.changed", seconds=0.2)
    for socket in sockets.values():
        socket.close()


def order(server: Server, cast: Cast, person: Person, path: str, body: Any) -> Any:
    """A request to the running server, as the app makes it."""
    session = session_for(cast, person)
    assure(session, browser=f"browser-of-{person.pk}")
    cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}"
    headers = {"Content-Type": "application/json", "Cookie": cookies, "X-CSRFToken": TOKEN}
    request = urllib.request.Request(
        f"{server.url}/api/broadcasts/{path}",
        json.dumps(body).encode(),
        headers | {"Origin": "http://127.0.0.1:8000"},
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)
