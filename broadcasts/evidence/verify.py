"""Checks a sealed package of evidence on any machine, without a network: python3 verify.py [package.zip or folder].

It stands in every package and needs Python 3.9 or newer and nothing else. It ends with 0 when everything is as it was
sealed, with 1 when anything was changed. --key BASE64 is the key that the server publishes (/kt/khoa.json), kept by
whoever checks: without it the package only agrees with itself.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Files = dict[str, bytes]
Point = tuple[int, int, int, int]

INDEX, SEAL, NOTICE, PROOF, TRAIL = "index.json", "seal.json", "notice.json", "proof.json", "trail.json"
PAPER = "bang-chung.pdf"


def main(arguments: list[str]) -> int:
    """Say what holds and what does not."""
    key = arguments.pop(arguments.index("--key") + 1) if "--key" in arguments else None
    places = [one for one in arguments if one != "--key"]
    files = read(Path(places[0]) if places else Path(__file__).resolve().parent)
    problems = list(check(files, key))
    for problem in problems:
        print(f"SAI: {problem}")
    if problems:
        return 1
    index = json.loads(files[INDEX])
    print(f"ĐÚNG: gói bằng chứng còn nguyên như lúc niêm phong, {index['made_at']}.")
    print(f"Khóa: {json.loads(files[SEAL])['public_key']}")
    if key is None:
        print("Hãy đối chiếu khóa này với khóa do máy chủ công bố (/kt/khoa.json), hoặc chạy lại với --key.")
    return 0


def read(place: Path) -> Files:
    """The files of the package by name."""
    if place.is_dir():
        return {one.name: one.read_bytes() for one in place.iterdir() if one.is_file()}
    with zipfile.ZipFile(place) as package:
        return {name: package.read(name) for name in package.namelist()}


def check(files: Files, key: str | None) -> Iterator[str]:
    """Everything that does not hold, in words."""
    missing = [name for name in (INDEX, SEAL, NOTICE, TRAIL) if name not in files]
    if missing:
        yield "thiếu tệp " + ", ".join(missing)
        return
    try:
        seal, index = json.loads(files[SEAL]), json.loads(files[INDEX])
        if key is not None and seal["public_key"] != key:
            yield "khóa trong gói không phải khóa đã cho"
        if not is_signed(files[INDEX], seal):
            yield "niêm phong của mục lục (index.json) không đúng"
        for name, digest in sorted(index["files"].items()):
            if hashlib.sha256(files.get(name, b"")).hexdigest() != digest:
                yield f"tệp {name} đã bị sửa hoặc thiếu"
        yield from check_notice(files, index)
        yield from check_paper(files, index)
        yield from check_trail(json.loads(files[TRAIL]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        yield f"gói không đọc được ({error})"


def check_notice(files: Files, index: dict[str, Any]) -> Iterator[str]:
    """The text as it was signed when the notice was issued."""
    if not index["is_signed"]:
        return
    if PROOF not in files or not is_signed(files[NOTICE], json.loads(files[PROOF])):
        yield "chữ ký của thông báo (notice.json) không đúng"


def check_paper(files: Files, index: dict[str, Any]) -> Iterator[str]:
    """The sheets for people: they name the digests of the notice and the trail that they were drawn from. Packages of the
    first version have none."""
    if index["version"] < 2:
        return
    for name in (NOTICE, TRAIL):
        if hashlib.sha256(files[name]).hexdigest().encode() not in files.get(PAPER, b""):
            yield f"bản đọc ({PAPER}) không phải của tệp {name}"


def check_trail(lines: list[dict[str, Any]]) -> Iterator[str]:
    """Each line of the trail against its digest, and against the line before it where that one is here."""
    before: dict[str, Any] | None = None
    for line in lines:
        content = [line[name] for name in ("previous_digest", "at", "actor", "act", "subject", "details")]
        # The unit whose business it is: a line from before lines knew it has none.
        content += [] if line.get("org") is None else [line["org"]]
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
        if hashlib.sha256(text.encode()).hexdigest() != line["digest"]:
            yield f"dòng nhật ký {line['id']} đã bị sửa"
        if before is not None and not follows(line, before):
            yield f"dòng nhật ký {line['id']} không nối với dòng trước"
        before = line


def follows(line: dict[str, Any], before: dict[str, Any]) -> bool:
    """Whether a line can stand after that one: later, and chained to it where none stood between them."""
    is_next = line["id"] == before["id"] + 1
    return bool(line["id"] > before["id"] and (not is_next or line["previous_digest"] == before["digest"]))


def is_signed(message: bytes, proof: dict[str, Any]) -> bool:
    """Whether the key in the proof signed exactly these bytes (Ed25519, RFC 8032, 5.1.7)."""
    is_ours = proof["algorithm"] == "Ed25519"
    return is_ours and verify(decoded(proof["public_key"]), message, decoded(proof["signature"]))


def decoded(text: str) -> bytes:
    """The bytes in base64 that is written in the one right way (RFC 4648, 3.5): nothing can be put in between."""
    found = base64.b64decode(text, validate=True)
    if base64.b64encode(found).decode() != text:
        raise ValueError("base64")
    return found


# The curve: -x² + y² = 1 + dx²y² over the field of PRIME elements; points as (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z.
PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, PRIME - 2, PRIME) % PRIME
ROOT_OF_MINUS_ONE = pow(2, (PRIME - 1) // 4, PRIME)
ZERO: Point = (0, 1, 1, 0)


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether this is the signature of the message by this key."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, nonce, scalar = point(public), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if key is None or nonce is None or scalar >= ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    return is_same(times(scalar, BASE), add(nonce, times(challenge, key)))


def point(encoded: bytes) -> Point | None:
    """The point that 32 bytes mean; None where they mean none."""
    number = int.from_bytes(encoded, "little")
    odd, y = number >> 255, number & (2**255 - 1)
    if y >= PRIME:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, PRIME - 2, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * ROOT_OF_MINUS_ONE % PRIME
    if (x * x - square) % PRIME or (x == 0 and odd):
        return None
    x = PRIME - x if x & 1 != odd else x
    return (x, y, 1, x * y % PRIME)


def add(one: Point, other: Point) -> Point:
    """The sum of two points (RFC 8032, 5.1.4)."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % PRIME
    b = (one[1] + one[0]) * (other[1] + other[0]) % PRIME
    c, d = 2 * one[3] * other[3] * D % PRIME, 2 * one[2] * other[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME)


def times(number: int, base: Point) -> Point:
    """The point added to itself so many times."""
    total = ZERO
    while number:
        if number & 1:
            total = add(total, base)
        base, number = add(base, base), number >> 1
    return total


def is_same(one: Point, other: Point) -> bool:
    """Whether two points are one."""
    return (one[0] * other[2] - other[0] * one[2]) % PRIME == 0 and (one[1] * other[2] - other[1] * one[2]) % PRIME == 0


# RFC 8032, 5.1: y = 4/5, and the even x that goes with it.
BASE = point((4 * pow(5, PRIME - 2, PRIME) % PRIME).to_bytes(32, "little")) or ZERO

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
