"""An upload belongs to one notice, and to its author."""

import uuid

import pytest

from broadcasts.files import attaching
from broadcasts.files.errors import FilesTooLarge, TooManyFiles
from broadcasts.files.limits import LARGEST_TOGETHER, MOST_FILES
from broadcasts.models import Attachment, Broadcast, Draft
from realtime.errors import NotFound
from registry.models import Person
from tests.broadcasts.writing import publish
from tests.cast import Cast


def upload(owner: Person, size: int = 1_000) -> int:
    """A row, without its bytes."""
    kept = Attachment.objects.create(
        owner=owner, name="a.pdf", media_type="application/pdf", size=size, sha256="0" * 64, pages=1
    )
    return kept.pk


def written(author: Person) -> Draft:
    return Draft.objects.create(author=author, client_broadcast_id=uuid.uuid4(), content={})


def test_a_draft_holds_what_it_names_in_its_order_and_lets_the_rest_go(cast: Cast) -> None:
    kept = written(cast.lan)
    first, second, third = (upload(cast.lan) for _number in range(3))
    attaching.hold(kept, [first, second])
    attaching.hold(kept, [third, first])
    assert list(kept.attachments.order_by("position").values_list("pk", flat=True)) == [third, first]
    # What was let go is free for another.
    attaching.hold(written(cast.lan), [second])


def test_an_upload_of_somebody_else_is_not_there(cast: Cast) -> None:
    theirs = upload(cast.mai)
    with pytest.raises(NotFound) as refused:
        attaching.hold(written(cast.lan), [theirs])
    assert refused.value.facts == {"field": "attachments"}
    with pytest.raises(NotFound):
        attaching.require_own(cast.lan, [theirs])
    with pytest.raises(NotFound):
        publish(cast.lan, cast.class_7a, attachments=[theirs])
    assert not Broadcast.objects.exists()


def test_an_upload_is_part_of_one_notice(cast: Cast) -> None:
    held, sent = upload(cast.lan), upload(cast.lan)
    kept = written(cast.lan)
    attaching.hold(kept, [held])
    first = publish(cast.lan, cast.class_7a, attachments=[sent])
    for one in (held, sent):
        with pytest.raises(NotFound):
            attaching.hold(written(cast.lan), [one])
        with pytest.raises(NotFound):
            publish(cast.lan, cast.class_7a, attachments=[one])
    assert list(Broadcast.objects.all()) == [first]
    # For the draft that holds it there is no hindrance, and once that is discarded for nobody.
    assert [one.pk for one in attaching.require_own(cast.lan, [held], draft=kept)] == [held]
    kept.state = Draft.State.DISCARDED
    kept.save()
    attaching.hold(written(cast.lan), [held])


def test_the_same_upload_twice_is_refused(cast: Cast) -> None:
    one = upload(cast.lan)
    with pytest.raises(NotFound):
        attaching.hold(written(cast.lan), [one, one])


def test_five_files_and_20_megabytes_go_with_a_notice(cast: Cast) -> None:
    kept = written(cast.lan)
    small = [upload(cast.lan) for _number in range(MOST_FILES + 1)]
    attaching.hold(kept, small[:MOST_FILES])
    with pytest.raises(TooManyFiles):
        attaching.hold(kept, small)
    half = LARGEST_TOGETHER // 2
    attaching.hold(kept, [upload(cast.lan, half), upload(cast.lan, half)])
    with pytest.raises(FilesTooLarge):
        attaching.hold(kept, [upload(cast.lan, half), upload(cast.lan, half + 1)])
