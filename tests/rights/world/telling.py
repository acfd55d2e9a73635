"""Who would be told by push: the worker's own expansion of what was posted, over addresses of everybody."""

import datetime as dt

from django.utils import timezone

from delivery.expanding import expand_due
from delivery.models import Delivery, Dispatch
from delivery.worker import all_channels
from rooms.models import Message
from tests.rights.world import deeds
from tests.rights.world.asking import Found
from tests.rights.world.browser import LIVE
from tests.rights.world.building import World


def forget_what_was_said() -> None:
    """Only what is said to everybody is asked about: what each wrote for themselves would be told a hundred times over."""
    heard_by_all = Message.objects.filter(body=LIVE).values("pk")
    Dispatch.objects.filter(done_at=None).exclude(source="message", subject__in=heard_by_all).update(
        done_at=timezone.now()
    )


def tell(world: World, found: Found) -> None:
    """Let what was said in every room become deliveries, and note for each place whether the subject has one."""
    forget_what_was_said()
    # Who has the room open reads it within seconds and needs no push: they have passed.
    while expand_due(all_channels(), now=timezone.now() + dt.timedelta(minutes=1)):
        pass
    messages = dict(Message.objects.filter(body=LIVE).values_list("pk", "room"))
    rows = Delivery.objects.filter(dispatch__source="message", dispatch__subject__in=messages)
    told = {(person, messages[subject]) for person, subject in rows.values_list("person", "dispatch__subject")}
    for subject, place in world.places():
        is_told = (world.people.get(subject.name), world.rooms[place.room]) in told
        found.answers[subject, place.name, deeds.PUSH] = deeds.TOLD if is_told else deeds.NOTHING
