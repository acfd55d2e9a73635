"""Who a notice is for. Every file in this folder is one way to say it; a new one is found by being here."""

from dataclasses import replace
from importlib import import_module
from pkgutil import iter_modules

from broadcasts.audiences.base import Audience, registered
from broadcasts.models import Broadcast
from broadcasts.selection import Selection, kept_selection

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["Audience", "audience_for", "audience_named", "audience_of", "registered"]


def audience_for(selection: Selection) -> Audience | None:
    """Those whom this selection means, or None where its org or class is not there today. It must name one."""
    base = audience_named(*selection.base())
    return replace(base, selection=selection) if base else None


def audience_named(slug: str, subject: int) -> Audience | None:
    """Everybody of an org or class ("org", 12), or None where there is no such thing today."""
    kind = registered.get(slug)
    return kind.find(subject) if kind else None


def audience_of(broadcast: Broadcast) -> Audience:
    """The audience that a notice went to, whatever became of its org or class since."""
    org, school_class = broadcast.audience_org, broadcast.audience_class
    kind = registered["class" if school_class else "org"]
    return kind(org=org, school_class=school_class, selection=kept_selection(broadcast.audience))
