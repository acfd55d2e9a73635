"""A walk that finds nothing proves something only if it would have: classic mistakes, each of which it has to meet."""

import sys
from operator import attrgetter

import pytest

from tests.proofs import WHOLE
from tests.rights.machine.faults import FAULTS, Fault, planted
from tests.rights.machine.walker import Difference, seeds_of, walk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]

STEPS = 80
WALKS = 6


@pytest.mark.timeout(400)
@pytest.mark.parametrize("fault", FAULTS if WHOLE else FAULTS[:2], ids=str)
def test_a_planted_mistake_is_met(fault: Fault) -> None:
    for number in range(WALKS):
        try:
            with planted(fault):
                walk(seeds_of(f"{fault.name}:{number}", STEPS))
        except Difference as difference:
            print(f"\n{fault.name}: walk {number + 1}, {str(difference).splitlines()[-2]}")
            return
    pytest.fail(f"{fault.name} was not met in {WALKS} walks of {STEPS} steps")


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_every_mistake_can_be_planted(fault: Fault) -> None:
    """All of them in every run, or one whose place has moved is noticed by the long proof only."""
    named = attrgetter(fault.where.__qualname__)
    module = sys.modules[fault.where.__module__]
    with planted(fault):
        assert named(module) is not fault.where
    assert named(module) is fault.where
