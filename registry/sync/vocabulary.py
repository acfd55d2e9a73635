"""The words OneRoster 1.1 and 1.2 allow, found again however an exporter writes their case."""

from collections.abc import Iterable
from types import MappingProxyType

Vocabulary = MappingProxyType[str, str]


def _words(words: Iterable[str]) -> Vocabulary:
    return MappingProxyType({word.lower(): word for word in words})


STATUS = _words(["active", "tobedeleted", "inactive"])
BOOLEAN = _words(["true", "false"])
# Not the standard's, but what spreadsheets and forms make of true and false.
OTHER_BOOLEANS = MappingProxyType({"yes": "true", "no": "false", "1": "true", "0": "false"})
SESSION_TYPE = _words(["gradingPeriod", "semester", "schoolYear", "term"])
ORG_TYPE = _words(["department", "school", "district", "local", "state", "national"])
CLASS_TYPE = _words(["homeroom", "scheduled"])
# `administrator` is 1.1's word; which of the two administrators of 1.2 it means depends on the org.
ROLE = _words(
    [
        *("administrator", "aide", "counselor", "districtAdministrator", "guardian", "parent", "principal", "proctor"),
        *("relative", "siteAdministrator", "student", "systemAdministrator", "teacher"),
    ]
)
ENROLMENT_ROLE = _words(["administrator", "proctor", "student", "teacher"])
ROLE_TYPE = _words(["primary", "secondary"])
GENDER = _words(["female", "male"])
RELATION = _words(["mother", "father", "grandmother", "grandfather", "aunt", "uncle", "sibling", "guardian"])
SCHOOL_LEVEL = _words(["mam_non", "tieu_hoc", "thcs", "thpt", "gdtx", "th_thcs", "thcs_thpt"])

ABOVE_SCHOOLS = frozenset({"district", "local", "state", "national"})


def administrator_at(org_type: str) -> str:
    """The 1.2 role that 1.1's `administrator` means in an org of this type."""
    return "districtAdministrator" if org_type in ABOVE_SCHOOLS else "siteAdministrator"
