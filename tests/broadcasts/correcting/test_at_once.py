"""Two people correct one notice at the same moment, and somebody answers it meanwhile."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from broadcasts import actions
from broadcasts.drafts import submitting
from broadcasts.drafts.submitting import Submission
from broadcasts.models import Broadcast
from registry.models import Person
from tests.broadcasts.correcting.desk import begin, write
from tests.broadcasts.drafts.desk import Desk
from tests.broadcasts.drafts.orders import sure
from tests.broadcasts.drafts.test_at_once import at_once
from tests.broadcasts.writing import publish
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_correction_wins_and_the_other_is_refused(committed_cast: Cast, settings: Any) -> None:
    cast, settings.UNDO_SECONDS = committed_cast, 0
    for _ in range(3):
        sent = publish(cast.hanh, cast.school, roles=["guardians"])
        orders = [_order(cast, person, sent) for person in (cast.hanh, cast.phuc)]
        answer = partial(actions.acknowledge, cast.hoa, sent.pk, students=[cast.an.pk])
        answers = at_once(*orders, answer)
        assert sorted(map(str, answers[:2])) == ["already_corrected", "left"], answers
        told = Broadcast.objects.get(corrects=sent)
        assert told.receipts.count() == sent.receipts.count()
        assert not told.acknowledgements.filter(acknowledged_at__lte=timezone.now()).exists()


def _order(cast: Cast, person: Person, sent: Broadcast) -> Callable[[], Any]:
    desk = Desk(cast, person)
    draft = write(desk, begin(desk, sent), body=f"Sửa lại, {person.pk}.")
    said = Submission(version=draft["version"], people=desk.people(draft))
    return lambda: submitting.submit(person, draft["id"], said, assurance=sure(person)).state
