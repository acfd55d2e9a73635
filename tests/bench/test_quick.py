"""The harness of `make bench`, with a few sockets: our real server and the floor."""

import dataclasses
from collections.abc import Iterator

import pytest

from bench.ours.server import Installation, on_postgres
from bench.peers.floor import FLOOR
from bench.plan import QUICK
from bench.report import goals, page, picture
from bench.scenarios import fanout, storm

FEW = dataclasses.replace(QUICK, crowds=(20, 50), messages=3, returning=40, rooms_each=6, room_size=20)


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    """As `make bench` makes one."""
    with on_postgres() as made:
        yield made


def test_every_copy_of_a_message_is_counted_and_paid_for(installation: Installation) -> None:
    found = fanout.measure(FEW, installation, peers=(FLOOR,))
    assert found.figures["fanout_wrong"] == 0
    assert found.figures["fanout_cpu_us_ours"] > found.figures["fanout_cpu_us_floor"] > 0
    assert {"ours", "floor"} == set(found.tables[-1].rows)
    for row in found.tables[-1].rows.values():
        assert 0 < row["first"][0] <= row["p50"][0] <= row["last"][0] < 10_000


def test_who_comes_back_gets_every_message_that_was_missed(installation: Installation) -> None:
    found = storm.measure(FEW, installation, with_peer=False)
    assert found.figures["storm_errors"] == 0
    assert found.tables[0].rows["ours"]["back"] == [40]
    assert 0 < found.figures["storm_queries"] < 20


def test_the_page_is_its_own_record() -> None:
    text = page.replaced("a <!-- x: begin -->old<!-- x: end --> b", "x", "BENCH storm_errors=3")
    assert text.endswith("<!-- x: end --> b")
    assert "old" not in text
    figures = page.read(text)
    assert figures == {"storm_errors": 3.0}
    assert "| 3 | **missed** |" in goals.markdown(figures)
    assert "<svg" in picture.draw(figures, {"machine": "one", "day": "today"})
