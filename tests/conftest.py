"""The school, people signed in, sockets. Services and settings are in environment.py, which is read earlier."""

import os
import random
import time
from collections.abc import Iterator
from importlib import import_module
from itertools import chain, zip_longest
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

from chatserver.texts import compile_texts
from rooms.posting import labels
from rooms.tails import tails
from tests.cast import Cast, build_cast
from tests.proofs import WHOLE
from tests.wire import server

__all__ = ["server"]
TESTS = Path(__file__).parent

compile_texts(settings.LOCALE_PATHS[0])

# The same function for less work: what is meant to keep a guesser busy (100 MiB and 0.2 s of both cores for a password)
# was a third of the suite's time. Servers and commands that tests start have the whole of it.
Argon2PasswordHasher.time_cost = 1
Argon2PasswordHasher.memory_cost = 64
Argon2PasswordHasher.parallelism = 1


# Files go to the workers whole and in this order: what takes minutes never begins last. Browsers keep both cores busy, the
# others often wait: a file of the one, a file of the other.
LONG = ("chaos", "rights", "proofs", "realtime", "processes", "delivery", "registry", "invariants")


# Of what people do in browsers, so much in each `make test`, by chance; `make prove` does all of it. Percent.
BROWSED = int(os.environ.get("BROWSED", "100"))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """The long ones first, the others as they come. After pytest-django has put those without a database last: the longest
    of all is one of them."""
    yield
    folders = {name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: folders.get(_folder(item), len(LONG)))
    in_browsers = [item for item in items if _folder(item) == "browser"]
    for item in in_browsers:
        item.add_marker("prove")
    items[:] = _in_turn([item for item in items if _folder(item) != "browser"], in_browsers)
    if not WHOLE and BROWSED < 100:
        # The same ones in every worker.
        chance = random.Random(os.environ.get("PYTEST_XDIST_TESTRUNUID"))
        left = set(chance.sample(in_browsers, len(in_browsers) * (100 - BROWSED) // 100))
        config.hook.pytest_deselected(items=[item for item in items if item in left])
        items[:] = [item for item in items if item not in left]


def _in_turn(ones: list[pytest.Item], others: list[pytest.Item]) -> list[pytest.Item]:
    pairs = zip_longest(_by_file(ones), _by_file(others), fillvalue=[])
    return list(chain.from_iterable(chain.from_iterable(pairs)))


def _by_file(items: list[pytest.Item]) -> list[list[pytest.Item]]:
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    return list(files.values())


def _folder(item: pytest.Item) -> str:
    return item.path.relative_to(TESTS).parts[0]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The figures of the long proofs stand together at the end, whatever else was said."""
    for report in terminalreporter.stats.get("passed", []) + terminalreporter.stats.get("failed", []):
        for line in report.capstdout.splitlines():
            if line.startswith("PROVE "):
                terminalreporter.write_line(line)
    if BROWSED < 100 and not WHOLE:
        terminalreporter.write_line(f"{BROWSED} % of tests/browser were run, by chance; make prove runs all of them")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """A database a worker. SQLite in a file: the servers that tests start are other processes, and memory is not shared."""
    if settings.ON_SQLITE:
        settings.DATABASES["default"]["TEST"]["NAME"] = str(settings.DATA_DIR / "test.sqlite3")


# Longer than any, in seconds.
_A_TEST = 3_600.0


@pytest.fixture(autouse=True)
def _one_epoch_a_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """The epoch is read again every ten seconds, and every test's database is another: never in the middle of one, however long
    it takes on a busy machine."""
    module = import_module("realtime.epoch")
    if module._known is not None:
        monkeypatch.setattr(module, "_known", (time.monotonic() + _A_TEST, module._known[1]))


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Of another test's database, in which the same keys were other people's."""
    tails.forget()
    labels.forget()


@pytest.fixture
def cast(db: None) -> Cast:
    """The small school, its rooms derived."""
    return build_cast()


@pytest.fixture
def committed_cast(transactional_db: None) -> Cast:
    """The small school, committed, for tests with sockets and several connections."""
    return build_cast()
