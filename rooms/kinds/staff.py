"""The staff room of an organisation: its staff, and the heads of the units directly below."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.selectors import SENDING_ROLES, STAFF_ROLES, live_roles
from rooms.kinds.base import ROLE, Ground, Per, Right, RoomKind, Rows, Scope
from rooms.models import Room

# Who heads a unit: the principal of a school, the officers of a commune. A clerk (siteAdministrator) does not.
HEAD_ROLES = frozenset({"principal", "districtAdministrator"})
# systemAdministrator runs imports and reads no room.
TALKING_STAFF = STAFF_ROLES - {"systemAdministrator"}


class Staff(RoomKind):
    slug = "staff"
    label = gettext_lazy("Staff")
    per = Per.ORG
    seats_stand_apart = True
    is_kept_for_heirs = True
    grants = {
        "head": Right.READ | Right.POST | Right.MODERATE,
        "staff": Right.READ | Right.POST,
        "unit_head": Right.READ | Right.POST,
    }

    def grounds(self, rooms: Scope, day: dt.date) -> Iterator[Ground]:
        """Those who speak for the org moderate; then its other staff; then the heads of the units directly below."""
        here = live_roles(day).filter(rooms.at("org__rooms"))
        yield _by_role("head", here.filter(role__in=SENDING_ROLES))
        yield _by_role("staff", here.filter(role__in=TALKING_STAFF))
        below = live_roles(day).filter(
            rooms.at("org__above__ancestor__rooms"), role__in=HEAD_ROLES, org__above__depth=1
        )
        yield _by_role("unit_head", below, room="org__above__ancestor__rooms")

    def title(self, room: Room) -> str:
        """ "Staff of Trường Tiểu học Đồng Sen"."""
        return _("Staff of %(org)s") % {"org": room.org.name}


def _by_role(seat: str, rows: Rows, *, room: str = "org__rooms") -> Ground:
    return Ground(seat, rows, room, "person", "role", ROLE)
