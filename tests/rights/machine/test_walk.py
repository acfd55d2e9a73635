"""Every right of everybody after every change of a registry, against the oracle."""

import json
import multiprocessing
import os
import time
from multiprocessing.connection import Connection
from typing import Any

import pytest
from django.db import connection

from tests.proofs import WHOLE
from tests.rights.machine.shrinking import difference_of, shortest
from tests.rights.machine.walker import Difference, seeds_of, walk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]

STEPS_A_WALK = 120
CHANGES = 100_000 if WHOLE else 800
CELLS = 10_000_000 if WHOLE else 50_000
SECONDS = 1_700
PROCESSES = 2 if WHOLE else 1
SEED = os.environ.get("RIGHTS_SEED", "2026")


@pytest.mark.timeout(SECONDS + 300)
def test_everybodys_rights_are_the_oracles_after_every_change() -> None:
    began = time.monotonic()
    found = _in_processes(PROCESSES) if PROCESSES > 1 else [_walks("0", CHANGES, CELLS)]
    total = {name: sum(each[name] for each in found) for name in ("steps", "changes", "cells", "differences")}
    fates = {fate: sum(each["fates"].get(fate, 0) for each in found) for each in found for fate in each["fates"]}
    print(
        f"\nPROVE rights_changes={total['changes']} rights_cells={total['cells']}"
        f" rights_differences={total['differences']} rights_steps={total['steps']}"
        f" rights_seconds={time.monotonic() - began:.0f}"
    )
    print(f"seed {SEED}, fates {fates}")
    assert not total["differences"], "\n\n".join(each["told"] for each in found if each["told"])
    assert total["changes"] >= CHANGES
    assert total["cells"] >= CELLS


def _walks(name: str, changes: int, cells: int) -> dict[str, Any]:
    """Walks of this name until so many changes and cells are done, or a difference is found and made small."""
    done: dict[str, Any] = {"steps": 0, "changes": 0, "cells": 0, "differences": 0, "fates": {}, "told": ""}
    number = 0
    while done["changes"] < changes or done["cells"] < cells:
        seeds = seeds_of(f"{SEED}:{name}:{number}", STEPS_A_WALK if WHOLE else 40)
        number += 1
        try:
            figures = walk(seeds)
        except Difference:
            seeds, told = shortest(seeds, difference_of(walk))
            return done | {"differences": 1, "told": f"steps {seeds}\n{told}"}
        done["steps"] += figures.steps
        done["changes"] += figures.changes
        done["cells"] += figures.cells
        for fate, count in figures.fates.items():
            done["fates"][str(fate)] = done["fates"].get(str(fate), 0) + count
    return done


def _in_processes(count: int) -> list[dict[str, Any]]:
    """The same work in several processes, each with a database of its own."""
    for number in range(count):
        connection.creation.clone_test_db(suffix=f"walk{number}", verbosity=0, keepdb=False)
    connection.close()
    context = multiprocessing.get_context("fork")
    ends, started = [], []
    for number in range(count):
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=_apart, args=(number, there, CHANGES // count, CELLS // count))
        process.start()
        there.close()
        ends.append(here)
        started.append(process)
    try:
        return [_told(end) for end in ends]
    finally:
        for process in started:
            process.join(30)
            if process.is_alive():
                process.terminate()
        for number in range(count):
            connection.creation.destroy_test_db(suffix=f"walk{number}", verbosity=0, keepdb=False)


def _told(end: Connection) -> dict[str, Any]:
    assert end.poll(SECONDS), "a walk did not end in time"
    found: dict[str, Any] = json.loads(end.recv())
    if "failure" in found:
        raise AssertionError(found["failure"])
    return found


def _apart(number: int, end: Connection, changes: int, cells: int) -> None:
    connection.settings_dict["NAME"] = f"{connection.settings_dict['NAME']}_walk{number}"
    try:
        end.send(json.dumps(_walks(str(number), changes, cells)))
    except BaseException as failure:  # noqa: BLE001  told by the test, not by a process nobody reads
        end.send(json.dumps({"failure": repr(failure)}))
        raise
    finally:
        connection.close()
        end.close()
