"""The week's notices, published, opened, acknowledged and told by hand through the real actions."""

import datetime as dt
import uuid
from collections.abc import Callable
from random import Random

from django.utils import timezone

from broadcasts import actions
from broadcasts.content import content_from
from broadcasts.drafts import keeping, submitting
from broadcasts.drafts.submitting import Submission
from broadcasts.models import Acknowledgement, Broadcast
from chatserver.demo.clock import at, moment
from chatserver.demo.contacts import play_contacts
from chatserver.demo.people import Cast
from chatserver.demo.texts import NOTICES, WAITING, NoticeText
from registry.assurance import Assurance
from registry.models import Person
from registry.selectors import live_roles


def play_notices(cast: Cast, random: Random, *, progress: Callable[[str], None]) -> None:
    """Every notice of the week, oldest first, with who opened it and who answered."""
    for text in NOTICES:
        progress(text.title)
        began = moment(days_ago=text.days_ago, hour=text.hour, minute=text.minute)
        author, audience = _who_to_whom(cast, text.slug)
        with at(began):
            broadcast, _ = actions.publish(
                author,
                content_from(
                    {
                        "audience": audience,
                        "roles": list(text.roles),
                        "kind": text.kind,
                        "urgency": text.urgency,
                        "title": text.title,
                        "body": text.body,
                        "wants_acknowledgement": text.wants_acknowledgement,
                    }
                ),
                client_broadcast_id=uuid.UUID(int=random.getrandbits(128), version=4),
            )
        _answers(cast, broadcast, text, began, random)
        play_contacts(cast, broadcast, text.slug, began, random)


def play_waiting(cast: Cast, random: Random) -> None:
    """One notice is on its way: an officer's to the whole province, which waits for the other officer."""
    author = cast.officers[0]
    sure = Assurance(has_second_factor=True, confirmed_at=timezone.now(), browser="demo")
    content = content_from({"audience": {"org": cast.department.pk}, **WAITING})
    name = uuid.UUID(int=random.getrandbits(128), version=4)
    draft, _ = keeping.save(author, content.kept(), client_broadcast_id=name)
    submitting.submit(author, draft.pk, Submission(version=draft.version, people=None), assurance=sure)


def _who_to_whom(cast: Cast, slug: str) -> tuple[Person, dict[str, int]]:
    places = {
        "so": (cast.officers[0], {"org": cast.department.pk}),
        "xa": (cast.commune_officer, {"org": cast.commune.pk}),
        "truong": (cast.head, {"org": cast.school.pk}),
        "lop": (cast.teacher, {"class": cast.school_class.pk}),
        "mam": (_head_of_preschool(cast), {"org": cast.preschool.pk}),
    }
    return places[slug.partition("-")[0]]


def _head_of_preschool(cast: Cast) -> Person:
    return live_roles().filter(org=cast.preschool, role="principal").order_by("pk").select_related("person")[0].person


def _answers(cast: Cast, broadcast: Broadcast, text: NoticeText, began: dt.datetime, random: Random) -> None:
    """Most open it, most of those answer, the guardian of the story leaves the newest for whoever tries the demo."""
    students: dict[int, list[int]] = {}
    for person_id, student_id in Acknowledgement.objects.filter(broadcast=broadcast).values_list("person", "student"):
        students.setdefault(person_id, []).extend([student_id] if student_id else [])
    people = Person.objects.in_bulk(students)
    waits = text.slug in {"mam-non-kham-suc-khoe", "lop-hoc-boi"}
    for person_id in sorted(students):
        if random.random() > text.seen or (waits and person_id == cast.guardian.pk):
            continue
        # Half of a village reads within the hour, the rest over the evening.
        moment_read = began + dt.timedelta(minutes=min(random.expovariate(1 / 45), 600))
        with at(min(moment_read, moment(days_ago=0, hour=23, minute=59))):
            if text.wants_acknowledgement and random.random() <= text.acknowledged:
                actions.acknowledge(people[person_id], broadcast.pk, students=students[person_id])
            else:
                actions.record_read(people[person_id], broadcast.pk)
