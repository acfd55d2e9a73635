"""The columns of each file that is read, in the standard's order, and which of them are kept."""

from dataclasses import dataclass

COMMON = ("sourcedId", "status", "dateLastModified")


@dataclass(frozen=True, slots=True)
class Columns:
    """`standard` is what may stand in the header; `required` must; `kept` is read, everything else is read past."""

    standard: tuple[str, ...]
    required: frozenset[str]
    kept: tuple[str, ...]


def _columns(*names: str, extension: tuple[str, ...] = (), past: frozenset[str] = frozenset()) -> Columns:
    """Names with a star are required; `past` is never read into memory of ours (passwords, master identifiers)."""
    standard = (*COMMON, *(name.rstrip("*") for name in names))
    required = frozenset({"sourcedId", *(name.rstrip("*") for name in names if name.endswith("*"))})
    return Columns(standard, required, tuple(name for name in (*standard, *extension) if name not in past))


_PAST = frozenset({"password", "userIds", "userMasterIdentifier", "resourceSourcedIds", "pronouns"})
_PERSON_EXTENSION = ("metadata.relations", "metadata.separateGuardians", "metadata.position", "metadata.gender")

SESSIONS = _columns("title*", "type*", "startDate*", "endDate*", "parentSourcedId", "schoolYear*")
ORGS = _columns(
    *("name*", "type*", "identifier", "parentSourcedId"),
    extension=("metadata.schoolLevel", "metadata.validFrom", "metadata.validTo", "metadata.parentHistory"),
)
COURSES = _columns("schoolYearSourcedId", "title*", "courseCode", "grades", "orgSourcedId*", "subjects", "subjectCodes")
CLASSES = _columns(
    *("title*", "grades", "courseSourcedId*", "classCode", "classType*", "location", "schoolSourcedId*"),
    *("termSourcedIds*", "subjects", "subjectCodes", "periods"),
)
USERS_1_1 = _columns(
    *("enabledUser*", "orgSourcedIds*", "role*", "username*", "userIds", "givenName*", "familyName*", "middleName"),
    *("identifier", "email", "sms", "phone", "agentSourcedIds", "grades", "password"),
    extension=_PERSON_EXTENSION,
    past=_PAST,
)
USERS_1_2 = _columns(
    *("enabledUser*", "username*", "userIds", "givenName*", "familyName*", "middleName", "identifier", "email", "sms"),
    *("phone", "agentSourcedIds", "grades", "password", "userMasterIdentifier", "resourceSourcedIds"),
    *("preferredGivenName", "preferredMiddleName", "preferredFamilyName", "primaryOrgSourcedId", "pronouns"),
    extension=_PERSON_EXTENSION,
    past=_PAST,
)
ROLES = _columns(
    "userSourcedId*", "roleType*", "role*", "beginDate", "endDate", "orgSourcedId*", "userProfileSourcedId",
    past=frozenset({"userProfileSourcedId"}),
)  # fmt: skip
ENROLMENTS = _columns(
    "classSourcedId*", "schoolSourcedId*", "userSourcedId*", "role*", "primary", "beginDate", "endDate"
)
