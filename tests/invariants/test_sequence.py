"""However people post, retry, change, take back and fail at the same time: seq and rev are 1..n, no gap, no repeat."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from realtime import Refusal, epoch
from rooms import actions, selectors
from rooms.catching_up import catch_up
from rooms.models import Message, Room
from rooms.tails import tails
from tests.cast import Cast
from tests.rooms.conftest import guardians_room, say


class RolledBackError(Exception):
    """Something after the action failed, and with it the transaction."""


def check(room: Room) -> None:
    """The room's numbers are whole."""
    room.refresh_from_db()
    rows = list(Message.objects.filter(room=room).values_list("seq", "rev"))
    assert sorted(seq for seq, _rev in rows) == list(range(1, room.last_seq + 1))
    revs = [rev for _seq, rev in rows]
    assert len(revs) == len(set(revs))
    assert max(revs, default=0) == room.head


class Talk(RuleBasedStateMachine):
    """Several people in one room, some of whom lose their answers and some their transactions."""

    cast: Cast

    @initialize()
    def begin(self) -> None:
        self.room = guardians_room(self.cast.class_7a)
        Message.objects.filter(room=self.room).delete()
        Room.objects.filter(pk=self.room.pk).update(head=0, last_seq=0)
        tails.forget()
        self.sent: list[tuple[Any, uuid.UUID, str, int]] = []
        self.changes = 0
        self.known: dict[int, Any] = {}
        self.rev = 0

    people = st.sampled_from(["lan", "minh", "hoa", "dung"])
    bodies = st.text(min_size=1, max_size=20).filter(lambda text: any(c.isalnum() for c in text))

    @rule(who=people, body=bodies)
    def post(self, who: str, body: str) -> None:
        person, name = self.cast.people()[who], uuid.uuid4()
        message = actions.post_message(person, self.room.pk, body=body, client_message_id=name).message
        self.sent.append((person, name, body, message.seq))
        self.changes += 1
        assert message.seq == len(self.sent)

    @rule(data=st.data())
    def retry(self, data: st.DataObject) -> None:
        if self.sent:
            person, name, body, seq = data.draw(st.sampled_from(self.sent))
            again = actions.post_message(person, self.room.pk, body=body, client_message_id=name)
            assert (again.message.seq, again.is_new) == (seq, False)

    @rule(who=people, body=bodies)
    def fail(self, who: str, body: str) -> None:
        with suppress(RolledBackError), transaction.atomic():
            actions.post_message(self.cast.people()[who], self.room.pk, body=body, client_message_id=uuid.uuid4())
            raise RolledBackError

    @rule(who=people)
    def refuse(self, who: str) -> None:
        with suppress(Refusal):
            actions.post_message(self.cast.people()[who], self.room.pk, body=" ", client_message_id=uuid.uuid4())
        with suppress(Refusal):
            actions.post_message(self.cast.quang, self.room.pk, body="x", client_message_id=uuid.uuid4())

    @rule(data=st.data(), body=bodies)
    def edit(self, data: st.DataObject, body: str) -> None:
        if self.sent:
            person, _name, _body, seq = data.draw(st.sampled_from(self.sent))
            with suppress(Refusal):
                self.changes += actions.edit_message(person, self.room.pk, seq, body=body).is_new

    @rule(data=st.data(), who=people)
    def remove(self, data: st.DataObject, who: str) -> None:
        if self.sent:
            seq = data.draw(st.sampled_from(self.sent))[3]
            with suppress(Refusal):
                self.changes += actions.remove_message(self.cast.people()[who], self.room.pk, seq).is_new

    @rule()
    def resume(self) -> None:
        changes = catch_up(self.cast.minh, known_epoch=epoch(), revs={self.room.pk: self.rev})["rooms"][
            str(self.room.pk)
        ]
        self.known |= {message["seq"]: message for message in changes["messages"]}
        self.rev = changes["head"]
        page = selectors.history(self.cast.minh, self.room.pk, limit=100)["messages"]
        assert self.known == {message["seq"]: message for message in page}

    @invariant()
    def numbers_are_whole(self) -> None:
        if hasattr(self, "room"):
            check(self.room)
            assert (self.room.last_seq, self.room.head) == (len(self.sent), self.changes)


@pytest.mark.django_db
def test_any_history_of_posts_retries_changes_and_failures(cast: Cast) -> None:
    machine = type("TalkOfTheCast", (Talk,), {"cast": cast})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def in_threads(acts: list[Any], workers: int = 8) -> list[Any]:
    """Run at the same moment, each thread with a connection of its own."""

    def run(act: Any) -> Any:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(run, acts))


def test_forty_posts_at_the_same_moment(committed_cast: Cast) -> None:
    cast, room = committed_cast, guardians_room(committed_cast.class_7a)
    people = [cast.lan, cast.minh, cast.hoa, cast.dung]
    written = in_threads([lambda n=n: say(people[n % 4], room, f"Tin {n}") for n in range(40)])
    assert sorted(w.message.seq for w in written) == list(range(1, 41))
    check(room)


def test_the_same_message_from_eight_places_at_once_is_one(committed_cast: Cast) -> None:
    cast, room, name = committed_cast, guardians_room(committed_cast.class_7a), uuid.uuid4()
    written = in_threads(
        [lambda: actions.post_message(cast.hoa, room.pk, body="Vâng ạ", client_message_id=name) for _n in range(8)]
    )
    assert [w.message.seq for w in written] == [1] * 8
    assert sum(w.is_new for w in written) == 1
    check(room)


def test_eight_first_messages_at_once_make_one_thread(committed_cast: Cast) -> None:
    from rooms.threads import Sides, start_thread

    cast = committed_cast
    sides = Sides(cast.an.pk, cast.hoa.pk, cast.lan.pk)
    started = in_threads(
        [
            lambda n=n: start_thread(
                (cast.hoa, cast.lan)[n % 2], sides, body=f"Tin {n}", client_message_id=uuid.uuid4()
            )
            for n in range(8)
        ]
    )
    assert len({room.pk for room, _written in started}) == 1
    check(started[0][0])
    assert set(started[0][0].members.values_list("seat", flat=True)) == {"guardian", "teacher"}


def test_changes_and_posts_at_once(committed_cast: Cast) -> None:
    cast, room = committed_cast, guardians_room(committed_cast.class_7a)
    for _n in range(10):
        say(cast.hoa, room)
    acts: list[Any] = [lambda n=n: say(cast.lan, room, f"Tin {n}") for n in range(10)]
    acts += [lambda n=n: actions.edit_message(cast.hoa, room.pk, n + 1, body=f"Sửa {n}") for n in range(0, 10, 2)]
    acts += [lambda n=n: actions.remove_message(cast.hoa, room.pk, n + 1) for n in range(1, 10, 2)]
    in_threads(acts)
    check(room)
    assert room.head == 30
