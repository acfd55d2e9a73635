"""What a position means for rights. A spreadsheet makes nobody an administrator of the system."""

import re

from registry.sync.sheet.records import StaffRow
from registry.text import fold

_HEAD = re.compile(r"(pho )?(hieu truong|giam doc)\b|(pho )?ht\b|p\.? ?hieu truong")
_DEPUTY = re.compile(r"(pho|p\.?) ?(hieu|giam)|pht\b")
_TEACHER = re.compile(r"\b(giao vien|gv|gvcn|to truong|to pho|tong phu trach|giao sinh)\b")
_CLERK = re.compile(r"\b(van thu|giao vu)\b")
_COUNSELOR = re.compile(r"\b(tu van|tam ly|cong tac xa hoi)\b")


def role_of(row: StaffRow) -> str:
    """The OneRoster 1.2 role of a position; what nobody foresaw is an aide, who decides nothing."""
    position = fold(row.position).strip()
    if _HEAD.match(position) or _DEPUTY.match(position):
        return "principal"
    if _CLERK.search(position) and not _TEACHER.search(position):
        return "siteAdministrator"
    if _TEACHER.search(position) or row.is_teaching:
        return "teacher"
    return "counselor" if _COUNSELOR.search(position) else "aide"


def is_head(row: StaffRow) -> bool:
    """Whether this is the head of the school, of whom there is one."""
    position = fold(row.position).strip()
    return bool(_HEAD.match(position)) and not _DEPUTY.match(position)
