"""The text of a notice as it is signed, once and for good, when it is issued."""

import json
import unicodedata
from collections.abc import Sequence
from typing import Any

from broadcasts.models import Attachment, Broadcast, Proof
from broadcasts.serializers import moment
from broadcasts.verifying import keys

VERSION = 1


def sign(broadcast: Broadcast, files: Sequence[Attachment]) -> Proof:
    """The proof of this notice, which has a code. Called where it is issued, in its transaction: two statements."""
    text = canonical(broadcast, files)
    key, private = keys.signing_key()
    return Proof.objects.create(broadcast=broadcast, key=key, text=text, signature=private.sign(text.encode()))


def canonical(broadcast: Broadcast, files: Sequence[Attachment]) -> str:
    """What is signed: the facts of the notice as JSON in one way of writing (RFC 8785), every text in NFC with \\n at the end
    of lines. docs/verifying.md names the fields."""
    facts = {
        "version": VERSION,
        "code": broadcast.code,
        "issuer": broadcast.issuer_name,
        "number": broadcast.number,
        "symbol": broadcast.symbol,
        "issued_on": broadcast.issued_on.isoformat() if broadcast.issued_on else None,
        "signer_name": broadcast.signer_name,
        "signer_position": broadcast.signer_position,
        "kind": broadcast.kind,
        "urgency": broadcast.urgency,
        "is_exercise": broadcast.is_exercise,
        "title": broadcast.title,
        "body": broadcast.body,
        "corrects": broadcast.corrects.code if broadcast.corrects else None,
        "correction_how": broadcast.correction_how,
        "files": [{"name": one.name, "sha256": one.sha256, "size": one.size} for one in files],
        "published_at": moment(broadcast.published_at),
    }
    # Names of fields are ASCII and there are no fractions: of such objects this is the form that RFC 8785 asks for.
    return json.dumps(normalised(facts), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def normalised(value: Any) -> Any:
    """The value with every text in it in NFC, lines ended by \\n."""
    match value:
        case str():
            return unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\r", "\n")
        case dict():
            return {key: normalised(inner) for key, inner in value.items()}
        case list():
            return [normalised(inner) for inner in value]
    return value
