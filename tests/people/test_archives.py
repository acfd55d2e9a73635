"""Rooms of units that have ended are listed for those who answer for them today, and for nobody else."""

from typing import Any

from registry.changes import AccessChange
from registry.models import Org, OrgClosure, OrgParent, Source
from registry.selectors import heirs_of, heirs_of_each, today
from registry.signals import access_changed
from rooms.models import Room
from tests.cast import Cast
from tests.invariants.test_query_counts import cost
from tests.rooms.conftest import say


def dissolve(cast: Cast, org: Org, into: Org) -> None:
    """The org ends today; what stood under it stands under another one."""
    for link in OrgParent.objects.filter(parent=org, valid_to=None):
        link.valid_to = today()
        link.save()
        OrgParent.objects.create(org=link.org, parent=into, valid_from=today())
        for above in OrgClosure.objects.filter(descendant=into):
            OrgClosure.objects.get_or_create(
                ancestor_id=above.ancestor_id, descendant=link.org, defaults={"depth": above.depth + 1}
            )
    OrgClosure.objects.filter(ancestor=org, depth__gt=0).delete()
    Org.objects.filter(pk=org.pk).update(status="tobedeleted", valid_to=today())
    access_changed.send(sender=Source, change=AccessChange(everything=True))


def test_the_heirs_find_them_and_nobody_else(cast: Cast, browser: Any) -> None:
    staff = Room.objects.get(key=f"staff:{cast.dong_sen.pk}")
    say(cast.phuc, staff, "Bàn giao trước cuối tháng")
    dissolve(cast, cast.dong_sen, cast.tan_son)
    assert heirs_of(cast.dong_sen.pk) == {cast.tan_son.pk, cast.so.pk}
    son = browser(cast.son)
    told = son.get("rooms/archived")
    assert [room["id"] for room in told["rooms"]] == sorted(
        Room.objects.filter(org=cast.dong_sen).values_list("pk", flat=True), reverse=True
    )
    assert told["complete"]
    for room in told["rooms"]:
        assert (room["state"], room["seat"], room["can"], room["unread"]) == ("archived", "keeper", ["read"], 0)
        assert son.get(f"rooms/{room['id']}") == room
        assert son.ask("get", f"rooms/{room['id']}/messages").status_code == 200
    assert not {room["id"] for room in told["rooms"]} & {room["id"] for room in son.get("rooms")["rooms"]}
    for stranger in (cast.hanh, cast.thu, cast.lan, cast.hoa, cast.an, cast.tu, cast.quang):
        assert browser(stranger).get("rooms/archived") == {"rooms": [], "complete": True}, stranger.name


def test_they_come_in_pages_and_cost_the_same(cast: Cast, browser: Any) -> None:
    dissolve(cast, cast.dong_sen, cast.tan_son)
    son = browser(cast.son)
    few = cost(lambda: son.get("rooms/archived"))
    first = son.get("rooms/archived?limit=1")
    assert not first["complete"]
    rest = son.get(f"rooms/archived?limit=1&before={first['rooms'][0]['id']}")
    assert rest["complete"]
    assert {room["kind"] for page in (first, rest) for room in page["rooms"]} == {"staff", "community"}
    dissolve(cast, cast.tan_son, cast.so)
    assert len(son.get("rooms/archived")["rooms"]) == 4
    assert cost(lambda: son.get("rooms/archived")) <= few + 2


def test_heirs_of_many_are_the_heirs_of_each(cast: Cast) -> None:
    dissolve(cast, cast.dong_sen, cast.tan_son)
    dissolve(cast, cast.tan_son, cast.so)
    orgs = list(Org.objects.values_list("pk", flat=True))
    assert heirs_of_each(orgs) == {org: heirs_of(org) for org in orgs}
    assert heirs_of_each([]) == {}
    assert heirs_of(999_999) == set()
