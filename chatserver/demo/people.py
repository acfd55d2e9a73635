"""The demo province's people who get ready accounts, found in the imported registry by their roles and names."""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.utils.translation import gettext as _

from registry.models import Account, Org, Person, SchoolClass
from registry.selectors import SENDING_ROLES, live_enrolments, live_guardian_links, live_roles

# Known to everybody who reads this: only the demo province has accounts with it.
DEMO_PASSWORD = "trong-truong-demo"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays the week, and the places it is played in."""

    department: Org
    commune: Org
    school: Org
    preschool: Org
    school_class: SchoolClass
    teacher: Person
    guardian: Person
    child: Person
    head: Person
    officers: tuple[Person, Person]
    commune_officer: Person
    technician: Person


def find_cast() -> Cast:
    """The story people of the small province. Raises DoesNotExist if another package was imported."""
    school = Org.objects.get(name="Trường Tiểu học Đồng Sen")
    school_class = SchoolClass.objects.get(school=school, title="3A")
    department = Org.objects.get(type=Org.Type.STATE)
    commune = Org.objects.get(type=Org.Type.LOCAL, name="Xã Đồng Sen")
    guardian = Person.objects.get(name="Lò Thị Hạnh")
    return Cast(
        department=department,
        commune=commune,
        school=school,
        preschool=Org.objects.get(name__endswith="Hoa Mai", type=Org.Type.SCHOOL),
        school_class=school_class,
        teacher=live_enrolments().get(school_class=school_class, role="teacher", is_primary=True).person,
        guardian=guardian,
        child=live_guardian_links().get(guardian=guardian, student__name="Trần Minh An").student,
        head=Person.objects.get(name="Đỗ Văn Thắng"),
        officers=(Person.objects.get(name="Trần Quốc Hưng"), Person.objects.get(name="Lê Thị Thu Hà")),
        commune_officer=_first_with("districtAdministrator", commune),
        technician=_first_with("systemAdministrator", department),
    )


def _first_with(role: str, org: Org) -> Person:
    return live_roles().filter(role=role, org=org).order_by("pk").select_related("person")[0].person


@dataclass(frozen=True, slots=True)
class ReadyAccount:
    """A line of what `make run` prints."""

    who: str
    username: str
    # Signs in with six digits too: `make code NAME=username` tells them.
    has_second_factor: bool


def make_accounts(cast: Cast) -> None:
    """Ready accounts with the demo password for the people of the story; those who send beyond a class have an
    authenticator app, whose codes `manage.py demo_code` tells."""
    for person, username in _usernames(cast):
        if Account.objects.filter(person=person).exists():
            continue
        account = Account.objects.create_user(username, DEMO_PASSWORD, person=person)
        if live_roles().filter(person=person, role__in=SENDING_ROLES).exists():
            TOTP.activate(account, generate_totp_secret())


def ready_accounts(cast: Cast) -> list[ReadyAccount]:
    """Who can sign in how, in the reader's language."""
    described = {
        cast.guardian.pk: _("Guardian with children in two schools"),
        cast.teacher.pk: _("Homeroom teacher of 3A"),
        cast.head.pk: _("Head of the school"),
        cast.commune_officer.pk: _("Officer of the commune"),
        cast.officers[0].pk: _("Officer of the department"),
        cast.officers[1].pk: _("Deputy director, who can approve"),
        cast.technician.pk: _("IT administrator"),
    }
    enrolled = set(Authenticator.objects.filter(type=Authenticator.Type.TOTP).values_list("user__username", flat=True))
    return [
        ReadyAccount(f"{described[person.pk]}: {person.name}", username, has_second_factor=username in enrolled)
        for person, username in _usernames(cast)
    ]


def _usernames(cast: Cast) -> list[tuple[Person, str]]:
    return [
        (cast.guardian, "hanh"),
        (cast.teacher, "lan"),
        (cast.head, "thang"),
        (cast.commune_officer, "xa"),
        (cast.officers[0], "hung"),
        (cast.officers[1], "ha"),
        (cast.technician, "it"),
    ]


def someone_not_activated(cast: Cast) -> Person:
    """A guardian of the same class who has no account yet: for trying the activation."""
    pupils = live_enrolments().filter(school_class=cast.school_class, role="student").values("person")
    links = live_guardian_links().filter(student__in=pupils, guardian__account__isnull=True)
    return links.order_by("pk").select_related("guardian")[0].guardian
