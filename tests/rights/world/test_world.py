"""Every cell of the small world at its real door, against an oracle that shares no code with the policy."""

import asyncio
import os
import random
from collections import Counter
from pathlib import Path

import pytest

from broadcasts.models import Receipt
from registry.models import Account, LocalOverride, Role
from rooms.models import Room
from tests.proofs import WHOLE
from tests.rights.world import deeds
from tests.rights.world.asking import Crowd
from tests.rights.world.building import build, folder_for
from tests.rights.world.facts import answer
from tests.rights.world.judging import Judge
from tests.rights.world.people import ACCOUNTS, DENIES, ROLES, TIES, sample, subjects
from tests.rights.world.places import PLACES, everywhere, here_and_there
from tests.rights.world.telling import tell
from tests.wire import serving

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]

SEED = int(os.environ.get("SEED", "0")) or random.SystemRandom().randrange(1, 10**6)


def test_everybody_is_somewhere_in_the_world() -> None:
    everybody = subjects()
    assert len(everybody) == len(set(everybody))
    for values, name in ((ROLES, "role"), (TIES, "tie"), (DENIES, "deny"), (ACCOUNTS, "account")):
        assert set(values) == {getattr(each, name) for each in everybody}
        assert set(values) == {getattr(each, name) for each in sample(SEED)}, f"seed {SEED}"


# Minutes on a quiet machine, and it may be a busy one.
@pytest.mark.timeout(3_000)
def test_every_door_answers_as_the_oracle_says(transactional_db: None, tmp_path: Path) -> None:
    world = build(everywhere(subjects()) if WHOLE else here_and_there(sample(SEED), SEED), tmp_path)
    judge = Judge(world, answer(world))
    before = counted()
    with serving(DATA_DIR=folder_for(tmp_path)) as server:
        found = asyncio.run(Crowd(world, server.port, judge.speakers).knock())
        said = server.said()
    tell(world, found)
    differences = [*judge.differences(found), *judge.traces()]
    cells = list(judge.cells())
    print(f"PROVE world_cells={len(cells)} world_differences={len(differences)} seed={SEED}")
    assert not differences, "\n".join([f"{len(differences)} differences, seed {SEED}:", *differences])
    assert counted() == before
    assert "Traceback" not in said
    assert_nothing_is_left_out(judge)


def counted() -> dict[str, int]:
    """What nobody may change by knocking at rooms."""
    return {model.__name__: model.objects.count() for model in (Room, Role, Account, LocalOverride, Receipt)}


def assert_nothing_is_left_out(judge: Judge) -> None:
    """Every place is met, and each deed is both granted and refused to somebody: a world of nobodies proves nothing."""
    met: dict[str, Counter[str]] = {deed.name: Counter() for deed in deeds.DEEDS}
    for cell in judge.cells():
        met[cell[2].name][judge.due(cell)] += 1
    assert {place for _subject, place, _deed in judge.cells()} == set(PLACES)
    assert all(len(answers) > 1 for answers in met.values()), met
