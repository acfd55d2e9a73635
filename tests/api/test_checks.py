"""Mistakes of operators stop the start, and the text says the remedy."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings as django_settings
from django.core import checks as django_checks
from django.db import connection

from chatserver import checks

ROOT = Path(__file__).resolve().parent.parent.parent
KEY = "a key of more than thirty-two characters"


def ids(found: list[django_checks.CheckMessage]) -> list[str]:
    """What was found; each names its remedy."""
    assert all(one.hint for one in found)
    return [str(one.id) for one in found]


def test_the_default_installation_has_no_mistake() -> None:
    assert django_checks.run_checks() == []


@pytest.mark.parametrize(
    ("values", "check", "expected"),
    [
        ({"ON_SQLITE": True, "REDIS_URL": "redis://x"}, checks.one_process_on_sqlite, "E001"),
        (
            {"REDIS_URL": "redis://x", "CHANNEL_LAYERS": {"default": {"CONFIG": {}}}},
            checks.redis_carries_no_plain_text,
            "E002",
        ),
        ({"TESTING": False, "OUTSIDE_TEST_HOSTS": ["127.0.0.1:1"]}, checks.test_doors_are_closed, "E004"),
        ({"DEBUG": True}, checks.no_debug_pages, "E005"),
        ({"ALLOWED_HOSTS": ["*"]}, checks.hosts_are_named, "E006"),
        ({"ORIGINS": ["http://127.0.0.1:8000", "http://*.example.vn"]}, checks.hosts_are_named, "E006"),
        ({"ORIGINS": ["http://127.0.0.1:8000", "truong.example.vn"]}, checks.hosts_are_named, "E007"),
        ({"ORIGINS": ["http://127.0.0.1:8000", "https://truong.example.vn/"]}, checks.hosts_are_named, "E007"),
        ({"ORIGINS": ["https://truong.example.vn"]}, checks.hosts_are_named, "E008"),
        ({"QUIET_HOURS": "21-06"}, checks.quiet_hours_are_hours, "E010"),
        ({"QUIET_HOURS": "21:00-25:00"}, checks.quiet_hours_are_hours, "E010"),
        ({"PUBLIC_URL": "http://truong.example.vn", "BEHIND_TLS": False}, checks.sign_in_is_encrypted, "W001"),
    ],
)
def test_each_mistake_is_found(settings, values: dict[str, object], check, expected: str) -> None:
    for name, value in values.items():
        setattr(settings, name, value)

    assert ids(check(None)) == [f"chatserver.{expected}"]


def test_a_redis_client_that_closes_idle_reads_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.redis_client_reads_for_ever(None) == []
    monkeypatch.setattr(checks, "version", lambda _name: "8.0.1")

    assert ids(checks.redis_client_reads_for_ever(None)) == ["chatserver.E003"]


def test_postgresql_that_may_lose_commits_is_found(db: None) -> None:
    if connection.vendor != "postgresql":
        assert checks.commits_survive(None, databases=["default"]) == []
        return
    assert checks.commits_survive(None, databases=["default"]) == []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")

    found = checks.commits_survive(None, databases=["default"])

    assert ids(found) == ["chatserver.E009"]
    assert found[0].hint == "In postgresql.conf: synchronous_commit = on; then restart PostgreSQL."


@pytest.fixture
def without_synchronous_commit(django_db_setup: None, django_db_blocker) -> Iterator[str]:
    """The test database, for a role whose commits may be lost."""
    found = django_settings.DATABASES["default"]
    if django_settings.ON_SQLITE:
        yield ""
        return
    address = f"postgresql://trong@{found['HOST']}:{found['PORT']}/postgres"
    with psycopg.connect(address, autocommit=True) as admin:
        admin.execute("CREATE ROLE careless SUPERUSER LOGIN")
        admin.execute("ALTER ROLE careless SET synchronous_commit = off")
    yield f"postgres://careless@{found['HOST']}:{found['PORT']}/{found['NAME']}"
    with psycopg.connect(address, autocommit=True) as admin:
        admin.execute("DROP ROLE careless")


def test_serve_does_not_start_on_a_database_that_may_lose_commits(
    without_synchronous_commit: str, tmp_path: Path
) -> None:
    if not without_synchronous_commit:
        return
    said, status = started(tmp_path, DATABASE_URL=without_synchronous_commit)

    assert status != 0
    assert "synchronous_commit = off: confirmed messages can be lost" in said


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"REDIS_URL": "redis://127.0.0.1:1/0"}, "which only one process may use"),
        ({"REDIS_URL": "redis://127.0.0.1:1/0", "LAYER_KEY": ""}, "LAYER_KEY is not set"),
        ({"REDIS_URL": "redis://127.0.0.1:1/0", "LAYER_KEY": "short"}, "LAYER_KEY must have at least 32 characters"),
        ({"ORIGINS": "https://*.example.vn"}, "ORIGINS must name every origin in full"),
        ({"TESTING": "0", "OUTSIDE_TEST_HOSTS": "127.0.0.1:1"}, "OUTSIDE_TEST_HOSTS lets pushes leave"),
        ({"ALLOWED_HOSTS": "*"}, "A wildcard lets any page act for a parent"),
    ],
)
def test_serve_says_what_is_wrong_and_does_not_start(tmp_path: Path, environment: dict[str, str], says: str) -> None:
    said, status = started(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}/db.sqlite3", **environment)

    assert status != 0
    assert says in said


def started(folder: Path, **environment: str) -> tuple[str, int]:
    """What `serve` said, and how it ended."""
    env = {**os.environ, "DATA_DIR": str(folder), "SECRET_KEY": KEY, "LAYER_KEY": KEY, **environment}
    command = [sys.executable, str(ROOT / "manage.py"), "serve", "--port", "0"]
    ended = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    return ended.stdout + ended.stderr, ended.returncode
