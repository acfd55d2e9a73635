"""The services are started before Django reads its settings; then the school, people signed in, sockets."""

import os
import tempfile

import pytest

from tests import services

os.environ["TESTING"] = "1"
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="tt-data-")
os.environ.setdefault("PUBLIC_URL", "http://127.0.0.1:8000")
os.environ["SECRET_KEY"] = "a test secret that no installation has, long enough"
os.environ["LAYER_KEY"] = "a test layer key that no installation has, long enough"
# TEST_DATABASE=sqlite runs the same suite on the embedded default.
if os.environ.get("TEST_DATABASE") != "sqlite" and "DATABASE_URL" not in os.environ:
    os.environ["DATABASE_URL"] = services.start_postgres()
# Last: from here on Django may read its settings.
os.environ["DJANGO_SETTINGS_MODULE"] = "chatserver.settings"

from django.conf import settings

from chatserver.texts import compile_texts
from tests.cast import Cast, build_cast
from tests.wire import server

__all__ = ["server"]

compile_texts(settings.LOCALE_PATHS[0])


def pytest_unconfigure() -> None:
    services.stop_all()


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """SQLite in a file: the servers that tests start are other processes, and memory is not shared with them."""
    if settings.ON_SQLITE:
        settings.DATABASES["default"]["TEST"]["NAME"] = str(settings.DATA_DIR / "test.sqlite3")


@pytest.fixture
def cast(db: None) -> Cast:
    """The small school, its rooms derived."""
    return build_cast()


@pytest.fixture
def committed_cast(transactional_db: None) -> Cast:
    """The small school, committed, for tests with sockets and several connections."""
    return build_cast()
