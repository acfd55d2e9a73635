"""A provider on loopback that is open to the guarded client, a source that reads it, and pulls that do not wait."""

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chatserver.province import make_province
from chatserver.registry_sources.guarded import GuardedCaller
from registry import staleness
from registry.models import Source
from registry.sync.rest.limits import Limits
from registry.sync.rest.pulling import Pull
from registry.sync.rest.sources import set_up
from registry.sync.run import Outcome
from tests.registry.parcel import a_school
from tests.registry_rest.provider import CLIENT, SECRET, Provider, objects_of

# Two rows a page: even the small school has several.
LIMITS = Limits(page_rows=2, a_second=10_000, page_seconds=5)
PullIt = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def _nobody_is_silent() -> Iterator[None]:
    """What a process has learned of sources in another test's database is not true of this one's."""
    yield
    staleness._last_days.clear()


@pytest.fixture
def provider(tmp_path: Path, settings) -> Iterator[Provider]:
    """The small school of parcel.py behind a REST provider."""
    with Provider(objects_of(a_school().write(tmp_path / "school.zip"))) as provider:
        settings.OUTSIDE_TEST_HOSTS = [f"127.0.0.1:{provider.port}"]
        yield provider


@pytest.fixture
def source(db: None, provider: Provider) -> Source:
    """Set up to read it."""
    return source_of(provider)


@pytest.fixture
def pull(source: Source, folder: Path) -> PullIt:
    """Pulls the source; returns the outcome. Other limits by name."""
    return lambda **options: pulled(source, folder, **options)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where this test's pulls keep what they have read."""
    return tmp_path / "pulls"


def source_of(provider: Provider, name: str = "CSDL ngành") -> Source:
    source = Source.objects.create(name=name)
    about = {"endpoint": provider.endpoint, "token_endpoint": f"{provider.origin}/token", "client_id": CLIENT}
    set_up(source, by=None, secret=SECRET, **about)
    return source


def pulled(
    source: Source,
    folder: Path,
    *,
    apply: bool = True,
    is_full: bool = False,
    sleep: Callable[[float], None] = lambda _seconds: None,
    tls: Any = None,
    **limits: Any,
) -> Outcome:
    with GuardedCaller(source, tls=tls) as call:
        changed = dataclasses.replace(LIMITS, **limits)
        return Pull(source, call, folder=folder, limits=changed, sleep=sleep).run(apply=apply, is_full=is_full)


@pytest.fixture(scope="session")
def small_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small province, made once."""
    import datetime as dt

    path = tmp_path_factory.mktemp("registry-rest") / "small.zip"
    make_province("small", 1, out=path, today=dt.date(2026, 10, 6))
    return path
