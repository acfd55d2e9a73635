"""A contact by hand moves the live board, over real sockets."""

import uuid

import pytest
from django.utils import timezone

from broadcasts import board
from broadcasts.ledger import contacting
from broadcasts.ledger.facts import facts_of
from broadcasts.models import Broadcast
from tests.broadcasts.test_live import open_socket
from tests.broadcasts.writing import publish
from tests.cast import Cast
from tests.wire import Server

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_officer_sees_a_teachers_call(server: Server, committed_cast: Cast) -> None:
    cast = committed_cast
    sent = publish(cast.son, cast.dong_sen, roles=["guardians"])
    with open_socket(server, cast, "son") as son:
        son.ask("broadcast.watch", broadcast=sent.pk)
        said = contacting.Contacted(client_contact_id=uuid.uuid4(), student=cast.an.pk, channel="call")
        contacting.log(cast.lan, sent.pk, said)
        event = son.next_event("broadcast.progressed", seconds=6)
        assert (event["totals"]["subjects"], event["totals"]["reached"]) == (3, 1)
        (unit,) = event["units"]
        assert (unit["unit"]["id"], unit["totals"]["reached"]) == (cast.school.pk, 1)


def test_a_contact_taken_back_is_told_too(committed_cast: Cast) -> None:
    cast, boards = committed_cast, board.Boards()
    sent = publish(cast.son, cast.dong_sen, roles=["guardians"])
    topic = board.topic_of(sent.pk)
    said = contacting.Contacted(client_contact_id=uuid.uuid4(), student=cast.an.pk, channel="visit")
    contacting.log(cast.lan, sent.pk, said)
    assert boards.heads([topic]) == {topic: 1}
    (missed,) = boards.changes_since(topic, 0)
    assert '"reached":1' in missed.text
    contact = sent.contacts.get()
    contacting.withdraw(cast.lan, sent.pk, contact.pk)
    assert facts_of(sent.pk) == 2
    # A second later.
    Broadcast.objects.update(told_at=timezone.now() - board.AT_MOST_EVERY)
    assert boards.heads([topic]) == {topic: 2}
    (missed,) = boards.changes_since(topic, 1)
    assert '"reached":0' in missed.text
