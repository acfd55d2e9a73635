"""Whoever changes anything in the audit trail is found, by the number of the line: a slice of it here, all of it in `prove`."""

import datetime as dt
import json
import random
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command

from registry import audit
from registry.models import AuditLine, Person
from tests.cast import Cast
from tests.proofs import WHOLE

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 10, 6, 12, tzinfo=dt.UTC)
ACTS = ("broadcast.publish", "draft.approve", "reach.export", "contact.log", "message.removed")


def written(people: list[Person], lines: int) -> list[AuditLine]:
    """A chain of so many acts, as record() writes them, over some days."""
    made, previous = list[AuditLine](), audit.GENESIS
    for number in range(lines):
        line = AuditLine(
            at=START + dt.timedelta(seconds=97 * number, microseconds=number),
            actor=people[number % len(people)] if number % 7 else None,
            act=ACTS[number % len(ACTS)],
            subject=f"broadcast:{number % 50}",
            org_id=number % 5 or None,
            details={"people": number, "urgency": "khan", "filters": [number, {"grade": "07"}]},
            previous_digest=previous,
        )
        line.digest = previous = audit.digest_of(line)
        made.append(line)
    return AuditLine.objects.bulk_create(made, batch_size=2_000)


def tampered(line: AuditLine, dice: random.Random) -> Callable[[], None]:
    """One thing in one line changed behind the application's back, as whoever has the database would; how to undo it."""
    column = dice.choice(("at", "actor_id", "act", "subject", "org_id", "details", "previous_digest", "digest"))
    value: object = getattr(line, column)
    match column:
        case "at":
            changed: object = line.at + dt.timedelta(microseconds=dice.choice((-1, 1)))
        case "actor_id":
            changed = None if line.actor_id else 1
        case "org_id":
            changed = None if line.org_id else 1
        case "details":
            changed = flipped(json.dumps(line.details["filters"][1]["grade"]), dice, letters="0123456789")
            changed = line.details | {"filters": [line.details["filters"][0], {"grade": changed}]}
        case "previous_digest" | "digest":
            changed = flipped(str(value), dice, letters="0123456789abcdef")
        case _:
            changed = flipped(str(value), dice, letters="abcdefghijklmnopqrstuvwxyz.:0123456789")
    AuditLine.objects.filter(pk=line.pk).update(**{column: changed})
    return lambda: AuditLine.objects.filter(pk=line.pk).update(**{column: value}) and None


def flipped(text: str, dice: random.Random, *, letters: str) -> str:
    """The text with one character changed."""
    place = dice.randrange(len(text))
    return text[:place] + dice.choice([letter for letter in letters if letter != text[place]]) + text[place + 1 :]


def assert_each_is_found(cast: Cast, *, lines: int, tamperings: int) -> None:
    """Each is told by the number of the line that was touched, and once undone the chain is whole again."""
    dice = random.Random(20261006)
    people = [cast.hanh, cast.son, cast.lan]
    chain = written(people, lines)
    assert audit.read_chain().bad is None
    for _ in range(tamperings):
        line = dice.choice(chain)
        undo = tampered(line, dice)
        assert audit.read_chain().bad == line.pk
        undo()
    assert audit.read_chain().lines == lines


@pytest.mark.prove
@pytest.mark.timeout(900)
def test_whoever_tampers_is_found(cast: Cast) -> None:
    lines, tamperings = (10_000, 1_000) if WHOLE else (1_000, 40)
    assert_each_is_found(cast, lines=lines, tamperings=tamperings)
    print(f"PROVE tamperings_found={tamperings} of={tamperings} lines={lines}")


def test_the_command_says_whole_and_names_the_first_bad_line(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    chain = written([cast.hanh], 20)
    call_command("verify_audit")
    assert capsys.readouterr().out == f"whole: 20 lines, last digest {chain[-1].digest}\n"
    for line in (chain[15], chain[4]):
        AuditLine.objects.filter(pk=line.pk).update(subject="broadcast:666")
        with pytest.raises(CommandError, match=rf"^line {line.pk} does not hold") as refused:
            call_command("verify_audit")
        assert refused.value.returncode == 1


def test_lines_that_were_taken_away_or_changed_places_are_found(cast: Cast) -> None:
    chain = written([cast.hanh], 20)
    AuditLine.objects.filter(pk=chain[7].pk).delete()
    assert audit.read_chain().bad == chain[8].pk


def test_a_line_written_anew_with_its_own_digest_is_found_at_the_next(cast: Cast) -> None:
    chain = written([cast.hanh], 20)
    line = AuditLine.objects.get(pk=chain[7].pk)
    line.details = {"people": 9_999}
    line.digest = audit.digest_of(line)
    line.save()
    assert audit.read_chain().bad == chain[8].pk


def test_an_end_that_was_cut_off_is_found_by_a_root_that_was_kept(cast: Cast) -> None:
    chain = written([cast.hanh], 2_000)
    roots = audit.daily_roots()
    assert [root.day.isoformat() for root in roots] == ["2026-10-06", "2026-10-07", "2026-10-08", "2026-10-09"]
    assert roots[-1].digest == chain[-1].digest
    call_command("verify_audit", root=[root.digest for root in roots])
    AuditLine.objects.filter(pk__gt=chain[1_500].pk).delete()
    call_command("verify_audit")
    with pytest.raises(CommandError, match=roots[-1].digest):
        call_command("verify_audit", root=[roots[0].digest, roots[-1].digest])


def test_the_roots_are_printed_by_day(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    line = audit.record(cast.hanh, "test.act")
    call_command("audit_roots")
    day, number, digest = capsys.readouterr().out.split()
    assert (number, digest) == (str(line.pk), line.digest)
    assert dt.date.fromisoformat(day)
