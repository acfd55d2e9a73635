"""Every right of everybody after every change of a registry, against the oracle."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from typing import Any

import psycopg
import pytest

from tests.proofs import WHOLE
from tests.rights.machine.walker import walks

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]

CHANGES = 100_000 if WHOLE else 500
CELLS = 10_000_000 if WHOLE else 50_000
# Eleven minutes on two cores that have nothing else to do; beside other work it takes its time.
SECONDS = 3_400
SEED = os.environ.get("RIGHTS_SEED", "2026")


@pytest.mark.timeout(SECONDS + 100)
def test_everybodys_rights_are_the_oracles_after_every_change() -> None:
    began = time.monotonic()
    found = _in_two_processes() if WHOLE else [walks(f"{SEED}:slice", changes=CHANGES, cells=CELLS, steps=40)]
    total = {name: sum(each[name] for each in found) for name in ("changes", "cells", "differences", "steps")}
    figures = " ".join(f"rights_{name}={count}" for name, count in total.items())
    print(f"\nPROVE {figures} rights_seconds={time.monotonic() - began:.0f}")
    print(f"seed {SEED}; {dict(sum((Counter(each['fates']) for each in found), Counter()))}")
    assert not total["differences"], "\n\n".join(each["told"] for each in found if each["told"])
    assert total["changes"] >= CHANGES
    assert total["cells"] >= CELLS


def _in_two_processes() -> list[dict[str, Any]]:
    """Half of it each, each in a database of its own (tests/rights/machine/__main__.py)."""
    started = [_start(f"walk{number}") for number in range(2)]
    try:
        return [_told(process) for process in started]
    finally:
        for process in started:
            process.kill()


def _start(name: str) -> "subprocess.Popen[str]":
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name}")
        admin.execute(f"CREATE DATABASE {name}")
    env = os.environ | {"DATABASE_URL": f"{server}/{name}", "DATA_DIR": tempfile.mkdtemp(prefix="data-")}
    asked = [f"{SEED}:{name}", str(CHANGES // 2), str(CELLS // 2)]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.rights.machine", *asked], env=env, stdout=subprocess.PIPE, text=True
    )


def _told(process: "subprocess.Popen[str]") -> dict[str, Any]:
    said, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, said
    told: dict[str, Any] = json.loads(said.splitlines()[-1])
    return told
