"""Twenty kills, on every change: `make chaos` is the whole of it."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.timeout(620)
def test_twenty_kills_lose_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    root = Path(__file__).resolve().parents[2]
    ended = subprocess.run(
        [sys.executable, "-m", "tests.chaos", "--smoke"],
        capture_output=True,
        text=True,
        cwd=root,
        timeout=600,
        check=False,
    )
    # The run tells them when it ends, and again behind the seeded bug: each once here.
    figures = list(dict.fromkeys(line for line in ended.stdout.splitlines() if line.startswith("CHAOS ")))
    with capsys.disabled():
        print("", *figures, sep="\n")
    assert ended.returncode == 0, ended.stdout + ended.stderr[-5000:]
    assert "CHAOS lost=0" in figures
