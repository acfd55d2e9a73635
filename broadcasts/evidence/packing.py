"""A sealed package: one notice, everything that was done with it, how far it got, and the program that checks all this on a
machine that is connected to nothing."""

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.utils import timezone

from broadcasts.evidence import verify
from broadcasts.evidence.acts import acts_on
from broadcasts.files.shape import in_order
from broadcasts.models import Broadcast, Proof
from broadcasts.selectors import with_totals
from broadcasts.serializers import moment
from broadcasts.verifying import keys
from broadcasts.verifying.signing import canonical
from broadcasts.verifying.standing import standing_of
from registry import audit
from registry.models import AuditLine, Person

CHECKER, READ_FIRST = "verify.py", "DOC-TRUOC.txt"


def package_of(broadcast: Broadcast, *, by: Person) -> bytes:
    """The package as a zip. What it says of people are numbers: names stand where the server lets somebody see them."""
    key, private = keys.signing_key()
    root, files = audit.newest(), _files(broadcast)
    files[verify.PAPER] = _paper(broadcast, files, root, key.public_key)
    index = _written(
        {
            "version": 2,
            "broadcast": broadcast.pk,
            "code": broadcast.code,
            "is_signed": verify.PROOF in files,
            "made_at": moment(timezone.now()),
            "made_by": by.pk,
            "trail_until": {"id": root.pk, "digest": root.digest} if root else None,
            "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
        }
    )
    seal = {"algorithm": keys.ALGORITHM, "public_key": key.public_key, "signature": _text(private.sign(index))}
    return _zipped(files | {verify.INDEX: index, verify.SEAL: _written(seal)})


def _files(broadcast: Broadcast) -> dict[str, bytes]:
    proof = Proof.objects.select_related("key").filter(broadcast=broadcast).first()
    here = Path(__file__).parent
    files = {
        verify.NOTICE: (proof.text if proof else canonical(broadcast, in_order(broadcast.attachments.all()))).encode(),
        verify.TRAIL: _written(_lines(acts_on(broadcast))),
        "totals.json": _written(_totals(broadcast)),
        CHECKER: Path(verify.__file__).read_bytes(),
        READ_FIRST: (here / READ_FIRST).read_bytes(),
    }
    if proof:
        signature = {"public_key": proof.key.public_key, "signature": _text(bytes(proof.signature))}
        files[verify.PROOF] = _written({"algorithm": keys.ALGORITHM} | signature)
    return files


def _lines(lines: Sequence[AuditLine]) -> list[dict[str, Any]]:
    """Exactly what the digests cover."""
    return [
        {
            "id": line.pk,
            "at": line.at.isoformat(),
            "actor": line.actor_id,
            "act": line.act,
            "subject": line.subject,
            "org": line.org_id,
            "details": line.details,
            "previous_digest": line.previous_digest,
            "digest": line.digest,
        }
        for line in lines
    ]


def _totals(broadcast: Broadcast) -> dict[str, Any]:
    (sent,) = with_totals([broadcast])
    standing = standing_of(broadcast)
    return {
        **sent.totals,
        "author": broadcast.author_id,
        "approved_by": broadcast.approved_by_id,
        "approved_at": moment(broadcast.approved_at) if broadcast.approved_at else None,
        "status": standing.status.value,
        "since": moment(standing.since) if standing.since else None,
        "newer_code": standing.newer_code,
    }


def _paper(broadcast: Broadcast, files: dict[str, bytes], root: AuditLine | None, public_key: str) -> bytes:
    """The same for people to read, tied to the files by their digests."""
    from broadcasts.evidence.paper.notice import Told, notice_sheet  # noqa: PLC0415  every start would pay for the font tools

    (sent,) = with_totals([broadcast])
    return notice_sheet(
        Told(
            broadcast=broadcast,
            standing=standing_of(broadcast),
            totals=sent.totals,
            lines=acts_on(broadcast),
            root=root,
            digests={name: hashlib.sha256(files[name]).hexdigest() for name in (verify.NOTICE, verify.TRAIL)},
            public_key=public_key,
        )
    )


def _zipped(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in sorted(files.items()):
            package.writestr(name, content)
    return target.getvalue()


def _written(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1).encode()


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()
