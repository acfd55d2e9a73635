"""A drill goes its whole way and is never taken for the real thing."""

from django.utils import translation

from delivery.sources import source_named
from tests.broadcasts.drafts.desk import Desk, only_notice, pass_time
from tests.broadcasts.writing import publish
from tests.cast import Cast


def test_a_drill_says_so_wherever_it_is_shown_and_is_answered_like_any_other(cast: Cast) -> None:
    hanh, hoa = Desk(cast, cast.hanh), Desk(cast, cast.hoa)
    pass_time(hanh.send(cast.school, is_exercise=True, roles=["guardians"]))
    (card,) = hoa.get("")["broadcasts"]
    assert card["is_exercise"]
    assert hanh.get("/sent")["broadcasts"][0]["is_exercise"]
    assert hoa.client.get("/api/me").json()["unread"]["notices"] == 1
    answered = hoa.post(f"/{card['id']}/acknowledge", {"students": [cast.an.pk, cast.chi.pk]})
    assert all(reason["acknowledged_at"] for reason in answered["for"])
    assert not publish(cast.hanh, cast.school).is_exercise


def test_its_push_says_so_first(cast: Cast) -> None:
    for roles, words in ((["guardians"], "Nghỉ học do mưa bão"), (["staff"], "Có văn bản mới")):
        notice = publish(cast.son, cast.so, is_exercise=True, roles=roles)
        person = cast.hoa if roles == ["guardians"] else cast.thu
        for language, mark in (("vi", "[DIỄN TẬP] "), ("en", "[EXERCISE] ")):
            with translation.override(language):
                (told,) = source_named("broadcast").notices_for(notice.pk, [person.pk], language=language).values()
            assert told.title.startswith(mark)
            assert language == "en" or told.title == mark + words


def test_the_word_cannot_be_in_the_way_of_the_approval(cast: Cast) -> None:
    told = Desk(cast, cast.son).send(cast.so, is_exercise=True, urgency="hoa_toc")
    assert told["why"] == ["schools", "urgency"]
    Desk(cast, cast.ha).approve(told)
    assert only_notice().is_exercise
