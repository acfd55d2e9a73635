"""The files that carry the registry, in the order in which they refer to each other."""

from types import MappingProxyType

from registry.models import AcademicSession, Course, Enrolment, Org, Person, Role, SchoolClass
from registry.models.record import Record

SESSIONS = "academicSessions"
ORGS = "orgs"
COURSES = "courses"
CLASSES = "classes"
USERS = "users"
ROLES = "roles"
ENROLMENTS = "enrollments"

# Each table only refers to itself and to those before it.
TABLES: MappingProxyType[str, type[Record]] = MappingProxyType(
    {
        SESSIONS: AcademicSession,
        ORGS: Org,
        COURSES: Course,
        CLASSES: SchoolClass,
        USERS: Person,
        ROLES: Role,
        ENROLMENTS: Enrolment,
    }
)
# Counted in reports beside the tables; it is derived from users and roles.
GUARDIAN_LINKS = "guardianLinks"
