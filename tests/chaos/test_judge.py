"""The judge knows nothing of the application, and condemns what it should: one forged history an invariant."""

import ast
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest

from tests.chaos.check import INVARIANTS, judge
from tests.chaos.history import NEVER, NO_SEQ, Acked, History, Invoked, Refused, Shown, Stored, View, Window
from tests.chaos.seeded_bugs import BUGS, PATCHES, applies

HERE = Path(__file__).parent
ROOM, LAN, HOA = 7, 1, 2


def honest() -> History:
    """Lan writes three messages, Hoa sees them."""
    history = History(rooms={ROOM}, heads={ROOM: (3, 3)}, told={11, 12, 13})
    history.first_pairs = history.last_pairs = {(LAN, ROOM), (HOA, ROOM)}
    for seq in (1, 2, 3):
        name, digest = f"name-{seq}", f"digest-{seq}"
        history.invoked[name] = Invoked(float(seq), name, LAN, ROOM, digest)
        history.acked[name] = [Acked(seq + 0.5, seq, seq, True)]
        history.stored.append(Stored(10 + seq, ROOM, seq, seq, LAN, name, digest))
        history.shown += [Shown(seq + 0.6, person, person, "live", ROOM, seq, seq, digest, 0) for person in (LAN, HOA)]
    rows = [(row.seq, row.rev, row.digest, row.name) for row in history.stored]
    history.views = [View(person, person, "epoch", {ROOM: list(rows)}, {}) for person in (LAN, HOA)]
    return history


def take_away(history: History, at: float, cut: int) -> None:
    """Hoa's right ends at this moment for good; her app drops the room."""
    history.windows[HOA, ROOM] = [Window(at - 0.1, at, cut, NEVER, NEVER, NO_SEQ)]
    history.last_pairs = {(LAN, ROOM)}
    history.views[1].rooms.clear()


def lose(history: History) -> None:
    history.stored.pop()


def repeat(history: History) -> None:
    history.stored.append(history.stored[0]._replace(pk=99, seq=4, rev=4))


def acknowledge_wrongly(history: History) -> None:
    history.acked["name-2"] = [Acked(2.5, 3, 3, True)]


def store_what_was_refused(history: History) -> None:
    del history.acked["name-3"]
    history.refused["name-3"] = Refused(3.5, "not_found", False)


def refuse_for_nothing(history: History) -> None:
    del history.acked["name-3"], history.stored[2]
    history.refused["name-3"] = Refused(3.5, "not_found", False)


def leave_a_gap(history: History) -> None:
    history.stored[2] = history.stored[2]._replace(seq=4)


def swap(history: History) -> None:
    first, second, _third = history.stored
    history.stored[:2] = [first._replace(seq=2, rev=2), second._replace(seq=1, rev=1)]
    history.acked |= {"name-1": [Acked(1.5, 2, 2, True)], "name-2": [Acked(2.5, 1, 1, True)]}


def forget_to_show(history: History) -> None:
    history.views[1].rooms[ROOM].pop()


def tell_twice(history: History) -> None:
    history.twice.append((HOA, HOA, ROOM, 2))


def show_after_the_right(history: History) -> None:
    take_away(history, at=2.9, cut=2)


def answer_after_the_right(history: History) -> None:
    take_away(history, at=4.0, cut=3)
    history.shown.append(Shown(5.0, HOA, HOA, "page", ROOM, 1, 1, "digest-1", 4.5))


def write_without_the_right(history: History) -> None:
    take_away(history, at=2.9, cut=3)
    history.stored[2] = history.stored[2]._replace(author=HOA)
    history.windows[HOA, ROOM] = [Window(2.8, 2.9, 2, NEVER, NEVER, NO_SEQ)]
    history.shown = [each for each in history.shown if each.person == LAN]


def keep_the_room(history: History) -> None:
    history.last_pairs = {(LAN, ROOM)}
    history.windows[HOA, ROOM] = [Window(8.9, 9.0, 3, NEVER, NEVER, NO_SEQ)]


def show_a_stranger(history: History) -> None:
    history.shown.append(Shown(2.0, 3, 3, "live", ROOM, 1, 1, "digest-1", 0))


def show_another_text(history: History) -> None:
    history.shown[0] = history.shown[0]._replace(digest="another")


def store_what_nobody_sent(history: History) -> None:
    del history.invoked["name-3"], history.acked["name-3"]


def leave_in_the_outbox(history: History) -> None:
    history.told.remove(12)


def never_answer(history: History) -> None:
    del history.acked["name-3"]


FORGERIES: dict[Callable[[History], None], str] = {
    lose: "lost",
    repeat: "duplicated",
    acknowledge_wrongly: "wrong_ack",
    store_what_was_refused: "wrong_ack",
    refuse_for_nothing: "wrong_ack",
    leave_a_gap: "gaps",
    swap: "reordered",
    forget_to_show: "incomplete",
    tell_twice: "shown_twice",
    show_after_the_right: "leaked",
    answer_after_the_right: "leaked",
    write_without_the_right: "leaked",
    keep_the_room: "leaked",
    show_a_stranger: "leaked",
    show_another_text: "forked",
    store_what_nobody_sent: "invented",
    leave_in_the_outbox: "outbox",
    never_answer: "unresolved",
}


def test_an_honest_history_passes() -> None:
    verdict = judge(honest())
    assert verdict["violations"] == 0, verdict["told"]
    assert verdict["figures"]["acked"] == 3


@pytest.mark.parametrize(("forge", "invariant"), FORGERIES.items(), ids=lambda each: getattr(each, "__name__", each))
def test_a_forged_history_is_condemned(forge: Callable[[History], None], invariant: str) -> None:
    history = deepcopy(honest())
    forge(history)
    verdict = judge(history)
    assert verdict["figures"][invariant] > 0, verdict


def test_what_was_shown_before_the_right_ended_is_no_leak() -> None:
    history = honest()
    take_away(history, at=4.0, cut=3)
    assert judge(history)["violations"] == 0


def test_there_is_a_forgery_for_every_invariant() -> None:
    assert set(FORGERIES.values()) == {invariant.__name__ for invariant in INVARIANTS}
    assert len(INVARIANTS) == 12


def test_a_view_is_asked_for_what_it_has_read_and_no_more() -> None:
    history = honest()
    view = history.views[1]
    view.since[ROOM] = view.rooms[ROOM].pop(0)[0] + 1
    assert judge(history)["violations"] == 0
    view.rooms[ROOM].pop(0)
    assert judge(history)["figures"]["incomplete"] == 1


def test_the_judge_imports_nothing_of_the_application() -> None:
    files = {name: ast.parse((HERE / f"{name}.py").read_text()) for name in ("check", "history", "journal")}
    for name, tree in files.items():
        for node in ast.walk(tree):
            found = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for module in found:
                ours = module.removeprefix("tests.chaos.") in files
                allowed = module.partition(".")[0] in {*sys.stdlib_module_names, "psycopg"}
                assert ours or allowed, f"{name} imports {module}"


def test_the_judge_loads_nothing_of_the_application() -> None:
    code = "import sys, tests.chaos.check; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=HERE.parents[1]
    )
    applications = {path.parent.name for path in HERE.parents[1].glob("*/apps.py")}
    assert {"rooms", "realtime"} <= applications
    assert not ({"django", "channels"} | applications) & set(loaded.stdout.split())


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_every_seeded_bug_still_fits_the_project(bug: object) -> None:
    assert isinstance(bug, type(BUGS[0]))
    found = applies(bug.patch)
    assert found.returncode == 0, found.stderr
    assert bug.patch.read_text().startswith("Breaks: ")


def test_every_patch_is_run() -> None:
    assert {path.stem for path in PATCHES.glob("*.patch")} == {bug.name for bug in BUGS}
