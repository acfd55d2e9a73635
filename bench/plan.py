"""How much is measured: the whole, or a quick run that shows that everything works and roughly where it stands."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """Sizes of one run."""

    rounds: int = 3
    # Fan-out: sockets in the room, and messages to them in each round; servers that take seconds a message get fewer.
    crowds: tuple[int, ...] = (1_000, 5_000)
    messages: int = 10
    slow_messages: int = 3
    # Rooms at a rate.
    rooms: int = 100
    room_size: int = 40
    step_seconds: float = 4.0
    rate: float = 500.0
    naive_rate: float = 10.0
    rate_step: float = 1.15
    # The storm.
    returning: int = 5_000
    rooms_each: int = 6
    # The busy room beside a small one.
    crowd: int = 5_000
    watched_seconds: float = 10.0
    # Rights that end, and sockets that are open while a province is reorganised.
    revoked: int = 1_000
    reorganised: int = 2_000
    # Connected while a notice goes to the whole province.
    recipients: int = 2_000
    # Pushes of one core, and telephones in a province.
    pushes: int = 20_000
    phones: int = 150_000
    is_quick: bool = False


WHOLE = Plan()
QUICK = Plan(
    rounds=1,
    crowds=(1_000,),
    messages=10,
    slow_messages=1,
    rooms=25,
    step_seconds=2.0,
    rate_step=2.0,
    returning=1_000,
    crowd=1_000,
    watched_seconds=3.0,
    revoked=100,
    reorganised=200,
    recipients=200,
    pushes=2_000,
    phones=5_000,
    is_quick=True,
)
