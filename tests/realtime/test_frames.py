"""What clients may send: one strict reader, which never raises anything but Misread."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.frame import Frame
from realtime.frames import MAX_FRAME_BYTES, Order
from realtime.parsing import Misread, read_order
from realtime.ping import Ping


def refusal(text: str) -> tuple[str, int | None]:
    with pytest.raises(Misread) as caught:
        read_order(text)
    assert isinstance(caught.value.refusal.shape()["detail"], str)
    return caught.value.refusal.code, caught.value.ref


def test_an_order_is_read() -> None:
    assert read_order('{"type":"ping","ref":7}') == Ping(ref=7)


@pytest.mark.parametrize(
    ("text", "code", "ref"),
    [
        ("", "bad_frame", None),
        ("ping", "bad_frame", None),
        ("null", "bad_frame", None),
        ("[]", "bad_frame", None),
        ('"ping"', "bad_frame", None),
        ('{"type":"ping"}', "bad_frame", None),
        ('{"type":"ping","ref":"7"}', "bad_frame", None),
        ('{"type":"ping","ref":true}', "bad_frame", None),
        ('{"type":"ping","ref":7.5}', "bad_frame", 7),
        ('{"type":"ping","ref":-1}', "bad_frame", None),
        ('{"type":"ping","ref":1e400}', "bad_frame", 1),
        ('{"type":"ping","ref":NaN}', "bad_frame", None),
        ('{"type":"ping","ref":Infinity}', "bad_frame", None),
        ('{"type":"ping","ref":' + "9" * 5_000 + "}", "bad_frame", None),
        ('{"type":"ping","ref":' + "9" * 17 + "}", "bad_frame", None),
        ('{"type":"ping","ref":7,"ref":8}', "bad_frame", 7),
        ('{"type":"ping","ref":7,"more":1}', "bad_frame", 7),
        ('{"type":"ping","ref":7}{}', "bad_frame", 7),
        ('{"type":"ping","ref":7', "bad_frame", 7),
        ('{"type":"no.such","ref":7}', "unknown_order", 7),
        ('{"type":"hub.access","ref":7,"people":null}', "unknown_order", 7),
        ('{"type":["ping"],"ref":7}', "unknown_order", 7),
        ('{"type":null,"ref":7}', "unknown_order", 7),
        ('{"ref":7}', "unknown_order", 7),
        ('{"type":"ping","ref":7,"x":' + "[" * 9 + "]" * 9 + "}", "bad_frame", 7),
        ('{"type":"ping","ref":7,"x":' + "[" * 7_000 + "]" * 7_000 + "}", "bad_frame", 7),
        ('{"type":"ping","ref":7,"x":"\\ud800"}', "bad_frame", 7),
        ('{"type":"ping","ref":7,"x":"\\u0000"}', "bad_frame", 7),
        ('{"type":"ping","ref":7,"x":"' + "đ" * 9_000 + '"}', "bad_frame", 7),
        ('{"type":"ping","ref":7,"x":"' + "x" * MAX_FRAME_BYTES + '"}', "bad_frame", 7),
    ],
)
def test_anything_else_is_refused_with_its_ref(text: str, code: str, ref: int | None) -> None:
    assert refusal(text) == (code, ref)


def test_brackets_in_a_text_are_no_depth() -> None:
    assert refusal(json.dumps({"type": "ping", "ref": 1, "x": "[[[[[[[[[[{{{{"}))[0] == "bad_frame"
    with pytest.raises(Misread) as caught:
        read_order(json.dumps({"type": "ping", "ref": 1, "x": '["[[[[[[[[[{{{{'}))
    assert "max_depth" not in caught.value.refusal.facts


trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
)


@settings(max_examples=500, deadline=None)
@given(
    st.text() | trees.map(json.dumps) | st.fixed_dictionaries({"type": st.just("ping"), "ref": trees}).map(json.dumps)
)
def test_no_text_raises_anything_else(text: str) -> None:
    try:
        assert isinstance(read_order(text), Order)
    except Misread as misread:
        # Its ref is a number that the client may have sent, or nothing.
        assert misread.ref is None or misread.ref >= 0  # noqa: PT017


@pytest.mark.parametrize(("length", "head"), [(0, 2), (125, 2), (126, 4), (65_535, 4), (65_536, 10)])
def test_a_frame_is_as_long_as_its_text_and_its_head(length: int, head: int) -> None:
    assert len(Frame("x" * length).wire) == length + head


def test_a_frame_is_made_once() -> None:
    frame = Frame('{"type":"toy.said"}')
    assert frame.wire is frame.wire


def test_what_is_no_json_by_itself_is_written_as_text() -> None:
    from django.utils.translation import gettext_lazy

    fields: dict[str, Any] = {"type": "refused", "detail": gettext_lazy("This is not possible.")}
    assert json.loads(Frame.of(fields).text)["detail"]
