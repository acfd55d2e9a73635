"""Reading: pages, the list of rooms, members, unread counts."""

from typing import Any

from rooms import actions, selectors
from rooms.models import Member, Room
from tests.cast import Cast
from tests.rooms.conftest import class_room, guardians_room, say


def test_pages_go_back_to_the_beginning_and_say_when(cast: Cast, browser: Any) -> None:
    room = guardians_room(cast.class_7a)
    for number in range(7):
        say(cast.lan, room, f"Tin {number}")
    hoa = browser(cast.hoa)
    newest = hoa.get(f"rooms/{room.pk}/messages?limit=3")
    assert ([m["seq"] for m in newest["messages"]], newest["complete"], newest["head"]) == ([5, 6, 7], False, 7)
    older = hoa.get(f"rooms/{room.pk}/messages?limit=3&before=5")
    assert ([m["seq"] for m in older["messages"]], older["complete"]) == ([2, 3, 4], False)
    oldest = hoa.get(f"rooms/{room.pk}/messages?limit=3&before=2")
    assert ([m["seq"] for m in oldest["messages"]], oldest["complete"]) == ([1], True)


def test_odd_pages_are_refused(cast: Cast, browser: Any) -> None:
    room = guardians_room(cast.class_7a)
    for query in ("limit=0", "limit=101", "limit=x", "before=-1", "before=9223372036854775808", "before=1.5"):
        answer = browser(cast.hoa).ask("get", f"rooms/{room.pk}/messages?{query}")
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_input"), query


def test_the_list_shows_what_waits_newest_first(cast: Cast, browser: Any) -> None:
    rooms = [guardians_room(cast.class_6b), guardians_room(cast.class_7a)]
    for room, teacher in zip(rooms, (cast.mai, cast.lan), strict=True):
        say(teacher, room, "Mai họp phụ huynh lúc 19 giờ nhé, " * 5)
    say(cast.hoa, rooms[1], "Vâng ạ")
    found = browser(cast.hoa).get("rooms")
    assert found["epoch"]
    first, second, *rest = found["rooms"]
    assert (first["id"], first["title"], first["unread"], first["last"]["excerpt"]) == (
        rooms[1].pk,
        "Phụ huynh lớp 7A",
        1,
        "Vâng ạ",
    )
    assert (second["id"], second["unread"], second["last"]["author"]["label"]) == (rooms[0].pk, 1, "GVCN 6B")
    assert second["last"]["excerpt"].endswith("19 giờ nhé, Mai họp phụ huynh lúc…")
    assert {room["kind"] for room in rest} == {"community"}
    assert first["can"] == ["read", "post"]
    assert first["subtitle"] == cast.school.name


def test_each_sees_exactly_their_rooms(cast: Cast, browser: Any) -> None:
    def keys(name: str) -> set[str]:
        return {Room.objects.get(pk=room["id"]).key for room in browser(getattr(cast, name)).get("rooms")["rooms"]}

    squares = {f"community:{org.pk}" for org in (cast.school, cast.dong_sen, cast.so)}
    assert keys("hoa") == {f"guardians:{cast.class_7a.pk}", f"guardians:{cast.class_6b.pk}"} | squares
    assert keys("an") == {f"class:{cast.class_7a.pk}"} | squares
    assert (
        keys("lan")
        == {f"class:{cast.class_7a.pk}", f"guardians:{cast.class_7a.pk}", f"staff:{cast.school.pk}"} | squares
    )
    assert keys("hanh") == {f"staff:{cast.school.pk}", f"staff:{cast.dong_sen.pk}"} | squares
    assert keys("son") == {f"staff:{cast.so.pk}", f"community:{cast.so.pk}"}
    assert keys("tu") == set()
    outside = {f"community:{org.pk}" for org in (cast.other_school, cast.tan_son, cast.so)}
    assert (
        keys("quang")
        == {f"class:{cast.class_7c.pk}", f"guardians:{cast.class_7c.pk}", f"staff:{cast.other_school.pk}"} | outside
    )
    assert keys("van") == {f"guardians:{cast.class_7c.pk}"} | outside


def test_a_strangers_room_and_a_missing_room_look_the_same(cast: Cast, browser: Any) -> None:
    rooms = [
        guardians_room(cast.class_7a),
        class_room(cast.class_7a),
        Room.objects.get(key=f"staff:{cast.school.pk}"),
        Room.objects.get(key=f"community:{cast.school.pk}"),
    ]
    say(cast.lan, rooms[0])
    for person in (cast.quang, cast.van):
        outsider = browser(person)
        missing = outsider.ask("get", "rooms/999999").json()
        for room in rooms:
            for method, path, body in (
                ("get", "", None),
                ("get", "/members", None),
                ("get", "/messages", None),
                ("patch", "", {"is_talk_open": True}),
                ("patch", "/messages/1", {"body": "x"}),
                ("delete", "/messages/1", None),
                ("post", "/read", {"read_seq": 1}),
            ):
                answer = outsider.ask(method, f"rooms/{room.pk}{path}", body)
                assert (answer.status_code, answer.json()) == (404, missing), (room.key, method, path)
    assert not Member.objects.filter(person__in=(cast.quang, cast.van), room__in=rooms).exists()


def test_nobody_reads_without_signing_in(cast: Cast, client: Any) -> None:
    room = guardians_room(cast.class_7a)
    for path in (
        "rooms",
        "rooms/contacts",
        f"rooms/{room.pk}",
        f"rooms/{room.pk}/messages",
        f"rooms/{room.pk}/members",
    ):
        answer = client.get(f"/api/{path}")
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


def test_members_are_shown_and_pointers_only_to_teachers(cast: Cast, browser: Any) -> None:
    room = guardians_room(cast.class_7a)
    say(cast.lan, room)
    actions.mark_read(cast.hoa, room.pk, read_seq=1)
    seen_by_teacher = {m["person"]["id"]: m for m in browser(cast.lan).get(f"rooms/{room.pk}/members")["members"]}
    assert set(seen_by_teacher) == {cast.lan.pk, cast.minh.pk, cast.hoa.pk, cast.dung.pk}
    assert (seen_by_teacher[cast.hoa.pk]["read_seq"], seen_by_teacher[cast.dung.pk]["read_seq"]) == (1, 0)
    assert seen_by_teacher[cast.minh.pk]["person"]["label"] == "Giáo viên 7A"
    assert seen_by_teacher[cast.minh.pk]["person"]["address"] == "Thầy"
    seen_by_guardian = browser(cast.dung).get(f"rooms/{room.pk}/members")
    assert all("read_seq" not in member for member in seen_by_guardian["members"])
    assert seen_by_guardian["truncated"] is False


def test_a_community_room_does_not_tell_who_looks_in(cast: Cast, browser: Any) -> None:
    square = Room.objects.get(key=f"community:{cast.school.pk}")
    for person in (cast.hoa, cast.an, cast.hanh):
        browser(person).get(f"rooms/{square.pk}/messages")
    assert set(square.members.values_list("person", "seat")) == {
        (cast.hoa.pk, "guardian"),
        (cast.an.pk, "pupil"),
        (cast.hanh.pk, "sender"),
    }
    shown = browser(cast.hoa).get(f"rooms/{square.pk}/members")["members"]
    assert [member["person"]["id"] for member in shown] == [cast.hanh.pk]


def test_unread_counts_others_messages_that_stand(cast: Cast) -> None:
    room = guardians_room(cast.class_7a)
    for person in (cast.lan, cast.lan, cast.hoa):
        say(person, room)
    assert [selectors.unread(person) for person in (cast.hoa, cast.lan, cast.dung, cast.quang)] == [2, 1, 3, 0]
    actions.remove_message(cast.lan, room.pk, 1)
    assert selectors.unread(cast.hoa) == 1


def test_numbers_that_no_database_has_are_not_found(cast: Cast, browser: Any) -> None:
    room = guardians_room(cast.class_7a)
    hoa = browser(cast.hoa)
    for path in (
        f"rooms/{10**20}",
        f"rooms/{10**20}/messages",
        f"rooms/{room.pk}/messages/{10**20}",
        "rooms/0",
        f"rooms/{2**63}",
    ):
        method = "delete" if path.count("/") == 3 else "get"
        answer = hoa.ask(method, path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
