"""The embedded default is one process with everything in it."""

import sqlite3
import tempfile
import time
from pathlib import Path

from tests import wire

OPEN = "SELECT count(*) FROM delivery_dispatch WHERE done_at IS NULL"
NEW = """
    INSERT INTO delivery_dispatch (source, subject, due_at, priority, cursor, attempts, created_at)
    VALUES ('message', 0, '2026-01-01 00:00:00', 0, 0, 0, '2026-01-01 00:00:00')
"""


def test_serve_delivers_by_itself_and_ends_promptly() -> None:
    folder = tempfile.mkdtemp(prefix="tt-embedded-")
    server = wire.start_embedded(folder)
    try:
        with sqlite3.connect(Path(folder) / "own.sqlite3", timeout=20) as database:
            database.execute(NEW)
            database.commit()
            assert database.execute(OPEN).fetchone() == (1,)
            deadline = time.monotonic() + 30
            while database.execute(OPEN).fetchone() != (0,):
                assert time.monotonic() < deadline, f"nobody took up the dispatch:\n{server.said()}"
                time.sleep(0.2)
    finally:
        assert server.stop() == 0
    assert "stopped" not in server.said()
