"""What holds for every audience there is: a file more in the folder is held to it too."""

import pytest

from broadcasts import audiences, recipients
from broadcasts.audiences import audience_named, audience_of
from broadcasts.models import Role
from tests.broadcasts.writing import publish
from tests.cast import Cast


def test_these_are_found() -> None:
    assert set(audiences.registered) == {"org", "class"}


@pytest.mark.parametrize("slug", sorted(audiences.registered))
def test_an_audience_that_is_not_there_is_none(cast: Cast, slug: str) -> None:
    assert cast.so
    assert audience_named(slug, 999999) is None


@pytest.mark.parametrize("slug", sorted(audiences.registered))
def test_roles_are_told_apart_and_add_up(cast: Cast, slug: str) -> None:
    subject = {"org": cast.school, "class": cast.class_7a}[slug]
    audience = audience_named(slug, subject.pk)
    assert audience is not None
    assert subject in {audience.org, audience.school_class}
    whole = recipients.count(audience, roles=list(Role.values), author=cast.son)
    for role in Role.values:
        alone = recipients.count(audience, roles=[role], author=cast.son)
        assert alone.by_role[role] == alone.people == whole.by_role[role]
    assert whole.people == sum(whole.by_role.values())


def test_the_audience_of_a_notice_outlives_its_class(cast: Cast) -> None:
    to_class, to_school = publish(cast.lan, cast.class_7a), publish(cast.hanh, cast.school)
    cast.class_7a.ends_on = "2021-01-01"
    cast.class_7a.save()
    to_class.refresh_from_db()
    assert audience_of(to_class).title == "7A · Trường TH&THCS Đồng Sen"
    assert audience_of(to_school).title == "Trường TH&THCS Đồng Sen"
