"""What becomes of a delivery, answer by answer; who is told and who is not; who goes first."""

import datetime as dt
import email.utils
import logging
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from delivery.actions import enqueue, forget_address, unsubscribe
from delivery.channels import DeliveryError, Fault
from delivery.expanding import _claimed, _expand, expand_due
from delivery.models import Delivery, Dispatch, PushSubscription
from delivery.pace import Rests, wait_after
from delivery.sources import Priority
from delivery.worker import BATCH, all_channels
from registry.models import Person
from rooms.actions import post_message
from rooms.models import Room
from tests.cast import Cast
from tests.delivery.matter import BODY, TITLE, Matter
from tests.delivery.push_service import Answer, Browser, PushService

State = Delivery.State


@pytest.fixture
def hoa(committed_cast: Cast, service: PushService) -> Browser:
    browser = Browser(service.url("hoa"))
    browser.subscribe(committed_cast.hoa)
    return browser


def only() -> Delivery:
    return Delivery.objects.get()


# -- answers ------------------------------------------------------------------------------------------------------


def test_a_taken_push_is_recorded_and_not_sent_again(hoa: Browser, service: PushService, work) -> None:
    enqueue("test_matter", 7)
    work()
    work.forward(3600)
    work()

    assert len(service.pushes) == 1
    assert (only().state, only().attempts, only().lease_until) == (State.SENT, 1, None)
    assert PushSubscription.objects.get().last_accepted_at is not None
    assert Dispatch.objects.get().done_at is not None


def test_an_address_that_is_gone_is_forgotten_after_one_try(committed_cast: Cast, service: PushService, work) -> None:
    for status in (404, 410):
        Browser(service.url(str(status))).subscribe(committed_cast.hoa)
        service.script[str(status)] = [Answer(status)] * 2
    enqueue("test_matter", 7)
    enqueue("test_matter", 8)
    work()
    work.forward(3600)
    work()

    assert len(service.pushes) == 2, "the second notice for the same address is not tried"
    assert not PushSubscription.objects.exists()
    assert {(each.state, each.outcome) for each in Delivery.objects.all()} == {(State.GONE, "address_gone")}


def test_a_service_that_asks_for_time_gets_it(hoa: Browser, service: PushService, work) -> None:
    service.script["hoa"] = [Answer(429, {"Retry-After": "120"})]
    enqueue("test_matter", 7)
    work()
    for _ in range(3):
        work.forward(39)
        work()
    assert len(service.pushes) == 1, "not a second early"

    work.forward(4)
    work()
    assert len(service.pushes) == 2
    assert (only().state, only().attempts) == (State.SENT, 2)


def test_time_may_be_asked_for_as_a_date(hoa: Browser, service: PushService, work) -> None:
    until = work.clock.now + dt.timedelta(seconds=600)
    service.script["hoa"] = [Answer(503, {"Retry-After": email.utils.format_datetime(until, usegmt=False)})]
    enqueue("test_matter", 7)
    work()
    assert abs((only().waits_until - until).total_seconds()) < 5


def test_any_other_no_is_tried_again_ever_more_slowly(committed_cast: Cast, service: PushService, work) -> None:
    statuses = (500, 429, 400, 301)
    for status in statuses:
        Browser(service.url(str(status))).subscribe(committed_cast.hoa)
        service.script[str(status)] = [Answer(status)] * 3
    enqueue("test_matter", 7)
    work()
    for tries, pause in ((1, 5), (2, 10), (3, 20)):
        work.forward(pause - 1)
        work()
        assert [len(service.at(str(status))) for status in statuses] == [tries] * 4, "not before its time"
        work.forward(1)
        work()
        assert [len(service.at(str(status))) for status in statuses] == [tries + 1] * 4
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.SENT}


def test_waits_double_up_to_a_quarter_of_an_hour() -> None:
    waits = [wait_after(failures).total_seconds() for failures in range(1, 12)]
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900]
    assert wait_after(1000).total_seconds() == 900
    assert wait_after(1, asked=3600.0).total_seconds() == 3600
    assert wait_after(9, asked=0.0).total_seconds() == 1, "at once is not what a busy service means"


def test_a_service_that_never_answers_does_not_hold_up_the_others(
    hoa: Browser, service: PushService, work, committed_cast
) -> None:
    Browser(service.url("dung")).subscribe(committed_cast.dung)
    service.script["hoa"] = [Answer(201, hangs=30)]
    enqueue("test_matter", 7)
    work()

    assert Delivery.objects.get(person=committed_cast.dung).state == State.SENT
    waiting = Delivery.objects.get(person=committed_cast.hoa)
    assert (waiting.state, waiting.outcome) == (State.WAITING, "too_slow")


def test_nobody_listening_is_tried_again(committed_cast: Cast, service: PushService, work) -> None:
    Browser(service.url("hoa")).subscribe(committed_cast.hoa)
    service.end()
    enqueue("test_matter", 7)
    work()
    assert (only().state, only().outcome) == (State.WAITING, "no_connection")


def test_a_redirect_is_not_followed(hoa: Browser, service: PushService, work) -> None:
    with PushService() as inside:
        service.script["hoa"] = [Answer(status, {"Location": inside.url("secret")}) for status in (302, 307)]
        enqueue("test_matter", 7)
        work()
        assert inside.pushes == []
    assert (only().state, only().outcome) == (State.WAITING, "status_302")


def test_a_refused_key_raises_an_alarm_and_costs_the_address_only_after_three_days(
    hoa: Browser, service: PushService, work, caplog
) -> None:
    service.script["hoa"] = [Answer(401), Answer(403), Answer(401)]
    enqueue("test_matter", 7)
    work()
    assert "refuses our key" in caplog.text
    assert PushSubscription.objects.get().refused_since is not None
    assert only().state == State.WAITING

    work.forward(2 * 24 * 3600)
    work()
    assert PushSubscription.objects.exists()
    work.forward(24 * 3600 + 1)
    work()
    assert not PushSubscription.objects.exists()


def test_one_success_clears_a_refused_key(hoa: Browser, service: PushService, work) -> None:
    service.script["hoa"] = [Answer(403)]
    enqueue("test_matter", 7)
    work()
    work.forward(5)
    work()
    assert PushSubscription.objects.get().refused_since is None


def test_after_three_days_nobody_wants_to_be_told(hoa: Browser, service: PushService, work) -> None:
    service.always = Answer(500)
    enqueue("test_matter", 7)
    work()
    work.forward(3 * 24 * 3600)
    work()
    assert (only().state, only().outcome) == (State.FAILED, "status_500")


def test_five_failures_in_a_row_give_a_service_a_minute(committed_cast: Cast, service: PushService, work) -> None:
    for person in list(committed_cast.people().values())[:12]:
        Browser(service.url(str(person.pk))).subscribe(person)
    service.always = Answer(500)
    enqueue("test_matter", 7)
    work(at_once=1)

    assert len(service.pushes) == 5
    assert sorted(each.outcome for each in Delivery.objects.all()) == ["service_rests"] * 7 + ["status_500"] * 5
    assert Delivery.objects.filter(outcome="service_rests", attempts=0).count() == 7, "only tries count"
    service.always = Answer(201)
    work.forward(61)
    work()
    assert Delivery.objects.filter(state=State.SENT).count() == 12


def test_success_between_failures_gives_no_rest() -> None:
    rests, error, now = Rests(), DeliveryError("status_500", fault=Fault.SERVICE), timezone.now()
    for number in range(20):
        rests.failed("push.example", f"a{number}", error, until=now, now=now)
        if number % 4 == 3:
            rests.succeeded("push.example")
    assert rests.until("push.example", "another", now) is None


# -- who ----------------------------------------------------------------------------------------------------------


def test_who_read_it_meanwhile_is_not_told(hoa: Browser, service: PushService, work, committed_cast: Cast) -> None:
    Browser(service.url("dung")).subscribe(committed_cast.dung)
    Matter.unwanted.add(committed_cast.hoa.pk)
    enqueue("test_matter", 7)
    work()

    assert [push.path for push in service.pushes] == ["/dung"]
    dropped = Delivery.objects.get(person=committed_cast.hoa)
    assert (dropped.state, dropped.outcome) == (State.DROPPED, "not_wanted")


def test_who_reads_it_while_a_retry_waits_is_not_told(hoa: Browser, service: PushService, work, committed_cast) -> None:
    service.always = Answer(500)
    enqueue("test_matter", 7)
    work()
    Matter.unwanted.add(committed_cast.hoa.pk)
    work.forward(5)
    work()
    assert len(service.pushes) == 1
    assert only().state == State.DROPPED


def test_a_phone_that_changed_hands_is_not_told_what_was_meant_for_its_former_user(
    hoa: Browser, service: PushService, work, committed_cast: Cast
) -> None:
    service.always = Answer(500)
    enqueue("test_matter", 7)
    work()
    PushSubscription.objects.update(person=committed_cast.dung)
    service.always = Answer(201)
    work.forward(5)
    work()
    assert len(service.pushes) == 1
    assert (only().state, only().outcome) == (State.GONE, "address_moved")


def test_a_phone_that_unsubscribed_or_was_forgotten_is_not_told(
    hoa: Browser, service: PushService, work, committed_cast
) -> None:
    service.always = Answer(500)
    enqueue("test_matter", 7)
    work()
    unsubscribe(committed_cast.hoa, endpoint=hoa.endpoint)
    work.forward(5)
    work()
    assert len(service.pushes) == 1
    assert only().state == State.GONE

    forget_address(Browser(service.url("again")).subscribe(committed_cast.hoa).pk)
    assert not PushSubscription.objects.exists()


def test_an_ended_device_is_not_told(service: PushService, work, committed_cast: Cast) -> None:
    device = committed_cast.account(committed_cast.hoa).devices.create(session_hash="x")
    subscription = Browser(service.url("hoa")).subscribe(committed_cast.hoa)
    subscription.device = device
    subscription.save()
    device.ended_at = work.clock.now
    device.save()
    enqueue("test_matter", 7)
    work()
    assert service.pushes == []


def test_thousands_are_expanded_in_batches_and_each_is_told_once(
    committed_cast: Cast, service: PushService, work
) -> None:
    people = Person.objects.bulk_create(
        Person(source=committed_cast.source, sourced_id=f"many-{number}", given_name="A", family_name="B", name="B A")
        for number in range(1_203)
    )
    browser = Browser("")
    keys = {"p256dh": browser.p256dh, "auth": browser.subscription()["keys"]["auth"]}
    PushSubscription.objects.bulk_create(
        PushSubscription(person=person, endpoint=service.url(f"p{person.pk}"), **keys) for person in people
    )
    enqueue("test_matter", 7)
    worker = work()

    assert worker.counts["sent"] == 1_203
    assert sorted(push.path for push in service.pushes) == sorted(f"/p{person.pk}" for person in people)
    assert {len(asked) <= BATCH for _, asked, _ in Matter.asked} == {True}


def test_a_faulty_source_holds_up_nobody_else_and_is_asked_again(
    hoa: Browser, service: PushService, work, caplog, committed_cast: Cast
) -> None:
    Matter.faulty.add(7)
    enqueue("test_matter", 7)
    enqueue("test_matter", 8)
    with caplog.at_level(logging.DEBUG):
        work()
    assert [hoa.read(push)["id"] for push in service.pushes] == [8]
    assert "source test_matter failed for subject 7: ValueError" in caplog.text
    assert TITLE not in caplog.text

    Matter.faulty.clear()
    work.forward(6)
    work()
    assert [hoa.read(push)["id"] for push in service.pushes] == [8, 7]


def test_a_source_that_is_not_there_is_an_error_for_whoever_enqueues(db: None) -> None:
    with pytest.raises(LookupError):
        enqueue("nobody_registered_this", 1)


# -- when ---------------------------------------------------------------------------------------------------------


def test_a_flash_notice_goes_before_what_waits(committed_cast: Cast, service: PushService, work) -> None:
    browser = Browser(service.url("hoa"))
    browser.subscribe(committed_cast.hoa)
    for subject in (1, 2, 3):
        enqueue("test_matter", subject)
    Matter.priorities[9] = Priority.FLASH
    enqueue("test_matter", 9, priority=Priority.FLASH)
    work(at_once=1)
    assert browser.read(service.pushes[0])["id"] == 9


def test_what_is_due_later_waits(hoa: Browser, service: PushService, work) -> None:
    enqueue("test_matter", 7, due_at=work.clock.now + dt.timedelta(hours=1))
    work()
    assert service.pushes == []
    work.forward(3601)
    work()
    assert len(service.pushes) == 1


def test_a_lively_room_rings_once_and_then_with_its_newest_after_half_a_minute(
    hoa: Browser, service: PushService, work
) -> None:
    Matter.tags = dict.fromkeys(range(1, 30), "room.5")
    Matter.priorities = dict.fromkeys(range(1, 30), Priority.CONVERSATION)
    for subject in (1, 2, 3):
        enqueue("test_matter", subject)
    work()
    assert [hoa.read(push)["id"] for push in service.pushes] == [3], "of several at once the newest"

    for subject in (4, 5):
        enqueue("test_matter", subject)
        work.forward(5)
        work()
    assert len(service.pushes) == 1
    work.forward(21)
    work()
    assert [hoa.read(push)["id"] for push in service.pushes] == [3, 5]
    assert {push.headers["topic"] for push in service.pushes} == {service.pushes[0].headers["topic"]}
    assert Delivery.objects.filter(outcome="replaced").count() == 3


def test_what_presses_does_not_wait_out_the_half_minute(hoa: Browser, service: PushService, work) -> None:
    Matter.tags = {1: "room.5", 2: "room.5"}
    Matter.priorities = {2: Priority.URGENT}
    for subject in (1, 2):
        enqueue("test_matter", subject)
        work()
    assert [hoa.read(push)["id"] for push in service.pushes] == [1, 2]


# -- secrecy ------------------------------------------------------------------------------------------------------


def test_logs_and_rows_hold_no_names_texts_or_addresses(
    hoa: Browser, service: PushService, work, caplog, committed_cast: Cast
) -> None:
    service.script["hoa"] = [Answer(status, {"Retry-After": "x"}) for status in (500, 403, 429, 413, 413, 410)]
    Browser(service.url("dung")).subscribe(committed_cast.dung)
    with caplog.at_level(logging.DEBUG):
        for subject in range(1, 9):
            enqueue("test_matter", subject)
            work()
            work.forward(1000)
    rows = str(list(Delivery.objects.values()) + list(Dispatch.objects.values()))
    secrets = [TITLE, BODY, BODY[:12], committed_cast.hoa.name, "Hoa", service.url("hoa"), "/hoa", hoa.p256dh]
    assert service.pushes
    for told in (caplog.text, rows):
        assert not [secret for secret in secrets if secret in told]


def test_many_messages_are_expanded_in_the_statements_of_a_few(committed_cast: Cast, hoa: Browser, work) -> None:
    Browser("https://push.example.org/dung").subscribe(committed_cast.dung)
    room = Room.objects.get(kind="guardians", school_class=committed_cast.class_7a).pk

    def statements(count: int) -> int:
        for number in range(count):
            post_message(committed_cast.lan, room, body=f"Tin {number}", client_message_id=uuid.uuid4())
        with CaptureQueriesContext(connection) as asked:
            expand_due(all_channels(), now=timezone.now() + dt.timedelta(minutes=5))
        return len(asked)

    assert statements(40) == statements(4)
    assert Dispatch.objects.filter(done_at=None).count() == 0
    # Everybody who has an address and did not write it, once a message.
    assert Delivery.objects.filter(person=committed_cast.hoa).count() == 44
    assert Delivery.objects.filter(person=committed_cast.dung).count() == 44
    assert Delivery.objects.count() == 88


def test_two_workers_never_expand_the_same_dispatch(committed_cast: Cast, hoa: Browser, work) -> None:
    for subject in range(1, 9):
        enqueue("test_matter", subject)
    claimed = _claimed(work.clock.now)
    assert len(claimed) == 8
    assert _claimed(work.clock.now) == []
    # The lease runs out while the first still looks for people: the second takes over, and what the first found is dropped.
    later = work.clock.now + dt.timedelta(seconds=61)
    assert expand_due(all_channels(), now=later) > 0
    assert _expand(claimed, {each.pk: [committed_cast.hoa.pk] for each in claimed}, all_channels(), later) == 0
    assert Delivery.objects.count() == 8
