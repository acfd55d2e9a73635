"""The small province, made once."""

from datetime import date
from pathlib import Path

import pytest

from chatserver.province import make_province
from tests.province.reading import Package

# The day of the story: Tuesday, when the river rises.
TODAY = date(2026, 10, 6)


@pytest.fixture(scope="session")
def small_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("province") / "small.zip"
    make_province("small", 1, out=path, today=TODAY)
    return path


@pytest.fixture(scope="session")
def small(small_path: Path) -> Package:
    return Package(small_path)
