"""The registry's tables, in OneRoster's terms (1EdTech OneRoster 1.2), with validity dates. One file a noun."""

from registry.models.account import Account, Device
from registry.models.activation import ActivationAttempt, ActivationCode
from registry.models.audit import AuditLine
from registry.models.guardian_link import GuardianLink, PersonLink
from registry.models.org import Org, OrgClosure, OrgParent
from registry.models.override import LocalOverride
from registry.models.person import Person, Role
from registry.models.school_class import AcademicSession, ClassSession, Course, Enrolment, SchoolClass
from registry.models.source import PendingRow, Source, SyncChange, SyncIssue, SyncRun

__all__ = [
    "AcademicSession",
    "Account",
    "ActivationAttempt",
    "ActivationCode",
    "AuditLine",
    "ClassSession",
    "Course",
    "Device",
    "Enrolment",
    "GuardianLink",
    "LocalOverride",
    "Org",
    "OrgClosure",
    "OrgParent",
    "PendingRow",
    "Person",
    "PersonLink",
    "Role",
    "SchoolClass",
    "Source",
    "SyncChange",
    "SyncIssue",
    "SyncRun",
]
