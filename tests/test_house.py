"""The skeleton stands: settings load, migrations are complete, the cast is built."""

from django.core.management import call_command

from tests.cast import Cast


def test_no_migration_is_missing(db: None) -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_the_outsider_is_one(cast: Cast) -> None:
    assert not cast.quang.roles.filter(org=cast.school).exists()
    assert not cast.quang.enrolments.filter(school=cast.school).exists()
