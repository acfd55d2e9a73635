"""Directions to be carried out, as the tests need them: of the department to the heads below it."""

import datetime as dt
from typing import Any

from django.utils import timezone

from broadcasts.models import Broadcast, Node
from registry.models import Org, OrgClosure, OrgParent, Person, Role
from registry.text import fold
from tests.broadcasts.drafts.desk import Desk, pass_time
from tests.broadcasts.writing import publish
from tests.cast import Cast

TO_CARRY_OUT = {
    "roles": ["staff"],
    "kind": "dieu_hanh",
    "title": "V/v cho học sinh nghỉ học do mưa lũ",
    "body": "Yêu cầu các đơn vị cho học sinh nghỉ học ngày mai và báo cáo.",
    "wants_carrying_out": True,
}


def direct(author: Person, to: Org, **different: Any) -> Broadcast:
    """A direction, sent."""
    return publish(author, to, **(TO_CARRY_OUT | different))


def node_of(broadcast: Broadcast, unit: Org) -> Node:
    """The unit's part of it."""
    return Node.objects.get(broadcast=broadcast, unit=unit)


def acknowledge(desk: Desk, broadcast: Broadcast) -> Any:
    """Đã rõ, for oneself."""
    return desk.post(f"/{broadcast.pk}/acknowledge", {"students": []})


def long_ago(broadcast: Broadcast, *, minutes: float) -> None:
    """It was published so many minutes ago."""
    Broadcast.objects.filter(pk=broadcast.pk).update(published_at=timezone.now() - dt.timedelta(minutes=minutes))


def pass_down(desk: Desk, broadcast: Broadcast, unit: Org, **different: Any) -> Broadcast:
    """The unit's own notice: begun, written, sent off, left."""
    name = "5a0f2b52-9d6e-4a3c-8a51-1c62f0d0c6aa"
    begun = desk.post(f"/{broadcast.pk}/nodes/{unit.pk}/relay", {"client_broadcast_id": name}, status=201)
    content = begun["content"] | {"body": "Trường cho nghỉ cả ngày; giáo viên chủ nhiệm báo từng nhà."} | different
    written = desk.put(f"/drafts/{begun['id']}", {"version": begun["version"], "content": content})
    told = desk.submit(written)
    if told["state"] == "leaving":
        pass_time(told)
    return Broadcast.objects.get(draft=told["id"])


def add_schools(cast: Cast, count: int, *, start: int = 0) -> list[tuple[Org, Person]]:
    """So many schools more in xã Tân Sơn, each with a head who has a telephone."""
    schools = Org.objects.bulk_create(
        Org(
            source=cast.source,
            sourced_id=f"school-{n}",
            name=f"Trường Tiểu học số {n}",
            type="school",
            school_level="tieu_hoc",
        )
        for n in range(start, start + count)
    )
    OrgParent.objects.bulk_create(OrgParent(org=school, parent=cast.tan_son) for school in schools)
    OrgClosure.objects.bulk_create(
        OrgClosure(ancestor=above, descendant=school, depth=depth)
        for school in schools
        for depth, above in enumerate((school, cast.tan_son, cast.so))
    )
    heads = Person.objects.bulk_create(
        Person(
            source=cast.source,
            sourced_id=f"head-{school.pk}",
            given_name=f"H{school.pk}",
            family_name="Lò",
            name=f"Lò Văn H{school.pk}",
            search_text=fold(f"Lò Văn H{school.pk}"),
            position="Hiệu trưởng",
            phone=f"09{school.pk:08}",
        )
        for school in schools
    )
    Role.objects.bulk_create(
        Role(source=cast.source, sourced_id=f"head-role-{head.pk}", person=head, org=school, role="principal")
        for school, head in zip(schools, heads, strict=True)
    )
    return list(zip(schools, heads, strict=True))
