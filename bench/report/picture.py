"""The figures as a picture: bars with their values, on a ground of its own so that any page may show it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, PANEL_WIDTH, LABEL_WIDTH, VALUE_WIDTH, ROW, HEAD, MARGIN = 980, 460, 132, 74, 26, 56, 20
OURS, OTHERS, INK, QUIET, GROUND, LINE = "#1f6feb", "#9aa4b2", "#1f2328", "#59636e", "#ffffff", "#d1d9e0"


@dataclass(frozen=True)
class Panel:
    """Some bars with one unit; `names` are BENCH names with the label of each. Logarithmic where they differ a lot."""

    title: str
    unit: str
    names: Sequence[tuple[str, str]]
    is_logarithmic: bool = False


PANELS = (
    Panel(
        "CPU a delivery, one room of 5,000 sockets",
        "µs of server and Redis (logarithmic, shorter is better)",
        [
            ("fanout_cpu_us_floor", "bare epoll writer"),
            ("fanout_cpu_us_ours", "Trống Trường"),
            ("fanout_cpu_us_socketio", "socket.io"),
            ("fanout_cpu_us_ejabberd", "ejabberd MUC"),
            ("fanout_cpu_us_naive_pubsub", "Channels, pub/sub"),
            ("fanout_cpu_us_naive", "Channels, core"),
        ],
        is_logarithmic=True,
    ),
    Panel(
        "99th percentile of a delivery to 5,000 sockets",
        "ms (logarithmic, shorter is better)",
        [
            ("fanout_p99_ms_floor", "bare epoll writer"),
            ("fanout_p99_ms_ours", "Trống Trường"),
            ("fanout_p99_ms_socketio", "socket.io"),
            ("fanout_p99_ms_ejabberd", "ejabberd MUC"),
            ("fanout_p99_ms_naive_pubsub", "Channels, pub/sub"),
            ("fanout_p99_ms_naive", "Channels, core"),
        ],
        is_logarithmic=True,
    ),
    Panel(
        "100 rooms of 40: messages a second, p99 within 500 ms",
        "sends a second (longer is better); Channels stores nothing",
        [
            ("rooms_sends_per_s", "ours, PostgreSQL"),
            ("rooms_sends_per_s_sqlite", "ours, SQLite"),
            ("rooms_naive_sends_per_s", "Channels, core"),
        ],
    ),
    Panel(
        "A room of 40 beside a busy one of 5,000",
        "p99 in ms (shorter is better)",
        [("isolation_quiet_p99_ms", "quiet"), ("isolation_busy_p99_ms", "busy")],
    ),
)


def draw(figures: dict[str, float], about: dict[str, str]) -> str:
    """The whole picture; a bar without a figure is left out."""
    parts, bottom = [], 74
    for row in (PANELS[:2], PANELS[2:]):
        drawn = [_panel(panel, figures, MARGIN + at * (PANEL_WIDTH + MARGIN), bottom) for at, panel in enumerate(row)]
        parts += [text for text, _height in drawn]
        bottom += max(height for _text, height in drawn) + MARGIN
    head = [
        _text(MARGIN, 32, "What a delivery costs, measured side by side in one run on one machine", size=18, bold=True),
        _text(
            MARGIN, 54, f"{about['machine']}; {about['day']}. Medians; spreads and method on the page.", colour=QUIET
        ),
    ]
    return "\n".join(
        [
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom}" width="{WIDTH}" height="{bottom}"'
                ' font-family="system-ui, sans-serif" role="img">'
            ),
            "<title>Performance of Trống Trường and its peers</title>",
            f'<rect width="{WIDTH}" height="{bottom}" rx="8" fill="{GROUND}" stroke="{LINE}"/>',
            *head,
            *parts,
            "</svg>\n",
        ]
    )


def _panel(panel: Panel, figures: dict[str, float], left: int, top: int) -> tuple[str, int]:
    found = [(name, label, figures[name]) for name, label in panel.names if math.isfinite(figures.get(name, math.nan))]
    parts = [_text(left, top + 14, panel.title, size=14, bold=True), _text(left, top + 34, panel.unit, colour=QUIET)]
    longest = PANEL_WIDTH - LABEL_WIDTH - VALUE_WIDTH
    for at, (name, label, value) in enumerate(found):
        y = top + HEAD + at * ROW
        width = max(2.0, longest * _share(panel, value, [value for _name, _label, value in found]))
        colour = OURS if "ours" in name or name.startswith(("rooms_sends", "isolation")) else OTHERS
        parts += [
            _text(left + LABEL_WIDTH - 8, y + 14, label, anchor="end"),
            f'<rect x="{left + LABEL_WIDTH}" y="{y}" width="{width:.1f}" height="18" rx="2" fill="{colour}"/>',
            _text(round(left + LABEL_WIDTH + width + 6), y + 14, _value(value), bold=True),
        ]
    return "\n".join(parts), HEAD + len(panel.names) * ROW


def _share(panel: Panel, value: float, values: list[float]) -> float:
    """How long a bar is, of the longest. A logarithmic one begins at 1."""
    most = max(*values, 1e-9) if len(values) > 1 else values[0] or 1.0
    if panel.is_logarithmic:
        return math.log10(max(value, 1.0)) / max(math.log10(max(most, 10.0)), 1.0)
    return value / most


def _value(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def _text(
    x: float, y: float, text: str, *, size: int = 12, colour: str = INK, anchor: str = "start", bold: bool = False
) -> str:
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" fill="{colour}" text-anchor="{anchor}"{weight}>{escape(text)}</text>'
    )
