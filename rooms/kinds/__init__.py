"""The varieties of room. A new one is a new file here: the folder is searched, the class registers by existing."""

from importlib import import_module
from pkgutil import iter_modules

from rooms.kinds.base import KEEPER, Cause, Per, Right, RoomKind, Scope, kind_named, kinds

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["KEEPER", "Cause", "Per", "Right", "RoomKind", "Scope", "kind_named", "kinds"]
