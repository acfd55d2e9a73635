"""Activation codes: issue, look at, use once, refuse, take back. Kept as HMAC; limits are counted in the database."""

import datetime as dt
import re
import secrets
from collections.abc import Collection
from enum import StrEnum

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from registry import audit
from registry.models import Account, ActivationAttempt, ActivationCode, Org, Person
from registry.selectors import GUARDIAN_ROLES, STAFF_ROLES, live_people, live_roles, of_age

# 32 letters without the look-alikes 0/O and 1/I: 12 of them are 60 bits.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 12
LETTER_LIFE = dt.timedelta(days=14)
DEVICE_LIFE = dt.timedelta(minutes=10)

# Failures in one window before everything of that bucket is refused. A school's parents' evening shares one address.
# Over all: 200,000 open codes among 2^60 and 3,000 guesses a quarter of an hour is one hit in 40,000 years.
WINDOW = dt.timedelta(minutes=15)
LIMITS = {"all": 3_000, "address": 30, "code": 10}


class Reason(StrEnum):
    """Why a code does not open anything."""

    MALFORMED = "code_malformed"
    UNKNOWN = "code_unknown"
    USED = "code_used"
    EXPIRED = "code_expired"
    REVOKED = "code_revoked"
    TOO_MANY = "too_many_attempts"
    NO_ACCOUNT_YET = "no_account_yet"
    STAFF = "staff_sign_in_by_password"


class ActivationRefused(Exception):
    """The code opens nothing, or may not be issued; `reason` says why, `retry_after` (seconds) when to try again."""

    def __init__(self, reason: Reason, *, retry_after: float | None = None) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.retry_after = retry_after


@transaction.atomic
def issue(person: Person, *, by: Account | None, school: Org | None = None, life: dt.timedelta = LETTER_LIFE) -> str:
    """A fresh code for this person, in plain, once: it is not kept. Unused letters of this person die with it.

    Without a `school` it is for another device of the person's own, and leaves the school's letter alone.
    """
    require_may_activate(person)
    now = timezone.now()
    # The person's row orders two clerks who print at the same moment: one letter stays good, not two.
    Person.objects.select_for_update().get(pk=person.pk)
    earlier = ActivationCode.objects.filter(person=person, school__isnull=school is None, used_at=None, revoked_at=None)
    earlier.update(revoked_at=now, revoked_because="replaced")
    plain = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    code = ActivationCode.objects.create(
        person=person, code_hmac=_hmac("code", plain), issued_by=by, school=school, expires_at=now + life
    )
    audit.record(
        by.person if by else None,
        "activation.issued",
        subject=f"activation_code:{code.pk}",
        concerning=school.pk if school else None,
        person=person.pk,
    )
    return grouped(plain)


@transaction.atomic
def issue_all(people: Collection[Person], *, by: Account | None, school: Org) -> dict[int, str]:
    """The school's letters for many people at once: a code for each who may have one, by person. What issue() does for
    one, in the same few statements for a class and for a school; one line in the audit trail names them all."""
    allowed = sorted(may_activate(people))
    if not allowed:
        return {}
    now = timezone.now()
    # In id order: two clerks who print classes with a family in common wait for each other instead of failing.
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=allowed).order_by("pk").values_list("pk"))
    open_letters = ActivationCode.objects.filter(school__isnull=False, used_at=None, revoked_at=None)
    open_letters.filter(person__in=allowed).update(revoked_at=now, revoked_because="replaced")
    plain = {pk: "".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for pk in allowed}
    ActivationCode.objects.bulk_create(
        ActivationCode(
            person_id=pk, code_hmac=_hmac("code", code), issued_by=by, school=school, expires_at=now + LETTER_LIFE
        )
        for pk, code in plain.items()
    )
    audit.record(
        by.person if by else None,
        "activation.printed",
        subject=f"org:{school.pk}",
        concerning=school.pk,
        people=allowed,
    )
    return {pk: grouped(code) for pk, code in plain.items()}


def may_activate(people: Collection[Person]) -> set[int]:
    """Those of these people who may have a code, as require_may_activate() decides for one."""
    roles = live_roles().filter(person__in=people)
    staff = set(roles.filter(role__in=STAFF_ROLES).values_list("person", flat=True))
    others = roles.filter(Q(role__in=GUARDIAN_ROLES) | (of_age("person__") & Q(role="student")))
    return set(others.values_list("person", flat=True)) - staff


def require_may_activate(person: Person) -> None:
    """Refuses whoever may not have a code: pupils below grade 6, and staff, whose rights must not lie on paper."""
    roles = live_roles().filter(person=person)
    names = set(roles.values_list("role", flat=True))
    if names & STAFF_ROLES:
        raise ActivationRefused(Reason.STAFF)
    if not (names & GUARDIAN_ROLES or roles.filter(of_age("person__"), role="student").exists()):
        raise ActivationRefused(Reason.NO_ACCOUNT_YET)


def look_up(code: str, *, address: str) -> ActivationCode:
    """The open code that these letters are; nothing is used up. Wrong guesses count against the address and overall."""
    plain = normalised(code)
    attempt = _Attempt(plain, address)
    found = ActivationCode.objects.filter(code_hmac=_hmac("code", plain)).select_related("person", "school").first()
    _require_open(found)
    assert found is not None
    require_may_activate(found.person)
    attempt.take_back()
    return found


def use(code: str, *, address: str, language: str = "") -> Account:
    """Uses the code up and gives its person's account, made now if this is the first time. Of two devices one wins."""
    plain = normalised(code)
    attempt = _Attempt(plain, address)
    with transaction.atomic():
        account = _use_locked(plain, language)
    attempt.take_back()
    return account


def _use_locked(plain: str, language: str) -> Account:
    found = _locked(plain)
    # Asked again: a parent who became a teacher since the letter was printed signs in by password.
    require_may_activate(found.person)
    account = _account_of(found.person)
    if language and language != account.language:
        account.language = language
        account.save(update_fields=["language"])
    found.used_at = timezone.now()
    found.save(update_fields=["used_at"])
    audit.record(found.person, "activation.used", subject=f"activation_code:{found.pk}", concerning=found.school_id)
    return account


def refuse(code: str, *, address: str) -> ActivationCode:
    """ "Not me": the letter went to the wrong household. The code is locked, and the line is there for the school."""
    plain = normalised(code)
    attempt = _Attempt(plain, address)
    with transaction.atomic():
        found = _locked(plain)
        revoke(found, because="not_me")
    attempt.take_back()
    return found


@transaction.atomic
def revoke(code: ActivationCode, *, because: str, by: Account | None = None) -> None:
    """The code opens nothing any more."""
    code.revoked_at, code.revoked_because = timezone.now(), because
    code.save(update_fields=["revoked_at", "revoked_because"])
    school = {"school": code.school_id} if code.school_id else {}
    audit.record(
        by.person if by else None,
        f"activation.{because}",
        subject=f"activation_code:{code.pk}",
        concerning=code.school_id,
        **school,
    )


def forget_attempts() -> int:
    """Deletes counters of windows that are over; how many. Called daily."""
    return ActivationAttempt.objects.filter(window_start__lt=_window_start(timezone.now())).delete()[0]


def normalised(code: str) -> str:
    """The twelve letters without case, spaces and hyphens; refuses what no letter of ours can be."""
    plain = re.sub(r"[\s\-–—.]+", "", code).upper()
    if len(plain) != LENGTH or not set(plain) <= set(ALPHABET):
        raise ActivationRefused(Reason.MALFORMED)
    return plain


def grouped(plain: str) -> str:
    """XXXX-XXXX-XXXX, as printed."""
    return "-".join(plain[at : at + 4] for at in range(0, LENGTH, 4))


def _locked(plain: str) -> ActivationCode:
    """The open code, its row locked: the second of two devices waits here and then finds it used."""
    found = ActivationCode.objects.select_for_update(of=("self",)).filter(code_hmac=_hmac("code", plain)).first()
    _require_open(found)
    assert found is not None
    return found


def _require_open(code: ActivationCode | None) -> None:
    if code is None:
        raise ActivationRefused(Reason.UNKNOWN)
    if code.used_at is not None:
        raise ActivationRefused(Reason.USED)
    # Who left the school since the letter was printed is told the same as one whose letter was taken back.
    if code.revoked_at is not None or not live_people().filter(pk=code.person_id).exists():
        raise ActivationRefused(Reason.REVOKED)
    if code.expires_at <= timezone.now():
        raise ActivationRefused(Reason.EXPIRED)


def _account_of(person: Person) -> Account:
    Person.objects.select_for_update().get(pk=person.pk)
    existing = Account.objects.filter(person=person).first()
    if existing is not None:
        return existing
    # Opaque on purpose: a name made of a person's name or number could be guessed and tried.
    username = "".join(secrets.choice(ALPHABET.lower()) for _ in range(10))
    return Account.objects.create_user(username, None, person=person)


def _hmac(purpose: str, value: str) -> str:
    """Keyed with what settings.SECRET_KEY and the purpose give: a stolen table cannot be searched for codes."""
    return salted_hmac(f"registry.activation.{purpose}", value, algorithm="sha256").hexdigest()


class _Attempt:
    """One try, counted as a failure before it is made: parallel guesses cannot slip under the limit together."""

    def __init__(self, plain: str, address: str) -> None:
        self.window = _window_start(timezone.now())
        self.buckets = [f"address:{_hmac('address', address)[:40]}", "all", f"code:{_hmac('guess', plain)[:40]}"]
        self._count()

    @transaction.atomic
    def _count(self) -> None:
        for bucket in self._locked_buckets():
            if bucket.failures >= LIMITS[bucket.bucket.partition(":")[0]]:
                left = (self.window + WINDOW - timezone.now()).total_seconds()
                raise ActivationRefused(Reason.TOO_MANY, retry_after=max(1.0, round(left)))
        self._mine().update(failures=F("failures") + 1)

    @transaction.atomic
    def take_back(self) -> None:
        """It was no failure after all."""
        self._locked_buckets()
        self._mine().filter(failures__gt=0).update(failures=F("failures") - 1)

    def _locked_buckets(self) -> list[ActivationAttempt]:
        rows = [ActivationAttempt(bucket=bucket, window_start=self.window) for bucket in self.buckets]
        ActivationAttempt.objects.bulk_create(rows, ignore_conflicts=True)
        # In one order everywhere: two tries that share buckets wait for each other instead of failing.
        return list(self._mine().select_for_update().order_by("bucket"))

    def _mine(self) -> QuerySet[ActivationAttempt]:
        return ActivationAttempt.objects.filter(bucket__in=self.buckets, window_start=self.window)


def _window_start(now: dt.datetime) -> dt.datetime:
    seconds = int(now.timestamp()) // int(WINDOW.total_seconds()) * int(WINDOW.total_seconds())
    return dt.datetime.fromtimestamp(seconds, tz=dt.UTC)
