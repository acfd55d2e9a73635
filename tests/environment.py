"""The services and settings of a test run. A plugin (`-p tests.environment`), because pytest-django reads Django's settings
before it reads any conftest.py: from there it is too late, and the tests run on whatever the developer's .env names."""

import os
import tempfile

from tests import services

os.environ["TESTING"] = "1"
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="data-", dir=services.own_folder())
os.environ.setdefault("PUBLIC_URL", "http://127.0.0.1:8000")
os.environ["SECRET_KEY"] = "a test secret that no installation has, long enough"
os.environ["LAYER_KEY"] = "a test layer key that no installation has, long enough"
# Whatever the hour: what is told at night has tests of its own.
os.environ["QUIET_HOURS"] = ""
# TEST_DATABASE=sqlite runs the same suite on the embedded default.
if os.environ.get("TEST_DATABASE") != "sqlite" and "DATABASE_URL" not in os.environ:
    os.environ["DATABASE_URL"] = services.start_postgres()


def pytest_unconfigure() -> None:
    services.stop_all()
