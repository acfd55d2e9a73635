"""Homeroom teachers tell by hand whom a notice of the week has not reached, through the real actions; the last ones are
left for whoever tries the demo."""

import datetime as dt
import uuid
from random import Random

from broadcasts.ledger import contacting
from broadcasts.ledger.filters import Wanted
from broadcasts.ledger.listing import page_of
from broadcasts.ledger.places import Place
from broadcasts.ledger.policy import standing_of
from broadcasts.ledger.words import UNREACHED
from broadcasts.models import Broadcast
from chatserver.demo.clock import at, moment
from chatserver.demo.people import Cast
from chatserver.demo.texts import CALLED, NOTES
from registry.models import Person, SchoolClass
from registry.selectors import live_enrolments

# A village is called; who has no telephone is visited.
CHANNELS = ("call", "call", "call", "visit", "village", "slip")


def play_contacts(cast: Cast, broadcast: Broadcast, slug: str, began: dt.datetime, random: Random) -> None:
    """In every class of the story's school, all but the last few who were not reached are told within two hours."""
    if slug not in CALLED:
        return
    for school_class in cast.school.classes.filter(class_type="homeroom").order_by("title"):
        teacher = live_enrolments().get(school_class=school_class, role="teacher", is_primary=True).person
        missed = _missed(teacher, broadcast, school_class)
        for student in missed[CALLED[slug] :]:
            _tell(teacher, broadcast, student, began + dt.timedelta(minutes=20 + random.randrange(100)), random)


def _missed(teacher: Person, broadcast: Broadcast, school_class: SchoolClass) -> list[int]:
    place = Place(broadcast, school_class.school, (school_class,), is_class=True)
    wanted = Wanted(states=frozenset(UNREACHED))
    return [one.subject for one in page_of(standing_of(teacher), place, wanted, after=None, limit=100).listed]


def _tell(teacher: Person, broadcast: Broadcast, student: int, when: dt.datetime, random: Random) -> None:
    channel = random.choice(CHANNELS)
    with at(min(when, moment(days_ago=0, hour=23, minute=59))):
        said = contacting.Contacted(
            client_contact_id=uuid.UUID(int=random.getrandbits(128), version=4),
            student=student,
            channel=channel,  # type: ignore[arg-type]  # one of CHANNELS
            note=random.choice(NOTES[channel]),
        )
        contacting.log(teacher, broadcast.pk, said)
