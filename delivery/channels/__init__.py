"""Ways of delivering, found by file: a module in this folder that subclasses DeliveryChannel is one."""

from importlib import import_module
from pkgutil import iter_modules

from delivery.channels.base import Address, DeliveryChannel, DeliveryError, Fault

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["Address", "DeliveryChannel", "DeliveryError", "Fault"]
