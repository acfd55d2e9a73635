"""The world knocks at every door there is: a new URL or order belongs to a deed, or is told here to lead to no room."""

from collections.abc import Iterator
from pathlib import Path

from django.urls import URLPattern, URLResolver, get_resolver

from realtime.commands import registered
from tests.rights.world import deeds
from tests.wire import ROOT

METHODS = ("get", "post", "put", "patch", "delete")
# Doors behind which there is no room, and where it is proved who passes them. The tests of invariants try them all besides.
NO_ROOM = {
    "api/me": "tests/api/test_me.py",
    "api/schema/": "tests/invariants/test_documents.py",
    "api/session": "tests/signin",
    "api/password": "tests/signin",
    "api/activation/": "tests/signin",
    "api/devices": "tests/signin",
    "api/second-factor": "tests/signin",
    "api/registry/": "tests/registry_api/test_doors.py",
    "api/denies": "tests/rights/test_deny_api.py",
    "api/people": "tests/people",
    "api/letters/": "tests/letters",
    "api/journal": "tests/journal",
    "api/broadcasts": "tests/broadcasts",
    "api/broadcasts/files": "tests/files/test_doors.py",
    # Before it is part of a message, a file is its uploader's alone; a pass opens what its holder may read.
    "api/uploads": "tests/rooms/files/test_uploading.py",
    "api/files/pass": "tests/rooms/files/test_reading.py",
    "api/push/subscriptions": "tests/delivery/test_subscriptions.py",
    "livez": "tests/api/test_health.py",
    "readyz": "tests/api/test_health.py",
    "registryz": "tests/registry_rest/test_staleness.py",
}
NO_ROOM_ORDERS = {
    "ping": "realtime's own",
    "broadcast.read": "tests/broadcasts",
    "broadcast.acknowledge": "tests/broadcasts",
    "broadcast.watch": "tests/broadcasts",
}
# What the rules also name as a way to what was said, and what there is no door for as yet.
NOT_BUILT = ("search", "calendar", "ics", "export")
# The list of whom a notice has reached: nothing of a room (tests/broadcasts/ledger/test_rights.py).
NOT_OF_ROOMS = {f"GET api/broadcasts/<int:broadcast_id>/{board}/export" for board in ("cascade", "reach")}
# Outside Django's routes, and what comes without being asked for.
BESIDE_ROUTES = {"POST api/poll", "socket", "delivery"}


def routes(patterns: list[URLPattern | URLResolver] | None = None, before: str = "") -> Iterator[str]:
    """ "GET api/rooms" and so on."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLResolver):
            if not route.startswith("_allauth"):
                yield from routes(pattern.url_patterns, route)
        elif route.startswith(("api/", "f/", "livez", "readyz", "registryz")):
            view = getattr(pattern.callback, "view_class", None) or getattr(pattern.callback, "cls", None)
            for method in METHODS if view else ("get",):
                if view is None or hasattr(view, method):
                    yield f"{method.upper()} {route}"


def test_every_route_belongs_to_a_deed_or_leads_to_no_room() -> None:
    known = {deed.knocks for deed in deeds.DEEDS}
    found = set(routes())
    left = {route for route in found - known if not any(route.split(" ")[1].startswith(prefix) for prefix in NO_ROOM)}
    assert not left, (
        f"nobody of the small world knocks at {sorted(left)}: add deeds, or say why there is no room behind"
    )
    assert known - BESIDE_ROUTES - set(registered) <= found, "a deed knocks at a door that is no more"


def test_every_order_belongs_to_a_deed_or_leads_to_no_room() -> None:
    known = {deed.knocks for deed in deeds.DEEDS}
    assert set(registered) | {"ping"} == {each for each in known if each in registered} | NO_ROOM_ORDERS.keys()


def test_what_is_said_to_be_proved_elsewhere_is() -> None:
    for where in NO_ROOM.values():
        assert (ROOT / where).exists(), where


def test_ways_to_what_was_said_that_are_not_built_are_none() -> None:
    """When one of them comes, its deeds come here."""
    ways = sorted({*routes()} - NOT_OF_ROOMS)
    built = [route for route in ways for word in NOT_BUILT if word in route.split(" ")[1].split("/")[1:]]
    assert not built, built


def test_the_page_of_the_protocol_names_every_order_that_is_knocked_at() -> None:
    page = Path(ROOT / "docs/protocol.md").read_text()
    for deed in deeds.ORDERS:
        assert f"`{deed.knocks}`" in page
