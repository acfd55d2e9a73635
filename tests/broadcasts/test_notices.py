"""Whom delivery is told to notify of a notice, and in what words (decision 26)."""

import pytest
from django.utils import translation

from broadcasts import actions
from delivery.sources import Notice, source_named
from registry.models import GuardianLink, Role
from tests.broadcasts.writing import publish
from tests.cast import Cast

SOURCE = source_named("broadcast")


def waiting(subject: int) -> list[int]:
    """Everyone to be told, read in batches of two."""
    found: list[int] = []
    while batch := SOURCE.recipients(subject, after=found[-1] if found else 0, limit=2):
        found += batch
    return found


def test_everyone_who_has_not_opened_it_is_told_once_in_order(cast: Cast) -> None:
    broadcast = publish(cast.hanh, cast.school)
    expected = sorted(broadcast.receipts.values_list("person", flat=True))
    assert waiting(broadcast.pk) == expected
    actions.record_read(cast.hoa, broadcast.pk)
    assert waiting(broadcast.pk) == [pk for pk in expected if pk != cast.hoa.pk]
    told = SOURCE.notices_for(broadcast.pk, [cast.hoa.pk, cast.dung.pk, cast.quang.pk], language="vi")
    assert set(told) == {cast.dung.pk}


def test_a_notice_that_names_no_one_is_pushed_whole(cast: Cast) -> None:
    broadcast = publish(cast.son, cast.so, urgency="hoa_toc")
    (notice,) = SOURCE.notices_for(broadcast.pk, [cast.dung.pk], language="vi").values()
    assert isinstance(notice, Notice)
    assert (notice.title, notice.body) == (broadcast.title, broadcast.body)
    assert (notice.urgency, notice.priority, notice.id) == ("hoa_toc", 30, broadcast.pk)
    assert notice.tag == f"broadcast-{broadcast.pk}"


@pytest.mark.parametrize(("language", "words"), [("vi", "Có văn bản mới"), ("en", "There is a new document")])
def test_a_notice_among_staff_says_only_that_there_is_one(cast: Cast, language: str, words: str) -> None:
    broadcast = publish(cast.son, cast.so, roles=["staff", "teachers"])
    with translation.override(language):
        (notice,) = SOURCE.notices_for(broadcast.pk, [cast.lan.pk], language=language).values()
    assert (notice.title, notice.body) == (words, "")


def test_who_has_lost_the_right_is_not_told(cast: Cast) -> None:
    broadcast = publish(cast.hanh, cast.school)
    GuardianLink.objects.filter(guardian=cast.dung).update(state="blocked")
    Role.objects.filter(person=cast.lan).update(status="tobedeleted")
    assert cast.dung.pk not in waiting(broadcast.pk)
    assert SOURCE.notices_for(broadcast.pk, [cast.dung.pk, cast.lan.pk], language="vi") == {}


def test_a_notice_that_is_not_there_tells_nobody(cast: Cast) -> None:
    assert cast.hoa
    assert waiting(999999) == []
    assert SOURCE.notices_for(999999, [cast.hoa.pk], language="vi") == {}
