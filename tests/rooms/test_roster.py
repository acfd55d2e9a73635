"""Members are what the registry says, on every day, whatever changed."""

from rooms.models import Member, Room
from tests.cast import Cast


def seats(key: str) -> dict[int, str]:
    return dict(Member.objects.filter(room__key=key).values_list("person", "seat"))


def test_the_small_school_has_exactly_these_rooms(cast: Cast) -> None:
    keys = set(Room.objects.values_list("key", flat=True))
    classes = [cast.class_7a, cast.class_6b, cast.class_7c]
    orgs = [cast.so, cast.dong_sen, cast.tan_son, cast.school, cast.other_school]
    assert keys == {f"{kind}:{c.pk}" for kind in ("class", "guardians") for c in classes} | {
        f"{kind}:{o.pk}" for kind in ("staff", "community") for o in orgs
    }


def test_every_seat_is_the_registrys(cast: Cast) -> None:
    c = cast
    assert seats(f"class:{c.class_7a.pk}") == {
        c.lan.pk: "teacher",
        c.minh.pk: "teacher",
        c.an.pk: "pupil",
        c.binh.pk: "pupil",
    }
    assert seats(f"guardians:{c.class_7a.pk}") == {
        c.lan.pk: "teacher",
        c.minh.pk: "teacher",
        c.hoa.pk: "guardian",
        c.dung.pk: "guardian",
    }
    assert seats(f"staff:{c.school.pk}") == {p.pk: "staff" for p in (c.lan, c.minh, c.mai)} | {
        c.hanh.pk: "head",
        c.thu.pk: "head",
    }
    assert seats(f"staff:{c.dong_sen.pk}") == {c.phuc.pk: "head", c.hanh.pk: "unit_head"}
    assert seats(f"staff:{c.so.pk}") == {c.son.pk: "head", c.ha.pk: "head", c.phuc.pk: "unit_head"}
    assert not Member.objects.filter(room__kind="community").exists()
