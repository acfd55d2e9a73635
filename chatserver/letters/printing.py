"""Printing and taking back: codes are made with the sheet that carries them, and are never to be seen again."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from chatserver.letters.addressees import Addressee, State, addressees
from chatserver.letters.errors import NobodyToWrite, NoOpenLetter, TooManyLetters
from chatserver.letters.policy import Office
from realtime.errors import NotFound
from registry import activation
from registry.models import Account, ActivationCode

# A school of 1,000 pupils in one go; larger ones print by grade or class.
MOST = 2_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which letters: of whom (None: everybody), and whether for those too who have an account or a letter already."""

    people: frozenset[int] | None = None
    again: bool = False


def print_letters(office: Office, wanted: Wanted, *, by: Account) -> tuple[bytes, int]:
    """A PDF with a fresh letter for each person wanted, and how many. Earlier letters of theirs open nothing any more.

    Refuses: TooManyLetters, NobodyToWrite. Either all codes are made and on the sheet, or none is.
    """
    from chatserver.letters.sheet import Letter, sheets  # noqa: PLC0415  every start would pay for reading the font tools

    chosen = [each for each in addressees(office.school, office.classes) if _is_wanted(each, wanted)]
    if not chosen:
        raise NobodyToWrite
    if len(chosen) > MOST:
        raise TooManyLetters(most=MOST)
    with transaction.atomic():
        codes = activation.issue_all([each.person for each in chosen], by=by, school=office.school)
        until = timezone.localdate(timezone.now() + activation.LETTER_LIFE)
        letters = [
            Letter(each, office.school.name, codes[each.person.pk], until) for each in chosen if each.person.pk in codes
        ]
        return sheets(letters), len(letters)


def take_back(office: Office, person_id: int, *, by: Account) -> None:
    """The person's open letter opens nothing any more. Refuses: NotFound for who is not of these classes; NoOpenLetter."""
    if person_id not in {each.person.pk for each in addressees(office.school, office.classes)}:
        raise NotFound
    with transaction.atomic():
        letters = ActivationCode.objects.select_for_update().filter(
            person=person_id, school=office.school, used_at=None, revoked_at=None
        )
        found = letters.order_by("-pk").first()
        if found is None:
            raise NoOpenLetter
        activation.revoke(found, because="taken_back", by=by)


def _is_wanted(each: Addressee, wanted: Wanted) -> bool:
    if wanted.people is not None and each.person.pk not in wanted.people:
        return False
    # Named one by one, or asked for again: whoever lost the letter, or has a new phone and nobody to ask.
    return wanted.again or wanted.people is not None or each.state not in {State.ACTIVATED, State.PRINTED}
