"""A package, sent; and what the registry holds of it afterwards."""

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from chatserver.province import make_province
from registry.sync.run import Outcome, Request, sync_package
from tests.registry.parcel import Parcel

Send = Callable[..., Outcome]


@pytest.fixture
def send(tmp_path: Path) -> Send:
    """Writes a parcel and imports it; `apply=False` for a dry run, `confirm` where it is held and meant."""
    number = 0

    def send_it(
        parcel: Parcel, *, apply: bool = True, source: str = "test", skip: tuple[str, ...] = (), confirm: str = ""
    ) -> Outcome:
        nonlocal number
        number += 1
        path = parcel.write(tmp_path / f"{number}.zip", skip=skip)
        outcome = sync_package(Request(path, apply=apply, source=source))
        if outcome.is_held and confirm:
            return sync_package(Request(path, apply=apply, source=source, confirm=confirm))
        return outcome

    return send_it


@pytest.fixture(scope="session")
def small_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small province of the demo, made once."""
    path = tmp_path_factory.mktemp("registry") / "small.zip"
    make_province("small", 1, out=path, today=dt.date(2026, 10, 6))
    return path


@pytest.fixture(scope="session")
def samples() -> Path:
    """Real packages of other makers. They may not be passed on, so they lie beside the repository: SAMPLES_DIR."""
    folder = Path(os.environ.get("SAMPLES_DIR", Path(__file__).parents[2] / ".." / "shared" / "data")).resolve()
    if not (folder / "oneroster").is_dir():
        pytest.fail(
            f"The real packages are not at {folder}: set SAMPLES_DIR to the folder that holds oneroster/ and orgs/."
        )
    return folder


def codes(outcome: Outcome, severity: str = "") -> set[str]:
    """The codes of an outcome's issues."""
    return {issue.code for issue in outcome.issues.kept if not severity or issue.severity == severity}


def moved(outcome: Outcome) -> dict[str, dict[str, int]]:
    """What changed, by table; empty when nothing did."""
    words = ("added", "changed", "restored", "removed")
    found = {
        table: {word: figures[word] for word in words if figures[word]} for table, figures in outcome.counts.items()
    }
    return {table: figures for table, figures in found.items() if figures}
