"""Boards of a notice to a whole province while its people open it: how long the department's board, a commune's, a school's
and lists with three filters take, and how far behind the board is. Everything through the doors of a running server."""

import statistics
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

import psycopg

from bench.ours.server import Installation, on_postgres
from bench.plan import Plan
from bench.report.table import Found, Table
from bench.scenarios.notices import Door, content_to, import_province, sign_in_office

COLUMNS = {
    "subjects": "subjects",
    "p50": "median, ms",
    "p95": "p95, ms",
    "most": "slowest, ms",
}
# An officer's app asks at most every two seconds: so many look at once.
EVERY = 0.25
ASKED = 60
PAGES = 40
TRIES = 5


def measure(plan: Plan, _installation: Installation) -> Found:
    """The province of 190,000 receipts, and 849 schools of which only heads and office have it."""
    table = Table("notices_board", "boards and lists while people open the notice, on PostgreSQL", COLUMNS)
    behind: list[float] = []
    with on_postgres() as installation:
        _province(installation, "small" if plan.is_quick else "bk", table, behind)
    with on_postgres() as installation:
        _heads(installation, "small" if plan.is_quick else "bg", table)
    found = Found(tables=[table])
    found.tell("board_p95_ms", table.middle("board of the department", "p95"), 0)
    found.tell("heads_board_p95_ms", table.middle("board of every school (849 heads)", "p95"), 0)
    found.tell("list_p95_ms", table.middle("list, three filters", "p95"), 0)
    found.tell("board_behind_s", max(behind, default=None))
    return found


def _province(installation: Installation, profile: str, table: Table, behind: list[float]) -> None:
    import_province(installation, profile)
    with installation.serving() as server:
        office = sign_in_office(installation, 2)
        sent, door = _publish(server.port, office, ["guardians", "students", "teachers", "staff"])
        with _connection(installation) as connection:
            _live(connection, sent)
            places = _places(connection, sent)
        server.rest()
        with _people_open_it(installation, sent):
            door.look(f"{sent}/reach")
            _measure(table, "board of the department", door, [f"{sent}/reach"] * ASKED)
            _measure(table, "every school of it", door, [f"{sent}/reach?parts=units"] * ASKED)
            for name, orgs in places.items():
                _measure(table, f"board of a {name}", door, [f"{sent}/reach?org={org}" for org in orgs])
            _measure(table, "list, three filters", door, _lists(sent))
            behind += [_behind(installation, door, sent) for _try in range(TRIES)]


def _heads(installation: Installation, profile: str, table: Table) -> None:
    import_province(installation, profile)
    with installation.serving() as server:
        office = sign_in_office(installation, 2)
        sent, door = _publish(server.port, office, ["staff"])
        with _connection(installation) as connection:
            _live(connection, sent)
        server.rest()
        with _people_open_it(installation, sent):
            door.look(f"{sent}/reach")
            _measure(table, "board of every school (849 heads)", door, [f"{sent}/reach?parts=units"] * ASKED)


def _publish(port: int, office: dict[str, Any], roles: list[str]) -> tuple[int, Door]:
    author, approver = (Door(port, officer["session"]) for officer in office["officers"])
    content = content_to(office["org"]) | {"roles": roles}
    people = author.ask("POST", "preview", content)["people"]
    draft = author.ask("POST", "drafts", {"client_broadcast_id": str(uuid.uuid4()), "content": content})
    seen = {"version": draft["version"], "people": people}
    author.ask("POST", f"drafts/{draft['id']}/submit", seen)
    return int(approver.ask("POST", f"approvals/{draft['id']}/approve", seen)["broadcast"]), author


def _measure(table: Table, name: str, door: Door, paths: list[str]) -> None:
    taken, subjects = [], 0
    for path in paths:
        seconds, told = door.timed("GET", path, None)
        taken.append(seconds * 1000)
        subjects = max(subjects, told["totals"]["subjects"] if "totals" in told else told["count"])
        time.sleep(EVERY)
    p95 = statistics.quantiles(taken, n=20)[-1]
    table.add(name, subjects=subjects, p50=statistics.median(taken), p95=p95, most=max(taken))
    print(f"  notices_board: {name}: {subjects:,} subjects, p95 {p95:,.0f} ms", flush=True)


def _lists(sent: int) -> list[str]:
    """Three filters each: of everybody (numbers), and of the grown-ups, by name."""
    found = []
    for number in range(PAGES):
        level = ("thcs", "tieu_hoc", "mam_non", "thpt")[number % 4]
        found += [
            f"{sent}/reach/subjects?state=unreached&level={level}&reason=no_account,signed_out",
            f"{sent}/reach/subjects?state=waiting,delivered&level={level}&role=adult&limit=50",
        ]
    return found


def _behind(installation: Installation, door: Door, sent: int) -> float:
    """Seconds from a call noted in the database until the department's board has it."""
    before = door.look(f"{sent}/reach")["totals"]["by_hand"]["slip"]
    with _connection(installation) as connection:
        connection.execute(CALL, {"broadcast": sent, "name": uuid.uuid4()})
    began = perf_counter()
    while door.look(f"{sent}/reach")["totals"]["by_hand"]["slip"] == before:
        time.sleep(EVERY / 2)
        if perf_counter() - began > 60:
            raise RuntimeError("the board never had it")
    return perf_counter() - began


@contextmanager
def _people_open_it(installation: Installation, sent: int) -> Iterator[None]:
    """Two hundred a second, all over the province, while the block runs."""
    is_over = threading.Event()

    def open_it() -> None:
        with _connection(installation) as connection:
            while not is_over.wait(0.1):
                connection.execute(OPEN, {"broadcast": sent})

    opening = threading.Thread(target=open_it)
    opening.start()
    try:
        yield
    finally:
        is_over.set()
        opening.join()


def _places(connection: psycopg.Connection[Any], sent: int) -> dict[str, list[int]]:
    """Communes and schools from all over it."""
    units = [row[0] for row in connection.execute(SCHOOLS, {"broadcast": sent}).fetchall()]
    communes = [row[0] for row in connection.execute("SELECT id FROM registry_org WHERE type = 'local' ORDER BY id")]
    return {"commune": _some(communes), "school": _some(units)}


def _some(ids: list[int]) -> list[int]:
    return ids[:: max(1, len(ids) // 20)][:20]


def _live(connection: psycopg.Connection[Any], sent: int) -> None:
    """An evening of it: four in five households have the app, most of their telephones had it, half opened it."""
    for statement in (ACCOUNTS, DEVICES, PUSHES, RECEIPTS, ANSWERS):
        connection.execute(statement, {"broadcast": sent})
    connection.execute("ANALYZE")


def _connection(installation: Installation) -> psycopg.Connection[Any]:
    url = installation.database_url.replace("postgres://", "postgresql://")
    return psycopg.connect(url, autocommit=True)


ACCOUNTS = """
    INSERT INTO registry_account (password, username, is_active, language, created_at, person_id)
    SELECT '!', 'bench-' || person_id, true, 'vi', now(), person_id FROM broadcasts_receipt AS receipt
    WHERE broadcast_id = %(broadcast)s AND person_id %% 10 < 8
      AND NOT EXISTS (SELECT 1 FROM registry_account AS held WHERE held.person_id = receipt.person_id)
"""
DEVICES = """
    INSERT INTO registry_device (session_hash, label, created_at, last_seen_at, account_id)
    SELECT md5(id::text), '', now(), now(), id FROM registry_account WHERE username LIKE 'bench-%%' AND person_id %% 20 < 14
"""
PUSHES = """
    INSERT INTO delivery_pushsubscription (endpoint, p256dh, auth, language, created_at, person_id)
    SELECT 'https://push.example/' || id, 'x', 'x', 'vi', now(), person_id FROM registry_account
    WHERE username LIKE 'bench-%%' AND person_id %% 20 < 9
"""
RECEIPTS = """
    UPDATE broadcasts_receipt SET delivered_at = now(), seen_at = CASE WHEN person_id %% 7 < 4 THEN now() END
    WHERE broadcast_id = %(broadcast)s AND person_id %% 20 < 14
"""
ANSWERS = """
    UPDATE broadcasts_acknowledgement AS asked SET acknowledged_at = now() FROM broadcasts_receipt AS receipt
    WHERE asked.broadcast_id = %(broadcast)s AND receipt.broadcast_id = %(broadcast)s
      AND receipt.person_id = asked.person_id AND receipt.seen_at IS NOT NULL AND asked.person_id %% 3 < 2
"""
OPEN = """
    UPDATE broadcasts_receipt SET delivered_at = coalesce(delivered_at, now()), seen_at = now() WHERE id IN (
        SELECT id FROM broadcasts_receipt TABLESAMPLE SYSTEM (0.5)
        WHERE broadcast_id = %(broadcast)s AND seen_at IS NULL LIMIT 20)
"""
CALL = """
    INSERT INTO broadcasts_contact (channel, at, note, client_contact_id, content_digest, created_at, broadcast_id, by_id,
                                    subject_id, unit_id)
    SELECT 'slip', now(), '', %(name)s, '', now(), asked.broadcast_id, asked.person_id, asked.student_id, asked.unit_id
    FROM broadcasts_acknowledgement AS asked
    WHERE asked.broadcast_id = %(broadcast)s AND asked.student_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM broadcasts_contact AS held WHERE held.subject_id = asked.student_id)
    LIMIT 1
"""
SCHOOLS = """
    SELECT DISTINCT unit_id FROM broadcasts_acknowledgement JOIN registry_org ON registry_org.id = unit_id
    WHERE broadcast_id = %(broadcast)s AND registry_org.type = 'school' ORDER BY unit_id
"""
