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

from tests.cast import Cast, build_cast  # noqa: E402  settings must be read after the services are up


def pytest_unconfigure() -> None:
    services.stop_all()


@pytest.fixture
def cast(db: None) -> Cast:  # noqa: ARG001
    """The small school, its rooms derived."""
    return build_cast()


@pytest.fixture
def committed_cast(transactional_db: None) -> Cast:  # noqa: ARG001
    """The small school, committed, for tests with sockets and several connections."""
    return build_cast()
