"""The chain shows any line that was changed or taken away."""

import pytest

from registry import audit
from registry.models import AuditLine
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def _three(cast: Cast) -> list[AuditLine]:
    return [audit.record(cast.tu, "test.act", subject=f"thing:{number}", count=number) for number in range(3)]


def test_an_untouched_chain_holds(cast: Cast) -> None:
    assert audit.verify_chain() is None
    lines = _three(cast)
    assert audit.verify_chain() is None
    assert [line.previous_digest for line in lines] == [audit.GENESIS, lines[0].digest, lines[1].digest]


def test_a_changed_line_shows(cast: Cast) -> None:
    lines = _three(cast)
    AuditLine.objects.filter(pk=lines[1].pk).update(details={"count": 9})
    assert audit.verify_chain() == lines[1]


def test_a_line_taken_away_shows(cast: Cast) -> None:
    lines = _three(cast)
    lines[1].delete()
    assert audit.verify_chain() == lines[2]


def test_a_line_outlives_the_person_who_acted(cast: Cast) -> None:
    outsider = cast.van
    line = audit.record(outsider, "test.act")
    outsider.delete()
    assert audit.verify_chain() is None
    assert AuditLine.objects.get(pk=line.pk).actor_id is not None
