"""From an order to the frame that answers it; every failure has an answer."""

import logging
import uuid
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.utils import translation

from realtime.commands import Answer, Asked, Command, Follow, GroupHandler
from realtime.errors import Bug, Refusal, Unavailable
from realtime.faults import log_bug
from realtime.frame import Frame
from realtime.frames import Order

log = logging.getLogger(__name__)
# The answer's frame, and what the socket follows from now on.
Answered = tuple[Frame, Follow | None]


def answer(command: Command, asked: Asked) -> Answered:
    """What the command's own handler says, in the asker's language. Needs a database thread."""
    with translation.override(asked.language):
        return ok(asked.order, command.handler(asked.person, asked.order))  # type: ignore[arg-type]


def answer_all(handler: GroupHandler) -> Callable[[list[Asked]], list[Answered | Exception]]:
    """A group handler whose answers are finished frames."""

    def answered(asked: list[Asked]) -> list[Answered | Exception]:
        given = zip(asked, handler(asked), strict=True)
        return [found if isinstance(found, Exception) else ok(one.order, found) for one, found in given]

    return answered


def ok(order: Order, given: Answer) -> Answered:
    """The ok frame that carries what the handler gave."""
    follow = given if isinstance(given, Follow) else None
    fields = follow.answer if follow else given
    return Frame.of({"type": "ok", "ref": order.ref, **(fields or {})}), follow  # type: ignore[dict-item]


def refused(refusal: Refusal, ref: int | None, language: str) -> Frame:
    """The refused frame, in the reader's language."""
    with translation.override(language):
        return Frame.of({"type": "refused", "ref": ref, **refusal.shape()})


def refusal_of(error: Exception, order: Order) -> Refusal:
    """What a failure is called towards people; a bug is logged under the reference that they are given."""
    name = type(order).__struct_config__.tag
    match error:
        case Refusal():
            return error
        case OperationalError() | InterfaceError():
            log.error("%s refused, database unavailable: %s", name, type(error).__name__)
            return Unavailable(retry_after=2)
    reference = uuid.uuid4().hex[:8]
    log_bug(log, error, "bug %s in %s", reference, name)
    return Bug(reference=reference)
