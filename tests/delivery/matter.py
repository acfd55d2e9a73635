"""A source that tells whoever has an address; importing it registers it, also in a worker that a test starts."""

import datetime as dt
from collections.abc import Collection

from django.utils.translation import get_language

from delivery.models import PushSubscription
from delivery.sources import Notice, NoticeSource, Priority, source

AT = dt.datetime(2026, 10, 6, 12, 5, tzinfo=dt.UTC)
TITLE = "Nghỉ học ngày mai do bão số 6"
BODY = "Toàn trường nghỉ học thứ Tư 07/10. Phụ huynh giữ các em ở nhà."


@source("test_matter")
class Matter(NoticeSource):
    """Everybody with an address, everybody still wants it: until a test says otherwise in the class's lists."""

    unwanted: set[int] = set()
    asked: list[tuple[int, frozenset[int], str]] = []
    # By subject: what makes the answer of notices_for differ.
    tags: dict[int, str] = {}
    priorities: dict[int, int] = {}
    bodies: dict[int, str] = {}
    faulty: set[int] = set()

    @classmethod
    def forget(cls) -> None:
        for each in (cls.unwanted, cls.asked, cls.tags, cls.priorities, cls.bodies, cls.faulty):
            each.clear()

    def recipients(self, subject: int, *, after: int, limit: int) -> list[int]:
        people = PushSubscription.objects.filter(person__gt=after).order_by("person").values_list("person", flat=True)
        return list(people.distinct()[:limit])

    def notices_for(self, subject: int, person_ids: Collection[int], *, language: str) -> dict[int, Notice]:
        self.asked.append((subject, frozenset(person_ids), language))
        if subject in self.faulty:
            raise ValueError(f"{TITLE} {BODY}")
        assert get_language() == language
        return {
            person: Notice(
                type="broadcast",
                id=subject,
                tag=self.tags.get(subject, f"broadcast.{subject}"),
                title=TITLE if language == "vi" else "No school tomorrow: storm no. 6",
                body=self.bodies.get(subject, BODY),
                url=f"/thong-bao/{subject}",
                urgency="khan",
                priority=self.priorities.get(subject, Priority.NOTICE),
                at=AT + dt.timedelta(seconds=subject),
            )
            for person in person_ids
            if person not in self.unwanted
        }
