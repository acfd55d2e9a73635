"""The same for programs: what is needed to check a notice on a machine that is not connected to anything."""

import base64

from allauth.core.internal.ratelimit import get_ip
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from broadcasts.models import SigningKey
from broadcasts.serializers import moment
from broadcasts.verifying import keys, limits
from broadcasts.verifying.finding import Found, found
from broadcasts.verifying.page import public
from broadcasts.verifying.standing import Status


@require_safe
@public
def notice(request: HttpRequest, code: str) -> HttpResponse:
    """The notice of this code: its status; of one that is for everybody, what was signed, the signature and the key."""
    one = found(code)
    if one is None:
        limits.count("guess", get_ip(request))
        return JsonResponse({"code": "not_found"}, status=404, headers={"Cache-Control": "no-store"})
    return JsonResponse(_told(one), json_dumps_params={"ensure_ascii": False})


@require_safe
@public
def public_keys(_request: HttpRequest) -> HttpResponse:
    """All keys that notices were ever signed with, newest first: to be kept where notices are checked without a line."""
    return JsonResponse({"keys": [_key(one) | {"since": moment(one.created_at)} for one in keys.public_keys()]})


def _told(one: Found) -> dict[str, object]:
    broadcast, standing = one.broadcast, one.standing
    told: dict[str, object] = {
        "code": broadcast.code,
        "issuer": broadcast.issuer_name,
        "number": broadcast.number,
        "symbol": broadcast.symbol,
        "issued_on": broadcast.issued_on.isoformat() if broadcast.issued_on else None,
        "published_at": moment(broadcast.published_at),
        "is_exercise": broadcast.is_exercise,
        "status": standing.status.value,
        "since": moment(standing.since) if standing.since else None,
        "newer_code": standing.newer_code,
        "signed": None,
    }
    # With the signature of a text that is not for everybody one could try out what it says.
    if one.is_public and standing.status is not Status.RECALLED:
        signature = base64.b64encode(bytes(one.proof.signature)).decode()
        told["signed"] = {"text": one.proof.text, "signature": signature, "key": _key(one.proof.key)}
    return told


def _key(key: SigningKey) -> dict[str, str]:
    return {"algorithm": keys.ALGORITHM, "public_key": key.public_key}
