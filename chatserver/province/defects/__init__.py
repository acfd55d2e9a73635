"""Damage a clean package the way real exports are damaged: ``DEFECTS[name](clean, damaged)``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from . import archive, encoding, headers, records
from .package import Contents

Defect = Callable[[Path, Path], None]


def _on_contents(change: Callable[[Contents], None]) -> Defect:
    def damage(clean: Path, damaged: Path) -> None:
        contents = Contents.read(clean)
        change(contents)
        contents.write(damaged)

    damage.__doc__ = change.__doc__
    return damage


DEFECTS: dict[str, Defect] = {
    **{name: _on_contents(change) for name, change in headers.CHANGES.items()},
    **{name: _on_contents(change) for name, change in encoding.CHANGES.items()},
    **{name: _on_contents(change) for name, change in records.CHANGES.items()},
    **archive.DEFECTS,
}

__all__ = ["DEFECTS", "Defect"]
