"""School years, courses, classes and who is in them."""

from django.db import models

from registry.models.org import Org
from registry.models.person import Person
from registry.models.record import Record


class AcademicSession(Record):
    """A school year, semester, term or grading period (OneRoster 1.2 'Academic Sessions'). ends_on is exclusive."""

    title = models.CharField(max_length=255)
    type = models.CharField(max_length=60)
    begins_on = models.DateField()
    ends_on = models.DateField()
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children")
    # The year in which the school year ends: 2026-2027 is 2027.
    school_year = models.PositiveSmallIntegerField()


class Course(Record):
    """What is taught (OneRoster 1.2 'Courses')."""

    title = models.CharField(max_length=255)
    course_code = models.CharField(max_length=255, default="", blank=True)
    org = models.ForeignKey(Org, on_delete=models.CASCADE, related_name="courses")


class SchoolClass(Record):
    """A taught group (OneRoster 1.2 'Classes'). Dates are those of its sessions, kept here; ends_on is exclusive."""

    class Type(models.TextChoices):
        HOMEROOM = "homeroom", "homeroom"
        SCHEDULED = "scheduled", "scheduled"

    title = models.CharField(max_length=255)
    class_code = models.CharField(max_length=255, default="", blank=True)
    class_type = models.CharField(max_length=60)
    school = models.ForeignKey(Org, on_delete=models.CASCADE, related_name="classes")
    course = models.ForeignKey(Course, null=True, blank=True, on_delete=models.SET_NULL, related_name="classes")
    grade = models.CharField(max_length=60, default="", blank=True)
    subject = models.CharField(max_length=255, default="", blank=True)
    sessions = models.ManyToManyField(AcademicSession, through="registry.ClassSession", related_name="classes")
    begins_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    class Meta(Record.Meta):
        indexes = [models.Index(fields=["school", "class_type"])]


class ClassSession(models.Model):
    """A class runs in a session (OneRoster's termSourcedIds)."""

    school_class = models.ForeignKey(SchoolClass, on_delete=models.CASCADE, related_name="+")
    session = models.ForeignKey(AcademicSession, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint("school_class", "session", name="registry_classsession_once")]


class Enrolment(Record):
    """A person in a class (OneRoster 1.2 'Enrollments'). Own dates win over the class's; ends_on is exclusive."""

    school_class = models.ForeignKey(SchoolClass, on_delete=models.CASCADE, related_name="enrolments")
    school = models.ForeignKey(Org, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="enrolments")
    role = models.CharField(max_length=60)
    # A homeroom class's teacher with is_primary is the GVCN.
    is_primary = models.BooleanField(default=False)
    begins_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    class Meta(Record.Meta):
        indexes = [models.Index(fields=["school_class", "role"]), models.Index(fields=["person", "role"])]
