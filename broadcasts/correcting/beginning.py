"""A correction begins with the words of what it corrects: one tap, and only what was wrong is written anew."""

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from broadcasts.correcting.binding import asks_for_answers, correctable, selection_of
from broadcasts.drafts import finding, keeping
from broadcasts.errors import NameTaken
from broadcasts.files.attaching import copies_of
from broadcasts.models import Broadcast, Draft, How
from broadcasts.serializers import moment
from registry.models import Person


@transaction.atomic
def begin(person: Person, broadcast_id: int, how: How, *, client_broadcast_id: uuid.UUID) -> tuple[Draft, bool]:
    """A draft that corrects this notice so, and whether this call made it: the one that its author has on hand already, or
    that is there under this name. Refuses as submitting it would; NotAllowed to who may not, NameTaken to a name that
    means something else."""
    found, _grant = correctable(person, broadcast_id)
    meant = {"broadcast": found.pk, "how": how.value}
    on_hand = finding.told().filter(author=person, content__corrects=meant, state__in=finding.ON_HAND).first()
    if on_hand:
        return on_hand, False
    named = Draft.objects.filter(author=person, client_broadcast_id=client_broadcast_id)
    if named.exclude(content__corrects=meant).exists():
        raise NameTaken
    words = _first_words(found, how)
    if how != How.RECALL and not named.exists():
        words["attachments"] = [one.pk for one in copies_of(found, person)]
    draft, is_new = keeping.save(person, words | {"corrects": meant}, client_broadcast_id=client_broadcast_id)
    return finding.told().get(pk=draft.pk), is_new


def _first_words(found: Broadcast, how: How) -> dict[str, Any]:
    words: dict[str, Any] = {
        "audience": selection_of(found).kept(),
        "roles": found.roles,
        "kind": found.kind,
        "urgency": found.urgency,
        "title": found.title,
        "body": "",
        "is_exercise": found.is_exercise,
        **asks_for_answers(found, how),
    }
    if how == How.RECALL:
        return words
    return words | {
        "body": found.body,
        "number": found.number,
        "symbol": found.symbol,
        "issued_on": found.issued_on.isoformat() if found.issued_on else None,
        "signer_name": found.signer_name,
        "signer_position": found.signer_position,
        "acknowledge_by": _ahead(found.acknowledge_by),
        "carry_out_by": _ahead(found.carry_out_by),
    }


def _ahead(at: dt.datetime | None) -> str | None:
    """A time limit that is still one."""
    return moment(at) if at and at > timezone.now() else None
