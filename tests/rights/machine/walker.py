"""A walk: the first packages, then steps. Each step is one package or one act, and then everybody's rights are compared."""

import random
import tempfile
import zlib
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.db import connection

from registry import staleness
from registry.models import Source, SyncRun
from registry.staleness import NO_NEW_RIGHTS
from registry.sync.errors import PackageRefused
from registry.sync.rollback import roll_back
from registry.sync.run import Outcome, Request, sync_package
from rooms.posting import labels
from rooms.tails import tails
from tests.oracle import Answer, World
from tests.registry.parcel import Parcel
from tests.rights.machine import edits_classes, edits_people
from tests.rights.machine.acts import Acts
from tests.rights.machine.clock import Clock
from tests.rights.machine.edits import Pen, any_edit
from tests.rights.machine.judge import Found, Judge
from tests.rights.machine.paper import Paper
from tests.rights.machine.shrinking import Shows, shortest
from tests.rights.machine.town import main_source, second_source

# They register themselves.
EDITS = edits_people, edits_classes
MOST_EDITS = 40
TOLD = 24
# What is spoiled in a row, so that it is set aside and nothing else is.
SPOILT = {"users": ("givenName", ""), "roles": ("role", "wizard"), "enrollments": ("role", "wizard")}


class Difference(AssertionError):
    """The server and the oracle do not agree, after so many `steps`."""

    steps = 0


@dataclass(slots=True)
class Figures:
    """What a walk has done."""

    steps: int = 0
    changes: int = 0
    cells: int = 0
    fates: Counter[str] = field(default_factory=Counter)


class Walk:
    """One walk in an empty database. `step` raises Difference with what was done last and what differs."""

    def __init__(self, folder: Path) -> None:
        self.figures = Figures()
        self.clock = Clock()
        self._folder = folder
        self._world = World()
        self._acts = Acts(self._world, self.clock)
        self._log: deque[str] = deque(maxlen=TOLD)
        self._runs: dict[str, list[SyncRun]] = {}
        self._heard: dict[str, object] = {}
        self._papers = [main_source(), second_source()]

    def begin(self) -> None:
        """Everything that was is gone; the first packages are applied."""
        _empty()
        for paper in self._papers:
            Source.objects.create(
                name=paper.name,
                relative_is_guardian=paper.terms.relative_is_guardian,
                end_date_inclusive=paper.terms.end_date_inclusive,
                # Read every night, and so late when it stays away.
                runs_at="02:00" if paper.terms.relative_is_guardian else None,
            )
            self._runs[paper.name] = []
            self._send(paper, paper.now, "first")
        self._answer = self._learn()
        self._compare()

    def step(self, seed: int) -> None:
        """One package or one act, chosen by the seed and by how things stand."""
        try:
            self._step(random.Random(seed))
        except Difference:
            raise
        except Exception as failure:
            raise Difference("\n".join([*self._log, "", f"the server fails: {failure!r}"])) from failure

    def _step(self, chance: random.Random) -> None:
        self.clock.tick()
        self.figures.steps += 1
        kind = chance.choices(("package", "act", "rollback"), (78, 18, 4))[0]
        if kind == "act":
            self._log.append(self._acts.any(chance, self._answer))
            self.figures.fates["act"] += 1
        elif kind == "rollback":
            self._take_back(chance)
        else:
            self._package(chance)
        self._answer = self._learn()
        self._compare(chance)

    # -- Packages ------------------------------------------------------------------------------------------------

    def _package(self, chance: random.Random) -> None:
        paper = self._papers[0] if chance.random() < 0.85 else self._papers[1]
        pen = Pen(paper, chance, self.clock.day)
        for _each in range(chance.randint(1, MOST_EDITS)):
            if done := any_edit(pen):
                self._log.append(done)
        is_delta = chance.random() < 0.85
        if not is_delta:
            paper.drop_orphans()
            # A file without rows says nothing: nobody is removed by it.
            is_delta = any(not rows for rows in paper.now.rows.values())
        parcel = paper.told.rows.until(paper.now, self.clock.stamp()) if is_delta else paper.now
        if is_delta and not any(parcel.rows.values()):
            return
        fate = chance.choices(("sent", "spoiled", "broken"), (90, 7, 3))[0]
        if fate == "broken":
            self._send_broken(paper, parcel, chance)
            return
        spoiled = self._spoil(paper, parcel, chance) if fate == "spoiled" else []
        self._send(paper, parcel, fate, spoiled=spoiled, chance=chance)

    def _spoil(self, paper: Paper, parcel: Parcel, chance: random.Random) -> list[tuple[str, str]]:
        """A row or two that cannot be read. Not those of new people: what hangs on them would have to wait."""
        known = {row["sourcedId"] for row in paper.told.rows.rows["users"]}
        rows = [
            (table, row)
            for table in SPOILT
            for row in parcel.rows[table]
            if row.get("status") != "tobedeleted" and (table != "users" or row["sourcedId"] in known)
        ]
        chosen = chance.sample(rows, min(len(rows), chance.randint(1, 2)))
        for table, row in chosen:
            column, value = SPOILT[table]
            row[column] = value
            self._log.append(f"{table} {row['sourcedId']} cannot be read")
        return [(table, row["sourcedId"]) for table, row in chosen]

    def _send(
        self,
        paper: Paper,
        parcel: Parcel,
        fate: str,
        *,
        spoiled: list[tuple[str, str]] | None = None,
        chance: random.Random | None = None,
    ) -> None:
        path = parcel.write(self._folder / "package.zip")
        outcome = sync_package(Request(path, apply=True, source=paper.name))
        if outcome.is_held and (chance is None or chance.random() < 0.8):
            self._log.append(f"held and confirmed: {_open(outcome)}")
            self.figures.fates["confirmed"] += 1
            outcome = sync_package(Request(path, apply=True, source=paper.name, confirm="Đúng vậy"))
        self.figures.fates[outcome.run.state] += 1
        self._log.append(f"-- {parcel.mode} of {paper.name} on {self.clock.day}: {outcome.run.state} {_why(outcome)}")
        if outcome.run.state == SyncRun.State.APPLIED:
            self.figures.changes += _changes(outcome)
            paper.applied(is_delta=parcel.mode == "delta", day=self.clock.day, spoiled=spoiled or ())
            self._runs[paper.name].append(outcome.run)
            self._heard[paper.name] = self.clock.now
            return
        if outcome.is_refused and not spoiled:
            self._acts.surprises.append(f"a good package was refused: {_why(outcome)}")
        paper.forget_edits()

    def _send_broken(self, paper: Paper, parcel: Parcel, chance: random.Random) -> None:
        """Cut off, or without its header: refused as a whole."""
        if chance.random() < 0.5:
            parcel.raw["users"] = b"sourcedId,enabledUser\r\nx,true\r\n"
            path = parcel.write(self._folder / "package.zip")
            is_whole = not parcel.rows["users"] and parcel.mode == "delta"
        else:
            path = parcel.write(self._folder / "package.zip")
            path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
            is_whole = False
        if not is_whole:
            outcome = sync_package(Request(path, apply=True, source=paper.name))
            self._log.append(f"-- broken package of {paper.name}: {outcome.run.state} {_why(outcome)}")
            self.figures.fates["broken"] += 1
            if not outcome.is_refused:
                self._acts.surprises.append("a broken package was not refused")
        paper.forget_edits()

    def _take_back(self, chance: random.Random) -> None:
        paper = chance.choice(self._papers)
        runs = self._runs[paper.name]
        if len(runs) < 2:
            return
        run = runs.pop()
        try:
            roll_back(run, by=None, reason="Nhầm tệp")
        except PackageRefused as refusal:
            self._log.append(f"-- the last run of {paper.name} is not rolled back: {refusal.code}")
            paper.before.pop()
            if refusal.code != "nothing_changed":
                # Nor can those before it be.
                del runs[1:], paper.before[1:]
            return
        paper.taken_back()
        self.figures.fates["rolled back"] += 1
        self._log.append(f"-- the last run of {paper.name} is rolled back")

    # -- The oracle ------------------------------------------------------------------------------------------------

    def _learn(self) -> Answer:
        """The world as the server was told of it, and what follows."""
        world = self._world
        for part in (world.orgs, world.people, world.roles, world.terms, world.classes, world.enrolments):
            part.clear()
        world.says.clear()
        world.kin.clear()
        # Every server looks once a minute which sources are silent.
        staleness.look()
        for paper in self._papers:
            paper.tell(world)
            world.sources[paper.name] = replace(paper.terms, last_word=self._last_word(paper))
        answer = Answer(world, self.clock.day)
        world.rooms |= answer.rooms().keys()
        # Who loses the right has to open the room again, should it come back.
        world.opened = {(person, room) for person, room in world.opened if person in answer.seats(room)}
        return answer

    def _last_word(self, paper: Paper) -> object:
        heard = self._heard.get(paper.name)
        if not paper.terms.relative_is_guardian or heard is None or self.clock.now - heard <= NO_NEW_RIGHTS:
            return None
        return self.clock.local_day(heard + NO_NEW_RIGHTS)

    def _compare(self, chance: random.Random | None = None) -> None:
        found: Found = Judge(self._answer, chance or random.Random(0)).compare()
        self.figures.cells += found.cells
        differences = [*self._acts.surprises, *found.differences]
        if differences:
            raise Difference("\n".join([*self._log, "", *differences[:20], f"{len(differences)} differences"]))


def _changes(outcome: Outcome) -> int:
    words = ("added", "changed", "restored", "removed")
    return sum(figures.get(word, 0) for figures in outcome.counts.values() for word in words)


def _open(outcome: Outcome) -> str:
    return ", ".join(sorted({valve["valve"] for valve in outcome.run.valves if valve["is_open"]}))


def _why(outcome: Outcome) -> str:
    return ", ".join(sorted({f"{issue.code} {issue.sourced_id}" for issue in outcome.issues.kept})[:4])


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND"
            " (tablename LIKE 'registry\\_%%' OR tablename LIKE 'rooms\\_%%' OR tablename LIKE 'delivery\\_%%'"
            " OR tablename LIKE 'broadcasts\\_%%')"
        )
        names = ", ".join(name for (name,) in cursor.fetchall())
        cursor.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
    tails.forget()
    labels.forget()
    staleness.look()


def walks(name: str, *, changes: int, cells: int, steps: int) -> dict[str, Any]:
    """Walks of this name until so much is done, or a difference is found and made small: figures, and what was found."""
    done: dict[str, Any] = {"steps": 0, "changes": 0, "cells": 0, "differences": 0, "fates": Counter(), "told": ""}
    number = 0
    while done["changes"] < changes or done["cells"] < cells:
        seeds = seeds_of(f"{name}:{number}", steps)
        number += 1
        try:
            figures = walk(seeds)
        except Difference as difference:
            seeds, told = shortest(seeds[: difference.steps], difference_of(walk))
            return done | {"differences": 1, "told": f"walk {name}:{number - 1}, steps {seeds}\n{told}"}
        for what in ("steps", "changes", "cells", "fates"):
            done[what] += getattr(figures, what)
    return done


def difference_of(some_walk: Callable[[list[int]], object]) -> Shows:
    """What a walk of these steps differs in, or None."""

    def shows(seeds: list[int]) -> str | None:
        try:
            some_walk(seeds)
        except Difference as difference:
            return str(difference)
        return None

    return shows


def seeds_of(seed: str, steps: int) -> list[int]:
    """The steps of the walk of this name."""
    return [zlib.crc32(f"{seed}:{number}".encode()) for number in range(steps)]


def walk(seeds: list[int]) -> Figures:
    """All of a walk. Raises Difference; `figures` of what was done before are lost then, and that is all that matters."""
    with tempfile.TemporaryDirectory() as folder:
        a_walk = Walk(Path(folder))
        with a_walk.clock.running():
            a_walk.begin()
            for number, seed in enumerate(seeds, 1):
                try:
                    a_walk.step(seed)
                except Difference as difference:
                    difference.steps = number
                    raise
        return a_walk.figures
