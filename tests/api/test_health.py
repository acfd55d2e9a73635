"""Whether a process lives, and whether it can serve."""

import pytest
from django.db import OperationalError
from django.db.backends.utils import CursorWrapper
from django.test import Client

from chatserver import health


@pytest.fixture(autouse=True)
def _as_just_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrated", False)
    monkeypatch.setattr(health, "draining", False)


def test_it_lives_without_a_database(client: Client) -> None:
    assert client.get("/livez").json() == {"live": True}


def test_it_is_ready(db: None, client: Client) -> None:
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"ready": True, "degraded": False})
    assert answer["Cache-Control"] == "no-store"
    assert client.head("/readyz").status_code == 200
    assert client.post("/readyz").status_code == 405


def test_it_is_not_ready_while_it_drains(db: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "draining", True)

    assert client.get("/readyz").status_code == 503
    assert client.get("/livez").status_code == 200


def test_it_is_not_ready_with_a_migration_open(db: None, client: Client) -> None:
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder.Migration.objects.filter(app="rooms").delete()

    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["because"]) == (503, "migrations")


def test_it_is_not_ready_without_the_database(db: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(self: object, *args: object, **kwargs: object) -> None:
        raise OperationalError("server closed the connection")

    with monkeypatch.context() as broken:
        broken.setattr(CursorWrapper, "execute", gone)
        answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {"ready": False, "because": "database"})
