"""The table as it comes, and what makes an org's own row possible."""

from collections.abc import Sequence

from broadcasts.ladder.errors import NotALadder, TooWeak
from broadcasts.ladder.words import Action, Key, Side, Step, Table, To, named
from broadcasts.models import Urgency

MOST_STEPS = 8
NOW = Step(after=0, action=Action.PUSH, to=To.ALL)


def _then(after: int, action: Action) -> Step:
    return Step(after=after, action=action)


# 4.D row by row; the second push to heads after five minutes is G02's.
DEFAULTS: Table = {
    (Urgency.ORDINARY, Side.STAFF): (NOW,),
    (Urgency.ORDINARY, Side.HOUSEHOLDS): (NOW,),
    (Urgency.URGENT, Side.STAFF): (NOW, _then(30, Action.PUSH), _then(120, Action.SMS)),
    (Urgency.URGENT, Side.HOUSEHOLDS): (NOW, _then(120, Action.PUSH), _then(360, Action.SMS)),
    (Urgency.VERY_URGENT, Side.STAFF): (NOW, _then(10, Action.PUSH), _then(10, Action.SMS), _then(30, Action.DEPUTY)),
    (Urgency.VERY_URGENT, Side.HOUSEHOLDS): (NOW, _then(30, Action.SMS), _then(60, Action.CALL_LIST)),
    (Urgency.FLASH, Side.STAFF): (
        NOW,
        Step(after=0, action=Action.SMS, to=To.ALL),
        _then(5, Action.PUSH),
        _then(10, Action.DEPUTY),
        _then(20, Action.CALL_LIST),
    ),
    (Urgency.FLASH, Side.HOUSEHOLDS): (NOW, _then(10, Action.SMS), _then(20, Action.CALL_LIST)),
}


def fit_steps(key: Key, steps: Sequence[Step]) -> tuple[Step, ...]:
    """An org's own row in order. Refuses what is no ladder (NotALadder), and hỏa tốc that does less, later or for fewer
    than 4.D says (TooWeak)."""
    found = sorted(steps, key=lambda step: (step.after, list(Action).index(step.action)))
    if not _is_ladder(key, found):
        raise NotALadder(row=named(key), most=MOST_STEPS)
    if key[0] is Urgency.FLASH and not all(_is_kept(least, found) for least in DEFAULTS[key]):
        raise TooWeak(row=named(key))
    return tuple(found)


def _is_ladder(key: Key, steps: list[Step]) -> bool:
    urgency, side = key
    return (
        NOW in steps
        and len(steps) <= MOST_STEPS
        and len({(step.action, step.after) for step in steps}) == len(steps)
        and (side is Side.STAFF or all(step.action is not Action.DEPUTY for step in steps))
        # A family's ordinary notices ring once, within its budget.
        and (urgency is not Urgency.ORDINARY or all(step == NOW or step.action is not Action.PUSH for step in steps))
    )


def _is_kept(least: Step, steps: list[Step]) -> bool:
    return any(
        step.action is least.action and step.after <= least.after and (step.to is To.ALL or step.to is least.to)
        for step in steps
    )
