"""Whether a notice still says what holds."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from broadcasts.models import Broadcast


class Status(StrEnum):
    """What became of a notice, in the words of clerks."""

    IN_FORCE = "con_hieu_luc"
    CORRECTED = "dinh_chinh"
    REPLACED = "thay_the"
    RECALLED = "thu_hoi"


@dataclass(frozen=True, slots=True)
class Standing:
    """The status; since when, and the code of the notice that holds now, where another one took its place."""

    status: Status
    since: dt.datetime | None = None
    newer_code: str | None = None


def standing_of(broadcast: Broadcast) -> Standing:
    """What became of this notice."""
    newer = broadcast.superseded_by
    if newer is None:
        return Standing(Status.IN_FORCE)
    return Standing(Status(broadcast.superseded_how), broadcast.superseded_at, newer.code)
