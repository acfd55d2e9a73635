"""One shape for every no over REST: the same that the socket tells."""

import logging
import uuid
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from redis.exceptions import RedisError
from rest_framework import exceptions
from rest_framework.response import Response

from realtime.errors import BadInput, Bug, NotAllowed, NotFound, NotSignedIn, Refusal, TooFast, Unavailable
from realtime.faults import log_bug

log = logging.getLogger(__name__)


def refusal_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: refusals as JSON; a lost database as 503; bugs as 500 with a logged reference."""
    refusal = _as_refusal(error)
    if refusal is None:
        return _unknown(error, context)
    response = Response(refusal.shape(), status=refusal.status)
    if refusal.retry_after is not None:
        response["Retry-After"] = str(int(refusal.retry_after) + 1)
    return response


def _as_refusal(error: Exception) -> Refusal | None:
    match error:
        case Refusal():
            return error
        case exceptions.Throttled():
            return TooFast(retry_after=getattr(error, "wait", None) or 1)
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            return NotSignedIn()
        case exceptions.NotFound():
            return NotFound()
        case exceptions.PermissionDenied() | exceptions.MethodNotAllowed():
            return NotAllowed()
        case exceptions.ValidationError():
            return BadInput(field=", ".join(map(str, error.detail)) if isinstance(error.detail, dict) else "body")
        # SuspiciousOperation: a body that is too large, has too many fields, or a forged header.
        case exceptions.ParseError() | exceptions.UnsupportedMediaType() | SuspiciousOperation():
            return BadInput(field="body")
        # An id with more digits than a row can have: PostgreSQL's fields answer by themselves, SQLite's driver does not.
        case OverflowError() if "SQLite INTEGER" in str(error):
            return NotFound()
        # Redis: only sign-in asks it, for its limits. Without them nobody is let in by password (fail closed).
        case OperationalError() | InterfaceError() | RedisError():
            log.error("database or Redis unavailable: %s", type(error).__name__)
            return Unavailable(retry_after=2)
    return None


def _unknown(error: Exception, context: dict[str, Any]) -> Response:
    reference = uuid.uuid4().hex[:8]
    log_bug(log, error, "bug %s in %s", reference, type(context.get("view")).__name__)
    return Response(Bug(reference=reference).shape(), status=Bug.status)
