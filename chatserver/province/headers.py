"""The files of a OneRoster 1.2 CSV package and their columns, in the order the standard prescribes."""

from __future__ import annotations

COMMON = ("sourcedId", "status", "dateLastModified")

HEADERS: dict[str, tuple[str, ...]] = {
    "academicSessions": (*COMMON, "title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear"),
    "orgs": (
        *COMMON,
        *("name", "type", "identifier", "parentSourcedId"),
        *("metadata.schoolLevel", "metadata.validFrom", "metadata.validTo", "metadata.parentHistory"),
    ),
    "courses": (
        *COMMON,
        *("schoolYearSourcedId", "title", "courseCode", "grades", "orgSourcedId", "subjects", "subjectCodes"),
    ),
    "classes": (
        *COMMON,
        *("title", "grades", "courseSourcedId", "classCode", "classType", "location", "schoolSourcedId"),
        *("termSourcedIds", "subjects", "subjectCodes", "periods"),
    ),
    "users": (
        *COMMON,
        *("enabledUser", "username", "userIds", "givenName", "familyName", "middleName", "identifier", "email"),
        *("sms", "phone", "agentSourcedIds", "grades", "password", "userMasterIdentifier", "resourceSourcedIds"),
        *("preferredGivenName", "preferredMiddleName", "preferredFamilyName", "primaryOrgSourcedId", "pronouns"),
        *("metadata.relations", "metadata.separateGuardians", "metadata.position", "metadata.gender"),
    ),
    "roles": (
        *COMMON,
        *("userSourcedId", "roleType", "role", "beginDate", "endDate", "orgSourcedId", "userProfileSourcedId"),
    ),
    "enrollments": (
        *COMMON,
        *("classSourcedId", "schoolSourcedId", "userSourcedId", "role", "primary", "beginDate", "endDate"),
    ),
}

KNOWN_FILES = (
    *("academicSessions", "categories", "classes", "classResources", "courses", "courseResources", "demographics"),
    *("enrollments", "lineItemLearningObjectiveIds", "lineItems", "lineItemScoreScales", "orgs", "resources"),
    *("resultLearningObjectiveIds", "results", "resultScoreScales", "roles", "scoreScales", "userProfiles"),
    *("userResources", "users"),
)


def manifest_rows(*, system_name: str, system_code: str) -> list[tuple[str, str]]:
    """The manifest: what is in the package is bulk, everything else the standard knows is absent."""
    return [
        ("propertyName", "value"),
        ("manifest.version", "1.0"),
        ("oneroster.version", "1.2"),
        *((f"file.{name}", "bulk" if name in HEADERS else "absent") for name in KNOWN_FILES),
        ("source.systemName", system_name),
        ("source.systemCode", system_code),
    ]
