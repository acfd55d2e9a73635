"""The one reader of what clients send: strict, bounded, and never raises anything but a Refusal."""

import json
import re
from typing import Any, NoReturn

import msgspec

from realtime.commands import registered
from realtime.errors import BadFrame, Refusal, UnknownOrder
from realtime.frames import MAX_DEPTH, MAX_FRAME_BYTES, Order

_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_REF = re.compile(r'"ref"\s*:\s*(\d{1,15})(?!\d)')
_LARGEST_REF = 2**53


class Misread(Exception):
    """A frame that is no order, with the client's number for it where one could be read."""

    def __init__(self, refusal: Refusal, ref: int | None) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal
        self.ref = ref


def read_order(text: str) -> Order:
    """The order in this text; Misread with bad_frame or unknown_order otherwise."""
    try:
        fields = _fields(text)
        ref = fields.get("ref")
        if type(ref) is not int or not 0 <= ref <= _LARGEST_REF:
            raise BadFrame(field="ref")
        found = registered.get(fields["type"]) if isinstance(fields.get("type"), str) else None
        if found is None:
            raise UnknownOrder
        return msgspec.convert(fields, found.order)
    except Refusal as refusal:
        raise Misread(refusal, _ref(text)) from None
    except msgspec.ValidationError as error:
        raise Misread(BadFrame(why=str(error)[:200]), _ref(text)) from None


def _fields(text: str) -> dict[str, Any]:
    if len(text) > MAX_FRAME_BYTES or len(text.encode()) > MAX_FRAME_BYTES:
        raise BadFrame(max_bytes=MAX_FRAME_BYTES)
    if text.count("{") + text.count("[") > MAX_DEPTH and _depth(text) > MAX_DEPTH:
        raise BadFrame(max_depth=MAX_DEPTH)
    try:
        fields = _DECODER.decode(text)
        if "\\u" in text:
            _refuse_unprintable(fields)
    except ValueError:
        raise BadFrame from None
    if not isinstance(fields, dict):
        raise BadFrame
    return fields


def _depth(text: str) -> int:
    deepest = depth = 0
    for sign in _TOKENS.findall(text):
        if sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in "]}":
            depth -= 1
    return deepest


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A key twice means that two readers may see two different orders; nobody sends that by accident."""
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise BadFrame
    return fields


def _no_number(_name: str) -> NoReturn:
    raise BadFrame


_DECODER = json.JSONDecoder(object_pairs_hook=_without_repeats, parse_constant=_no_number)


def _refuse_unprintable(fields: Any) -> None:
    """Half a surrogate pair cannot be written out again, and PostgreSQL keeps no NUL."""
    written = json.dumps(fields, ensure_ascii=False)
    if "\\u0000" in written:
        raise BadFrame
    written.encode()


def _ref(text: str) -> int | None:
    found = _REF.search(text[:MAX_FRAME_BYTES])
    return int(found[1]) if found else None
