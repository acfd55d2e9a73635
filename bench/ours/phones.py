"""Makes a province's telephones and one flash notice to them, as a process of its own with the environment of the workers:
`python -m bench.ours.phones COUNT ORIGIN FILE`. Guardians of one child each, with a push address each. The file gets the
browsers' private keys, so that what arrives can be read."""

import datetime as dt
import json
import os
import sys
import uuid
from functools import cache
from pathlib import Path
from typing import Any

BROWSERS = 200
TEXT = (
    "Căn cứ bản tin dự báo lũ khẩn cấp phát lúc 17 giờ 30 phút, toàn bộ học sinh nghỉ học từ sáng thứ Tư cho đến khi có thông "
    "báo mới. Đề nghị phụ huynh giữ con em ở nhà, tuyệt đối không để các em qua suối, qua ngầm tràn hoặc đến gần sông, hồ, ao. "
) * 6


def main(count: int, origin: str, file: Path) -> None:
    """Write the rows; the notice is told of once told (`telling.py` enqueues)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatserver.settings")
    import django

    django.setup()
    from django.db import connection, transaction

    keys = some_keys(BROWSERS)
    with transaction.atomic():
        broadcast = _fill(count, origin, keys)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    told = {"broadcast": broadcast, "keys": [(auth, private) for _public, auth, private in keys]}
    file.write_text(json.dumps(told))


def _fill(count: int, origin: str, keys: list[tuple[str, str, str]]) -> int:
    from delivery.models import PushSubscription
    from registry.models import GuardianLink, Org, OrgClosure, Person, Role, Source

    source = Source.objects.create(name="phones")
    school = Org.objects.create(source=source, sourced_id="school", name="Trường", type="school", school_level="thcs")
    OrgClosure.objects.create(ancestor=school, descendant=school, depth=0)
    people: dict[str, Person] = {}
    for role in ("guardian", "student"):
        first = Person.objects.create(source=source, sourced_id=role, given_name="An", family_name="Lê", name="Lê An")
        _copy(first, count, sourced_id=f"'{role}-' || n", id=f"{first.pk} + n * 2")
        held = Role.objects.create(source=source, sourced_id=role, person=first, org=school, role=role)
        _copy(held, count, sourced_id=f"'{role}-' || n", person_id=f"{first.pk} + n * 2")
        people[role] = first
    guardian, student = people["guardian"], people["student"]
    link = GuardianLink(source=source, guardian=guardian, student=student, relation="mother", state="active")
    link.save()
    _copy(link, count, guardian_id=f"{guardian.pk} + n * 2", student_id=f"{student.pk} + n * 2")
    phone = PushSubscription(person=guardian, endpoint=f"{origin}/0", p256dh=keys[0][0], auth=keys[0][1])
    phone.save()
    _copy(
        phone,
        count,
        person_id=f"{guardian.pk} + n * 2",
        endpoint=f"'{origin}/' || n",
        p256dh=_one_of([public for public, _auth, _private in keys]),
        auth=_one_of([auth for _public, auth, _private in keys]),
    )
    return _notice(count, school, guardian, student)


def _notice(count: int, school: Any, guardian: Any, student: Any) -> int:
    from django.utils import timezone

    from broadcasts.models import Acknowledgement, Broadcast, Receipt

    broadcast = Broadcast.objects.create(
        author=guardian,
        author_name="Hoàng Sơn",
        issuer=school,
        issuer_name="Sở Giáo dục và Đào tạo",
        is_official=True,
        audience_org=school,
        audience={"org": school.pk},
        roles=["guardians"],
        kind="dieu_hanh",
        urgency="hoa_toc",
        title="Toàn tỉnh nghỉ học ngày mai do lũ",
        body=TEXT,
        wants_acknowledgement=True,
        client_broadcast_id=uuid.uuid4(),
        content_digest=b"",
        published_at=timezone.now(),
    )
    receipt = Receipt.objects.create(broadcast=broadcast, person=guardian)
    _copy(receipt, count, person_id=f"{guardian.pk} + n * 2")
    asked = Acknowledgement.objects.create(broadcast=broadcast, person=guardian, student=student, unit=school)
    _copy(asked, count, person_id=f"{guardian.pk} + n * 2", student_id=f"{student.pk} + n * 2")
    return broadcast.pk


def _copy(row: Any, count: int, **different: str) -> None:
    """`count` - 1 more rows like this one, in the database; what differs is SQL with `n` from 1 on."""
    from django.db import connection

    fields = [field.column for field in row._meta.concrete_fields if not field.primary_key or field.column in different]
    values = [different.get(column, f"first.{column}") for column in fields]
    table = row._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(fields)}) SELECT {', '.join(values)}"
            f" FROM {table} AS first, generate_series(1, %s) AS n WHERE first.id = %s",
            [count - 1, row.pk],
        )


def _one_of(texts: list[str]) -> str:
    return f"(ARRAY[{', '.join(repr(text) for text in texts)}])[1 + n %% {len(texts)}]"


@cache
def some_keys(count: int) -> list[tuple[str, str, str]]:
    """Browsers' keys: the public one, the secret, and the private one (hexadecimal) that stays with the browser."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    from bench.ours.pushing import base64url

    found = []
    for _each in range(count):
        key = ec.generate_private_key(ec.SECP256R1())
        public = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        private = f"{key.private_numbers().private_value:x}"
        found.append((base64url(public), base64url(os.urandom(16)), private))
    return found


def notice(number: int) -> Any:
    """What one of them is told."""
    from delivery.sources import Notice, Priority

    return Notice(
        type="broadcast",
        id=1,
        tag="broadcast-1",
        title="Toàn tỉnh nghỉ học ngày mai do lũ",
        body=TEXT,
        url="/thong-bao/1",
        urgency="hoa_toc",
        at=dt.datetime(2026, 10, 6, 12, 5, tzinfo=dt.UTC),
        priority=Priority.FLASH,
        more={"person": number, "for": [number], "kind": "dieu_hanh", "wants_acknowledgement": True},
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
