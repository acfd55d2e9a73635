"""From the act to the lock screen: what the real sources let a phone show (decision 26)."""

import uuid

import pytest

from broadcasts.models import Broadcast
from delivery.models import Delivery
from rooms.actions import post_message
from rooms.models import Room
from tests.assured import assure
from tests.broadcasts.writing import publish
from tests.cast import Cast
from tests.delivery.push_service import Browser, PushService
from tests.wire import session_for

SECRET = "Cháu An bị sốt từ đêm qua, nhờ cô cho cháu nghỉ"


@pytest.fixture
def phones(committed_cast: Cast, service: PushService) -> dict[str, Browser]:
    """Everybody's, the outsider's too."""
    found = {name: Browser(service.url(name)) for name in committed_cast.people()}
    for name, person in committed_cast.people().items():
        found[name].subscribe(person)
    return found


def told(phones: dict[str, Browser], service: PushService) -> dict[str, dict]:
    return {push.path.strip("/"): phones[push.path.strip("/")].read(push) for push in service.pushes}


@pytest.fixture(autouse=True)
def _without_undo(settings) -> None:
    settings.UNDO_SECONDS = 0


def surely(cast: Cast) -> str:
    """The head's session, in which a second factor was given just now."""
    session = session_for(cast, cast.hanh)
    assure(session)
    return session


def test_a_message_in_a_room_rings_its_other_members_and_says_nothing_of_it(
    phones, committed_cast: Cast, service: PushService, work
) -> None:
    room = Room.objects.get(kind="guardians", school_class=committed_cast.class_7a)
    post_message(committed_cast.hoa, room.pk, body=SECRET, client_message_id=uuid.uuid4())
    work.forward(60)
    work()

    heard = told(phones, service)
    assert {"lan", "dung"} <= set(heard)
    assert not {"hoa", "quang", "van", "an", "mai", "son"} & set(heard)
    for payload in heard.values():
        assert payload["url"] == f"/tin-nhan/{room.pk}"
        assert payload["room"] == room.pk
        assert "sốt" not in str(payload)
        assert "Hoa" not in str(payload)


def test_a_notice_arrives_whole_at_its_recipients_and_nobody_else(
    phones, committed_cast: Cast, service: PushService, work, client
) -> None:
    client.cookies["sid"] = surely(committed_cast)
    answer = client.post(
        "/api/broadcasts",
        {
            "audience": {"org": committed_cast.school.pk}, "roles": ["guardians"], "kind": "thong_tin",
            "urgency": "khan", "title": "Nghỉ học do bão", "body": "Thứ Tư toàn trường nghỉ học.",
            "wants_acknowledgement": True, "client_broadcast_id": str(uuid.uuid4()),
        },
        content_type="application/json",
    )  # fmt: skip
    assert answer.status_code == 201, answer.json()
    work()

    heard = told(phones, service)
    assert set(heard) == {"hoa", "dung"}
    assert heard["hoa"]["title"] == "Nghỉ học do bão"
    assert heard["hoa"]["body"] == "Thứ Tư toàn trường nghỉ học."
    assert heard["hoa"]["urgency"] == "khan"
    headers = service.at("hoa")[0].headers
    assert (headers["urgency"], int(headers["ttl"]) >= 86_400) == ("high", True)
    assert {len(push.headers["topic"]) for push in service.pushes} == {32}
    assert len({push.headers["topic"] for push in service.pushes}) == 1, (
        "the notice is the topic: a newer word replaces it"
    )
    # What her telephone needs to keep it and to answer without a line; nobody's name.
    hoa, an, chi = committed_cast.hoa, committed_cast.an, committed_cast.chi
    assert (heard["hoa"]["person"], heard["hoa"]["for"]) == (hoa.pk, [an.pk, chi.pk])
    assert heard["dung"]["for"] == [committed_cast.binh.pk]
    assert heard["hoa"]["wants_acknowledgement"] is True
    assert not [name for name in ("An", "Chi", "Hoa", "7A", "6B") if f'"{name}' in str(heard["hoa"])]
    assert heard["hoa"]["id"] == Broadcast.objects.get().pk
    assert Delivery.objects.filter(state=Delivery.State.SENT).count() == 2


def test_who_has_opened_the_notice_is_not_rung(
    phones, committed_cast: Cast, service: PushService, work, client
) -> None:
    client.cookies["sid"] = surely(committed_cast)
    draft = {
        "audience": {"class": committed_cast.class_7a.pk}, "roles": ["guardians"], "kind": "thong_tin",
        "urgency": "thuong", "title": "Họp phụ huynh", "body": "Chủ nhật, 8 giờ.", "wants_acknowledgement": False,
        "client_broadcast_id": str(uuid.uuid4()),
    }  # fmt: skip
    sent = client.post("/api/broadcasts", draft, content_type="application/json").json()
    client.cookies["sid"] = session_for(committed_cast, committed_cast.hoa)
    assert client.post(f"/api/broadcasts/{sent['id']}/read", {}, content_type="application/json").status_code == 200
    work()
    assert set(told(phones, service)) == {"dung"}


def test_of_a_notice_among_staff_nothing_is_told_that_could_be_kept_or_answered(
    phones, committed_cast: Cast, service: PushService, work
) -> None:
    publish(
        committed_cast.hanh,
        committed_cast.school,
        roles=["teachers"],
        title="Phân công trực lũ",
        body="Danh sách kèm theo.",
    )
    work()
    payload = told(phones, service)["lan"]
    assert payload["title"] == "Có văn bản mới"
    assert payload.keys() == {"type", "id", "tag", "title", "body", "urgency", "url", "at"}
    assert "trực lũ" not in str(payload)
