"""Who a notice is for. Every file in this folder is one way to say it; a new one is found by being here."""

from importlib import import_module
from pkgutil import iter_modules

from broadcasts.audiences.base import Audience, registered
from broadcasts.models import Broadcast

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["Audience", "audience_named", "audience_of", "registered"]


def audience_named(slug: str, subject: int) -> Audience | None:
    """The audience that a draft asks for ("org", 12), or None where there is no such thing today."""
    kind = registered.get(slug)
    return kind.find(subject) if kind else None


def audience_of(broadcast: Broadcast) -> Audience:
    """The audience that a notice went to, whatever became of its org or class since."""
    org, school_class = broadcast.audience_org, broadcast.audience_class
    return registered["class" if school_class else "org"](org=org, school_class=school_class)
