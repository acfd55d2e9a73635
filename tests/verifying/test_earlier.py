"""Official notices from before there were codes get one, and what stands in them is signed."""

import pytest
from django.test import Client

from broadcasts.models import Broadcast, Proof
from broadcasts.verifying import earlier
from registry import audit
from registry.models import AuditLine
from tests.broadcasts.writing import publish
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_each_official_notice_gets_a_code_once_and_is_found_by_it(cast: Cast) -> None:
    official, own = publish(cast.hanh, cast.school, roles=["guardians"]), publish(cast.lan, cast.class_7a)
    Proof.objects.all().delete()
    Broadcast.objects.update(code=None)
    assert earlier.give_codes() == 1
    official.refresh_from_db()
    own.refresh_from_db()
    assert own.code is None
    assert official.code is not None
    told = Client().get(f"/kt/{official.code}.json").json()
    assert (told["status"], told["issuer"]) == ("con_hieu_luc", cast.school.name)
    assert official.code in told["signed"]["text"]
    line = AuditLine.objects.order_by("-pk").first()
    assert line is not None
    assert (line.act, line.actor_id, line.org_id) == ("broadcast.code", None, cast.school.pk)
    lines = AuditLine.objects.count()
    assert earlier.give_codes() == 0
    assert AuditLine.objects.count() == lines
    assert audit.verify_chain() is None
