"""Several people, and several servers, at the same moment: one wins, the others are told, nothing is sent twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction

from broadcasts.drafts import approving, breaking_glass, departing, finding, submitting
from broadcasts.drafts.submitting import Submission
from broadcasts.models import Broadcast, Draft
from delivery.models import Dispatch
from realtime.errors import Refusal
from registry.models import AuditLine, Person
from tests.broadcasts.drafts.desk import Desk, in_the_past
from tests.broadcasts.drafts.orders import sure
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What becomes of each of these, begun together: its answer, or the code of its refusal."""
    ready = Barrier(len(works))

    def one(work: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            ready.wait()
            return work()
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as threads:
        return [future.result() for future in [threads.submit(one, work) for work in works]]


def approve(person: Person, told: Any) -> Callable[[], Any]:
    """The order of a second person."""
    return lambda: (
        approving.approve(
            person, told["id"], version=told["version"], people=told["people"], assurance=sure(person)
        ).state
    )


def as_one(told: Any, answers: list[Any]) -> None:
    """Whatever came first: at most one notice, told of once, and the draft says which."""
    draft = Draft.objects.get(pk=told["id"])
    sent = Broadcast.objects.count()
    assert sent == (1 if draft.state == "left" else 0), answers
    assert Dispatch.objects.filter(source="broadcast").count() == sent
    assert AuditLine.objects.filter(act="broadcast.publish").count() == sent


@pytest.mark.parametrize("_again", range(3))
def test_two_second_people(committed_cast: Cast, _again: int) -> None:
    cast = committed_cast
    told = Desk(cast, cast.hanh).send(cast.school, urgency="hoa_toc")
    answers = at_once(approve(cast.son, told), approve(cast.ha, told), approve(cast.phuc, told))
    assert sorted(answers) == ["left", "not_waiting", "not_waiting"]
    as_one(told, answers)


@pytest.mark.parametrize("_again", range(3))
def test_yes_and_no(committed_cast: Cast, _again: int) -> None:
    cast = committed_cast
    told = Desk(cast, cast.hanh).send(cast.school, urgency="hoa_toc")
    no = lambda: approving.decline(cast.son, told["id"], reason="Sai ngày").state  # noqa: E731
    answers = at_once(approve(cast.ha, told), no)
    assert answers in (["left", "not_waiting"], ["not_waiting", "returned"])
    as_one(told, answers)


@pytest.mark.parametrize("_again", range(3))
def test_approved_while_it_is_taken_back(committed_cast: Cast, _again: int) -> None:
    cast = committed_cast
    told = Desk(cast, cast.son).send(cast.so, urgency="hoa_toc")
    answers = at_once(approve(cast.ha, told), lambda: submitting.undo(cast.son, told["id"]).state)
    assert answers in (["left", "already_left"], ["not_waiting", "writing"])
    as_one(told, answers)


@pytest.mark.parametrize("_again", range(3))
def test_approved_while_the_glass_is_broken(committed_cast: Cast, _again: int) -> None:
    cast = committed_cast
    told = Desk(cast, cast.son).send(cast.so, urgency="hoa_toc")
    said = Submission(version=told["version"], people=told["people"])

    def alone() -> Any:
        reason = "Không liên lạc được với ai khác."
        return breaking_glass.break_glass(cast.son, told["id"], said, reason=reason, assurance=sure(cast.son)).state

    answers = at_once(approve(cast.ha, told), alone)
    assert answers in (["left", "on_its_way"], ["not_waiting", "left"])
    as_one(told, answers)
    assert Broadcast.objects.get().broke_glass_reason == (
        "" if answers[0] == "left" else "Không liên lạc được với ai khác."
    )


@pytest.mark.parametrize("_again", range(3))
def test_servers_that_look_together_while_its_author_takes_it_back(committed_cast: Cast, _again: int) -> None:
    cast = committed_cast
    told = Desk(cast, cast.hanh).send(cast.school)
    in_the_past(told)
    look = lambda: departing.depart(told["id"])  # noqa: E731
    answers = at_once(look, look, look, lambda: submitting.undo(cast.hanh, told["id"]).state)
    assert sum(answers[:3]) == (1 if Broadcast.objects.exists() else 0)
    assert answers[3] in {"writing", "already_left"}
    as_one(told, answers)


@pytest.mark.skipif(settings.ON_SQLITE, reason="one writer at a time: nobody goes on while somebody holds a row")
def test_one_that_is_in_hand_does_not_hold_up_the_others(committed_cast: Cast) -> None:
    cast = committed_cast
    hanh = Desk(cast, cast.hanh)
    held, free = hanh.send(cast.school), hanh.send(cast.school)
    in_the_past(held, seconds=2)
    in_the_past(free)
    ready, done = Barrier(2), Barrier(2)

    def hold() -> None:
        try:
            with transaction.atomic():
                assert finding.locked(held["id"])
                ready.wait(20)
                done.wait(20)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        holding = threads.submit(hold)
        ready.wait(20)
        assert departing.look() == 1
        done.wait(20)
        holding.result()
    assert Draft.objects.get(pk=free["id"]).state == "left"
    assert Draft.objects.get(pk=held["id"]).state == "leaving"
    assert departing.look() == 1
    assert Broadcast.objects.count() == 2
