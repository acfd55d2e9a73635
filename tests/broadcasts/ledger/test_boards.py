"""Boards: what a notice has reached, state by state and place by place."""

from typing import Any

from broadcasts import actions
from broadcasts.ledger import shapes
from broadcasts.models import Receipt
from registry.models import Device
from tests.broadcasts.ledger.conftest import Ask, Log, sign_in
from tests.broadcasts.writing import publish
from tests.cast import Cast


def test_a_class_from_the_first_hour_to_the_last_call(cast: Cast, ask: Ask, log: Log) -> None:
    sent = publish(cast.phuc, cast.dong_sen, roles=["guardians"])
    board = ask(cast.lan, f"/{sent.pk}/reach")
    assert board.keys() == shapes.Board.__annotations__.keys()
    assert (board["place"]["kind"], board["place"]["class"]["title"], board["path"]) == ("class", "7A", [])
    assert (board["is_named"], board["names"]) == (True, ["pupil"])
    # Lan has an account since she asks; the guardians have none yet.
    assert told(board) == {"subjects": 2, "waiting": 2, "no_account": 2}

    sign_in(cast, cast.hoa)
    sign_in(cast, cast.dung, push=True)
    assert told(ask(cast.lan, f"/{sent.pk}/reach")) == {"subjects": 2, "waiting": 2, "no_push": 1, "not_opened": 1}
    Device.objects.update(ended_at=sent.published_at)
    assert told(ask(cast.lan, f"/{sent.pk}/reach")) == {"subjects": 2, "waiting": 2, "signed_out": 2}
    actions.record_delivered(cast.hoa, [Receipt.objects.select_related("broadcast").get(person=cast.hoa)])
    assert told(ask(cast.lan, f"/{sent.pk}/reach"))["delivered"] == 1

    subject = log(cast.lan, sent, cast.binh, note="Bố đi làm xa, đã báo bà.")
    assert (subject["state"], subject["is_reached"], subject["reason"]) == ("contacted", True, None)
    assert told(ask(cast.lan, f"/{sent.pk}/reach")) == {
        "subjects": 2, "reached": 1, "contacted": 1, "delivered": 1, "not_opened": 1, "call": 1,
    }  # fmt: skip
    actions.record_read(cast.hoa, sent.pk)
    actions.acknowledge(cast.dung, sent.pk, students=[cast.binh.pk])
    assert told(ask(cast.lan, f"/{sent.pk}/reach")) == {
        "subjects": 2, "reached": 2, "acknowledged": 1, "seen": 1, "call": 1,
    }  # fmt: skip


def test_the_parts_add_up_from_the_class_to_the_department(cast: Cast, ask: Ask, log: Log) -> None:
    sent = publish(cast.son, cast.so)
    actions.acknowledge(cast.hoa, sent.pk, students=[cast.an.pk])
    actions.record_read(cast.quang, sent.pk)
    log(cast.hanh, sent, cast.minh, is_adult=True)
    top = ask(cast.ha, f"/{sent.pk}/reach")
    assert (top["place"]["org"]["name"], top["place"]["kind"]) == (cast.so.name, "org")
    assert [(part["kind"], part["org"]["name"]) for part in top["parts"]] == [
        ("org", "Xã Đồng Sen"),
        ("org", "Xã Tân Sơn"),
        ("staff", cast.so.name),
    ]
    assert_adds_up(top)
    commune = ask(cast.ha, f"/{sent.pk}/reach?org={cast.dong_sen.pk}")
    assert [part["kind"] for part in commune["parts"]] == ["school", "staff"]
    assert [place["org"]["id"] for place in commune["path"]] == [cast.so.pk]
    assert_adds_up(commune)
    assert commune["totals"] == top["parts"][0]["totals"]
    school = ask(cast.ha, f"/{sent.pk}/reach?org={cast.school.pk}")
    assert [(part["kind"], (part["class"] or {}).get("title")) for part in school["parts"]] == [
        ("class", "6B"),
        ("class", "7A"),
        ("staff", None),
    ]
    assert_adds_up(school)
    assert school["totals"] == commune["parts"][0]["totals"]
    (of_class,) = [part["totals"] for part in school["parts"] if part["class"] and part["class"]["title"] == "7A"]
    assert ask(cast.lan, f"/{sent.pk}/reach")["totals"] == of_class
    units = ask(cast.ha, f"/{sent.pk}/reach?parts=units")
    assert {part["org"]["id"] for part in units["parts"]} == {
        cast.so.pk, cast.dong_sen.pk, cast.school.pk, cast.other_school.pk,
    }  # fmt: skip
    assert_adds_up(units)


def told(board: Any) -> dict[str, int]:
    """The numbers of a board that are not 0, all on one level."""
    totals = board["totals"]
    assert totals.keys() == shapes.Totals.__annotations__.keys()
    flat = {**totals, **totals["reasons"], **totals["by_hand"]}
    return {name: number for name, number in flat.items() if isinstance(number, int) and number}


def assert_adds_up(board: Any) -> None:
    """The parts make the whole, the states the subjects, and the reasons those who are not reached."""
    for one in [board["totals"], *(part["totals"] for part in board["parts"])]:
        states = [one[state] for state in ("acknowledged", "seen", "contacted", "delivered", "waiting")]
        assert sum(states) == one["subjects"]
        assert sum(states[:3]) == one["reached"]
        assert sum(one["reasons"].values()) == one["subjects"] - one["reached"]
    whole = told(board)
    added: dict[str, int] = {}
    for part in board["parts"]:
        for name, number in told(part).items():
            added[name] = added.get(name, 0) + number
    assert added == whole
