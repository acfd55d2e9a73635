"""manage.py issue_codes: activation codes for guardians and pupils, each shown once."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from chatserver.signin.activation_api import activation_url
from registry import activation
from registry.activation import ActivationRefused
from registry.models import ActivationCode, Org, Person, SchoolClass
from registry.selectors import live_classes, live_enrolments, live_guardian_links, live_orgs, live_people


class Command(BaseCommand):
    help = "Prints a fresh activation code for a person, or for the guardians and pupils of a class or a school."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose codes."""
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("--person", type=int, metavar="ID", help="one guardian or pupil")
        whose.add_argument(
            "--class", dest="school_class", type=int, metavar="ID", help="guardians and pupils of a class"
        )
        whose.add_argument("--school", type=int, metavar="ID", help="guardians and pupils of a school")
        parser.add_argument("--again", action="store_true", help="also for those who have an account already")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line a person on standard output, tab-separated: id, name, code, address. Counts, and who answered an
        earlier letter with "not me", on standard error."""
        issued = left_out = 0
        for person, school in _whose(options):
            if ActivationCode.objects.filter(person=person, school=school, revoked_because="not_me").exists():
                self.stderr.write(f'Check the address before you hand it out; answered "not me": person {person.pk}')
            try:
                code = activation.issue(person, by=None, school=school)
            except ActivationRefused as refused:
                if options["person"]:
                    raise CommandError(f"No code for person {person.pk}: {refused.reason.value}") from refused
                left_out += 1
                continue
            issued += 1
            self.stdout.write("\t".join([str(person.pk), person.name, code, activation_url(code)]))
        self.stderr.write(
            f"{issued} codes issued, good for {activation.LETTER_LIFE.days} days; {left_out} people may have none"
        )


def _whose(options: dict[str, Any]) -> Iterator[tuple[Person, Org]]:
    if options["person"]:
        yield _one(options["person"])
        return
    classes = _classes(options)
    pupils = live_enrolments().filter(school_class__in=classes, role="student")
    guardians = live_guardian_links().filter(student__in=pupils.values("person"))
    people = live_people().filter(Q(pk__in=pupils.values("person")) | Q(pk__in=guardians.values("guardian")))
    if not options["again"]:
        people = people.filter(account__isnull=True)
    school = classes[0].school
    for person in people.order_by("name", "pk"):
        yield person, school


def _one(person_id: int) -> tuple[Person, Org]:
    person = live_people().filter(pk=person_id).first()
    if person is None:
        raise CommandError(f"No person {person_id} in the registry, or no role today.")
    role = person.roles.order_by("-is_primary", "pk").select_related("org")[0]
    return person, role.org


def _classes(options: dict[str, Any]) -> list[SchoolClass]:
    chosen = live_classes().select_related("school")
    if options["school"]:
        if not live_orgs().filter(pk=options["school"]).exists():
            raise CommandError(f"No school {options['school']} in the registry.")
        chosen = chosen.filter(school=options["school"])
    else:
        chosen = chosen.filter(pk=options["school_class"])
    found = list(chosen)
    if not found:
        raise CommandError("No class of that id runs today.")
    return found
