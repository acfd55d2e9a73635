"""Which source a package comes from. Guessed only where there is nothing to mistake it for."""

from registry.models import Source
from registry.sync.errors import PackageRefused

UNNAMED = "OneRoster"


def choose_source(name: str, *, system: str, given_name_first: bool) -> Source:
    """The source by the name given, else by the package's own system name. The first import makes it."""
    source = _named(name[:200]) if name else _guessed(system[:200])
    if given_name_first and source.family_name_first:
        # Kept with the source when the package is applied; a dry run leaves the source as it is.
        source.family_name_first = False
    return source


def source_for_refusals(name: str) -> Source:
    """Where a run is noted whose package could not say where it comes from."""
    if name:
        return _named(name[:200])
    return Source.objects.order_by("pk").first() or _named(UNNAMED)


def _named(name: str) -> Source:
    return Source.objects.get_or_create(name=name)[0]


def _guessed(system: str) -> Source:
    """A package under a new name beside an existing source could be the same people twice: somebody has to say which."""
    if system and (found := Source.objects.filter(name=system).first()):
        return found
    existing = list(Source.objects.all()[:2])
    if not existing:
        return _named(system or UNNAMED)
    if system or len(existing) > 1:
        raise PackageRefused("which_source", file="manifest.csv")
    return existing[0]
