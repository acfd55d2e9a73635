"""A notice to a whole province: how long its preview takes, how long from the second person's approval until every receipt
is committed, and until the last of those who are connected has it. Everything through the doors of a running server."""

import http.client
import json
import subprocess
import sys
import uuid
from pathlib import Path
from time import perf_counter
from typing import Any

import psycopg

from bench.generator.remote import Remote
from bench.ours.server import Installation, Server, on_postgres
from bench.ours.told import Told
from bench.plan import Plan
from bench.processes import ROOT
from bench.report.table import Found, Table

SOURCE = "tinh"
ROLES = ["guardians", "students", "teachers", "staff"]
CSRF = "b" * 32
PREVIEWS = 5
COLUMNS = {
    "people": "people",
    "preview": "preview, s",
    "publish": "approval until all receipts are committed, s",
    "online": "last of those connected has it, s",
    "untold": "of them never told",
    "grown": "server's memory grown, MB",
}


def measure(plan: Plan, _installation: Installation) -> Found:
    """Several notices to the same province, one after the other; on an installation of its own."""
    with on_postgres() as installation:
        profile = "small" if plan.is_quick else "bk"
        import_province(installation, profile)
        table = Table("notices", f"hỏa tốc to everybody of the province {profile}, two people, on PostgreSQL", COLUMNS)
        with installation.serving() as server, Remote(server.port, Told()) as generator:
            office = sign_in_office(installation, plan.recipients)
            generator.ask("join", people=office["people"])
            if not plan.is_quick:
                server.rest()
            for _round in range(plan.rounds):
                _note(table, _round_of(installation, server, generator, office))
    found = Found(tables=[table])
    found.tell("preview_s", table.middle("ours", "preview"))
    found.tell("publish_s", table.middle("ours", "publish"))
    found.tell("online_last_s", table.middle("ours", "online"))
    found.tell("publish_untold", table.middle("ours", "untold"), 0)
    found.tell("publish_grown_mb", table.middle("ours", "grown"), 0)
    return found


def _round_of(
    installation: Installation, server: Server, generator: Remote, office: dict[str, Any]
) -> dict[str, float]:
    author, approver = (Door(server.port, officer["session"]) for officer in office["officers"])
    content = content_to(office["org"])
    previews = [author.timed("POST", "preview", content) for _each in range(PREVIEWS)]
    people = previews[0][1]["people"]
    draft = author.ask("POST", "drafts", {"client_broadcast_id": str(uuid.uuid4()), "content": content})
    seen = {"version": draft["version"], "people": people}
    author.ask("POST", f"drafts/{draft['id']}/submit", seen)
    held, began = server.resident_kib(), perf_counter()
    left = approver.ask("POST", f"approvals/{draft['id']}/approve", seen)
    committed = perf_counter()
    grown = server.resident_kib() - held
    if left["state"] != "left" or _receipts(installation, left["broadcast"]) != people:
        raise RuntimeError(f"not sent as approved: {left}")
    generator.ask("rest", seconds=6.0)
    told = [who.get("told", {}).get(left["broadcast"]) for who in generator.ask("people")]
    heard = [at for at in told if at is not None]
    return {
        "people": people,
        "preview": sorted(seconds for seconds, _told in previews)[len(previews) // 2],
        "publish": committed - began,
        "online": max(heard, default=float("inf")) - began,
        "untold": len(told) - len(heard),
        "grown": grown / 1024,
    }


def _note(table: Table, found: dict[str, float]) -> None:
    table.add("ours", **found)
    told = ", ".join(f"{name} {value:,.2f}" for name, value in found.items())
    print(f"  notices: {told}", flush=True)


def content_to(org: int) -> dict[str, Any]:
    """A flash notice to everybody of this org."""
    return {
        "audience": {"org": org},
        "roles": ROLES,
        "kind": "dieu_hanh",
        "urgency": "hoa_toc",
        "title": "Toàn tỉnh nghỉ học ngày mai do bão",
        "body": "Học sinh các cấp nghỉ học ngày mai. Đề nghị gia đình giữ các em ở nhà và theo dõi thông báo tiếp theo.",
        "wants_acknowledgement": True,
    }


class Door:
    """A signed-in browser's requests."""

    def __init__(self, port: int, session: str) -> None:
        self._port = port
        self._headers = {
            "Cookie": f"sid={session}; csrf={CSRF}",
            "X-CSRFToken": CSRF,
            "Origin": "http://127.0.0.1:8000",
            "Content-Type": "application/json",
        }

    def ask(self, method: str, path: str, body: Any) -> dict[str, Any]:
        """The JSON of the answer."""
        return self.timed(method, path, body)[1]

    def look(self, path: str) -> dict[str, Any]:
        """The JSON of a GET."""
        return self.timed("GET", path, None)[1]

    def timed(self, method: str, path: str, body: Any) -> tuple[float, dict[str, Any]]:
        """The same, and the seconds that it took."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        began = perf_counter()
        connection.request(method, f"/api/broadcasts/{path}", None if body is None else json.dumps(body), self._headers)
        answer = connection.getresponse()
        text = answer.read()
        seconds = perf_counter() - began
        connection.close()
        if answer.status not in {200, 201}:
            raise RuntimeError(f"{path}: {answer.status} {text[:300]!r}")
        return seconds, dict(json.loads(text))


def import_province(installation: Installation, profile: str) -> None:
    """A province of this profile, imported as any package is."""
    package = installation.folder / "province.zip"
    _run(installation, "manage.py", "make_province", "--profile", profile, "--seed", "1", "--out", str(package))
    _run(installation, "manage.py", "sync_registry", str(package), "--apply", "--source", SOURCE)


def sign_in_office(installation: Installation, recipients: int) -> dict[str, Any]:
    """Two officers of the department and so many guardians, with their sessions."""
    told = installation.folder / "office.json"
    _run(installation, "-m", "bench.ours.office", SOURCE, str(recipients), str(told))
    return dict(json.loads(told.read_text()))


def _run(installation: Installation, *command: str) -> None:
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=installation.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name} ended with {done.returncode}:\n{done.stderr[-2000:]}")


def _receipts(installation: Installation, broadcast: int) -> int:
    with psycopg.connect(installation.database_url.replace("postgres://", "postgresql://")) as connection:
        row = connection.execute("SELECT COUNT(*) FROM broadcasts_receipt WHERE broadcast_id = %s", [broadcast])
        return int((row.fetchone() or (0,))[0])
