"""A file as sheets, whatever it was written with."""

from pathlib import Path

from registry.sync.sheet.container import Form, form_of
from registry.sync.sheet.delimited import read_text
from registry.sync.sheet.faults import FaultBook
from registry.sync.sheet.grid import Grid
from registry.sync.sheet.workbook import read_workbook


def read_file(path: Path, name: str, faults: FaultBook) -> list[Grid]:
    """The sheets of a file; `name` is the one it came under. Raises SheetRefused."""
    return read_workbook(path, faults) if form_of(path, name) is Form.WORKBOOK else [read_text(path)]
