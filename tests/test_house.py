"""The skeleton stands: settings load, migrations are complete, the cast is built."""

import tomllib
from pathlib import Path

from django.core.management import call_command

from tests.cast import Cast


def test_no_migration_is_missing(db: None) -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_the_outsider_is_one(cast: Cast) -> None:
    assert not cast.quang.roles.filter(org=cast.school).exists()
    assert not cast.quang.enrolments.filter(school=cast.school).exists()


def test_every_policy_is_among_the_files_whose_branches_are_counted() -> None:
    """`make policy-branches` asks that a test takes each of them."""
    root = Path(__file__).resolve().parent.parent
    counted = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["coverage"]["run"]["include"]
    packages = ("broadcasts", "chatserver", "delivery", "realtime", "registry", "rooms")
    found = {str(file.relative_to(root)) for package in packages for file in (root / package).rglob("policy.py")}
    assert "rooms/policy.py" in found
    assert found <= set(counted)
