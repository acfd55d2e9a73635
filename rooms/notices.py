"""Which absent members are told of a message, and in what words: never its own (decision 26)."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from delivery.sources import Notice, NoticeSource, source
from rooms.files.shape import first_file
from rooms.kinds import kind_named
from rooms.listing import classes_of
from rooms.models import Member, Mention, Message, Room


@source("message")
class MessageNotices(NoticeSource):
    """Tells the members who have not read the message, have not muted the room and did not write it."""

    def recipients(self, subject: int, *, after: int, limit: int) -> list[int]:
        """The next members to tell, by rising person id; a seat that has ended is not among them."""
        waiting = _waiting([subject]).filter(person__gt=after).order_by("person")
        return list(waiting.values_list("person", flat=True)[:limit])

    def first_recipients(self, subjects: Collection[int], *, limit: int) -> dict[int, list[int]]:
        """The same for many messages, in one query."""
        place = Window(RowNumber(), partition_by="room__messages", order_by="person")
        waiting = _waiting(subjects).annotate(place=place).filter(place__lte=limit).order_by("person")
        found: dict[int, list[int]] = defaultdict(list)
        for message, person in waiting.values_list("room__messages", "person"):
            found[message].append(person)
        return found

    def notices_for(self, subject: int, person_ids: Collection[int], *, language: str) -> dict[int, Notice]:
        """For each who still has not read it: where it is, and that there is one."""
        message = (
            Message.objects.select_related("room__school_class", "room__org", "room__student")
            .filter(pk=subject)
            .first()
        )
        if message is None:
            return {}
        seats = _waiting([subject]).filter(person__in=person_ids)
        words = _words(message.room, _new(message))
        named = set(message.named.values_list("person", flat=True)) if message.mention_count else set()
        return {
            person: _notice(message, *words(seat, is_named=message.mentions_all or person in named))
            for person, seat in seats.values_list("person", "seat")
        }


def _waiting(messages: Collection[int]) -> QuerySet[Member]:
    """A row for each message and each member who has still to be told of it."""
    return Member.objects.filter(
        # In one condition, or each would be about another of the room's messages.
        Q(room__messages__in=messages, room__messages__removed_at__isnull=True),
        ~Q(person=F("room__messages__author")),
        # Who is named is told also where they muted the room.
        Q(is_muted=False) | Q(room__messages__mentions_all=True) | _named(messages),
        room__state=Room.State.OPEN,
        read_seq__lt=F("room__messages__seq"),
    )


def _named(messages: Collection[int]) -> Exists:
    # Of these messages only: else the planner may read all who were ever named.
    named = Mention.objects.filter(message__in=messages)
    return Exists(named.filter(message=OuterRef("room__messages"), person=OuterRef("person")))


def _new(message: Message) -> str:
    """What there is, where nobody's child is in the title: of files without a text, what they are."""
    kind = first_file(message).get("file", "")
    if kind == "image":
        return _("New photo")
    if kind == "voice":
        return _("New voice message")
    return _("New file") if kind else _("New message")


def _words(room: Room, new: str) -> Any:
    """A function from the reader's seat, and whether they are named, to (title, body). `new`: what there is."""
    kind = kind_named(room.kind)
    if not kind.is_private or room.student is None:
        return lambda _seat, *, is_named: (
            kind.title(room),
            _("New message that mentions you") if is_named else new,
        )
    enrolment = classes_of({room.student.pk}).get(room.student.pk)
    about = [
        room.student.given_name,
        *([_("class %(title)s") % {"title": enrolment.school_class.title}] if enrolment else []),
    ]
    from_school = _("New message from the teacher") if room.teacher_id else _("New message from the school")
    return lambda seat, **_named: (
        " · ".join(about),
        from_school if seat == "guardian" else _("New message from a guardian"),
    )


def _notice(message: Message, title: str, body: str) -> Notice:
    return Notice(
        type="message",
        id=message.pk,
        # A newer message of the same room takes the place of the older one on the lock screen.
        tag=f"room-{message.room_id}",
        title=title,
        body=body,
        url=f"/tin-nhan/{message.room_id}",
        urgency="thuong",
        at=message.created_at,
        room=message.room_id,
    )
