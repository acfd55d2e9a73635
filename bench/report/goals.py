"""What the figures should reach, and how to read each."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """A figure by its BENCH name; `most` or `least` is the bound."""

    name: str
    text: str
    least: float | None = None
    most: float | None = None

    def bound(self) -> str:
        """As a reader sees it."""
        return f"≥ {self.least:,g}" if self.least is not None else f"≤ {self.most:,g}"

    def is_reached(self, value: float) -> bool:
        """Whether this value is within the bound."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


GOALS = (
    Goal(
        "fanout_naive_ratio",
        "CPU a delivery, 5,000 sockets: the tutorial's with channels_redis.core, times ours",
        least=50,
    ),
    Goal("fanout_naive_pubsub_ratio", "the same with the pub/sub layer", least=35),
    Goal("fanout_ejabberd_ratio", "the same of ejabberd's MUC", least=4),
    Goal("fanout_socketio_ratio", "the same of socket.io with its Redis adapter", least=1.2),
    Goal("fanout_floor_ratio", "ours, times the bare epoll writer", most=1.6),
    Goal("p99_naive_ratio", "p99 of a delivery to 5,000: the tutorial's, times ours", least=20),
    Goal("rooms_sends_per_s", "100 rooms of 40, stored on PostgreSQL: sends a second with p99 ≤ 500 ms", least=1_000),
    Goal("rooms_naive_ratio", "the same, times the tutorial's (which stores nothing)", least=40),
    Goal("storm_seconds", "5,000 people cut off and back at once: the last one caught up, s", most=12),
    Goal("storm_errors", "attempts refused or dropped without being told when to return", most=0),
    Goal("storm_queries", "statements each, from handshake to caught up", most=4),
    Goal("isolation_busy_p99_ms", "p99 of the small room beside the busy one, ms (or 3 times its quiet p99)", most=25),
    Goal("kib_per_socket", "server memory a signed-in socket, KiB", most=30),
    Goal(
        "registry_first_s",
        "first import of a province (900,000 enrolments), zip to committed with its rooms, s",
        most=90,
    ),
    Goal("registry_first_mb", "the most memory of that command, MB", most=512),
    Goal("registry_same_s", "the same rows in another order, s", most=30),
    Goal("registry_same_writes", "rows that this writes outside the run's own record", most=0),
    Goal("registry_delta_s", "a delta of 1,000 rows, command included, s", most=3),
    Goal("preview_s", "preview of a notice to a whole province (190,000 people), s", most=1),
    Goal("publish_s", "the same notice, from the second person's approval to all receipts committed, s", most=4),
    Goal("online_last_s", "from the same moment until the last of 2,000 connected recipients has it, s", most=5),
    Goal("board_p95_ms", "the department's board of it while people open it: p95, ms", most=300),
    Goal("heads_board_p95_ms", "the same of a notice to 849 schools, school by school, ms", most=300),
    Goal("list_p95_ms", "a list of all its recipients with three filters: p95 of a page, ms", most=500),
    Goal("board_behind_s", "from a call that was noted until the department's board has it, the slowest, s", most=5),
    Goal("push_per_core_s", "pushes that one core encrypts and sends over TLS, a second", least=2_000),
    Goal("push_total_s", "150,000 telephones, each tried once, by two workers, s", most=90),
    Goal("reorg_s", "283 communes become others with 2,000 sockets open, s", most=10),
    Goal("revoke_p99_s", "a right that ended, told to its client: p99, s", most=2),
    Goal("revoke_max_s", "the same, the slowest, s", most=5),
)


def markdown(figures: dict[str, float]) -> str:
    """The goals beside what was reached."""
    lines = ["| figure | `BENCH` name | goal | measured | |", "|---|---|---|---|---|"]
    for goal in GOALS:
        value = figures.get(goal.name)
        told = "–" if value is None else f"{value:,g}"
        verdict = "" if value is None else "reached" if _is_reached(goal, value, figures) else "**missed**"
        lines.append(f"| {goal.text} | `{goal.name}` | {goal.bound()} | {told} | {verdict} |")
    return "\n".join(lines)


def _is_reached(goal: Goal, value: float, figures: dict[str, float]) -> bool:
    if goal.name == "isolation_busy_p99_ms" and value <= 3 * figures.get("isolation_quiet_p99_ms", 0.0):
        return True
    return goal.is_reached(value)
