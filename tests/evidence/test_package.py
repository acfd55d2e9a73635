"""The sealed package of one notice: it holds on another machine, and no file in it can be changed unnoticed."""

import base64
import datetime as dt
import io
import json
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import pypdf
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from broadcasts.evidence import verify
from broadcasts.models import Broadcast
from registry import audit
from registry.models import AuditLine, Person, Role
from tests.broadcasts.writing import publish
from tests.cast import Cast
from tests.files.laying import laid

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def notice(cast: Cast) -> Broadcast:
    """A notice of the school to its families, with what was done before and after it by others."""
    audit.record(cast.tu, "test.act", subject="thing:1")
    sent = publish(cast.hanh, cast.school, roles=["guardians"], title="Nghỉ học")
    audit.record(cast.tu, "test.act", subject="thing:2")
    return sent


def browser(cast: Cast, person: Person) -> Client:
    """A browser with a session of this person."""
    client = Client()
    client.force_login(cast.account(person), backend=BACKEND)
    return client


def taken(cast: Cast, person: Person, notice: Broadcast) -> bytes:
    """The package as this person takes it away."""
    answer = browser(cast, person).get(f"/api/broadcasts/{notice.pk}/evidence/package")
    assert answer.status_code == 200, answer.content
    assert answer.headers["Content-Type"] == "application/zip"
    return answer.content


def files_in(package: bytes) -> dict[str, bytes]:
    """Its files by name."""
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def checked_elsewhere(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The program in the package, run as on a machine that has nothing but Python: no packages, no settings, no project."""
    command = [sys.executable, "-I", "-S", "verify.py", *arguments]
    return subprocess.run(command, cwd=folder, env={}, capture_output=True, encoding="utf-8", check=False)


def laid_out(files: dict[str, bytes], folder: Path) -> Path:
    """The package, unpacked."""
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def test_it_verifies_on_another_machine_offline(cast: Cast, notice: Broadcast, tmp_path: Path) -> None:
    package = taken(cast, cast.hanh, notice)
    laid_out(files_in(package), tmp_path)
    (tmp_path / "goi.zip").write_bytes(package)
    key = Client().get("/kt/khoa.json").json()["keys"][0]["public_key"]
    for arguments in ((), ("goi.zip",), ("goi.zip", "--key", key)):
        ended = checked_elsewhere(tmp_path, *arguments)
        assert (ended.returncode, ended.stderr) == (0, "")
        assert "ĐÚNG" in ended.stdout
        assert key in ended.stdout
    other = base64.b64encode(Ed25519PrivateKey.generate().public_key().public_bytes_raw()).decode()
    assert checked_elsewhere(tmp_path, "goi.zip", "--key", other).returncode == 1


def test_the_notice_in_it_is_what_was_signed_when_it_was_issued(cast: Cast, notice: Broadcast) -> None:
    laid(cast.hanh, notice)
    files = files_in(taken(cast, cast.hanh, notice))
    facts = json.loads(files[verify.NOTICE])
    assert (facts["title"], facts["body"], facts["code"]) == (notice.title, notice.body, notice.code)
    assert json.loads(files["totals.json"])["recipients"] == notice.receipts.count() > 0


def test_no_byte_of_it_can_be_changed_unnoticed(cast: Cast, notice: Broadcast) -> None:
    files, dice = files_in(taken(cast, cast.hanh, notice)), random.Random(16)
    assert list(verify.check(files, None)) == []
    for name in files:
        for _ in range(3 if name == "verify.py" else 12):
            content = bytearray(files[name])
            content[dice.randrange(len(content))] ^= 1 << dice.randrange(7)
            # In the seal and the index white space and the like mean nothing; what they say does.
            if name == verify.SEAL and json_of(content) in (json_of(files[name]), None):
                continue
            assert list(verify.check(files | {name: bytes(content)}, None)), name
        assert list(verify.check({other: files[other] for other in files if other != name}, None)), name


def test_a_line_of_the_trail_cannot_be_changed_left_out_or_sealed_anew_with_another_key(
    cast: Cast, notice: Broadcast
) -> None:
    files = files_in(taken(cast, cast.hanh, notice))
    lines = json.loads(files[verify.TRAIL])
    assert [line["act"] for line in lines] == ["broadcast.publish", "evidence.export"]
    lines[0]["details"]["people"] += 1
    assert list(verify.check_trail(lines)) == [f"dòng nhật ký {lines[0]['id']} đã bị sửa"]
    assert list(verify.check_trail(lines[::-1]))
    forged = Ed25519PrivateKey.generate()
    seal = {
        "algorithm": "Ed25519",
        "public_key": base64.b64encode(forged.public_key().public_bytes_raw()).decode(),
        "signature": base64.b64encode(forged.sign(files[verify.INDEX])).decode(),
    }
    ours = json.loads(files[verify.SEAL])["public_key"]
    assert list(verify.check(files | {verify.SEAL: json.dumps(seal).encode()}, ours))


def test_the_trail_in_it_is_that_of_the_server(cast: Cast, notice: Broadcast) -> None:
    files = files_in(taken(cast, cast.hanh, notice))
    for line in json.loads(files[verify.TRAIL]):
        kept = AuditLine.objects.get(pk=line["id"])
        assert (line["digest"], line["actor"], line["act"]) == (kept.digest, kept.actor_id, kept.act)
    until = json.loads(files[verify.INDEX])["trail_until"]
    assert audit.read_chain([until["digest"]]).roots == {until["digest"]}
    # Of others' acts there is nothing in it.
    assert b"test.act" not in files[verify.TRAIL]


def test_it_names_nobody(cast: Cast, notice: Broadcast) -> None:
    for content in files_in(taken(cast, cast.hanh, notice)).values():
        for person in cast.people().values():
            assert person.name.encode() not in content


def test_whose_it_is_takes_it_away_and_that_is_recorded(cast: Cast, notice: Broadcast) -> None:
    for person in (cast.hanh, cast.son, cast.phuc):
        assert browser(cast, person).get(f"/api/broadcasts/{notice.pk}/evidence").json()["may_take"]
        taken(cast, person, notice)
        line = AuditLine.objects.order_by("-pk").first()
        assert line is not None
        assert (line.act, line.actor_id, line.subject) == ("evidence.export", person.pk, f"broadcast:{notice.pk}")


def test_a_clerk_sees_what_was_done_and_takes_nothing_away(cast: Cast, notice: Broadcast) -> None:
    lines, thu = AuditLine.objects.count(), browser(cast, cast.thu)
    assert thu.get(f"/api/broadcasts/{notice.pk}/evidence").json()["may_take"] is False
    refused = thu.get(f"/api/broadcasts/{notice.pk}/evidence/package")
    assert (refused.status_code, refused.json()["code"]) == (403, "may_not_take_evidence")
    assert AuditLine.objects.count() == lines
    # Of what she wrote herself she does, and so does who approved it; as long as they work there.
    own = publish(cast.thu, cast.school, roles=["guardians"])
    taken(cast, cast.thu, own)
    Broadcast.objects.filter(pk=notice.pk).update(approved_by=cast.thu)
    taken(cast, cast.thu, notice)
    Role.objects.filter(person=cast.thu).update(ends_on=dt.date(2020, 1, 1))
    Role.objects.create(source=cast.source, sourced_id="elsewhere", person=cast.thu, org=cast.other_school, role="aide")
    assert thu.get(f"/api/broadcasts/{own.pk}/evidence/package").status_code == 403


def test_it_can_be_read_on_paper(cast: Cast, notice: Broadcast) -> None:
    files = files_in(taken(cast, cast.hanh, notice))
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(files[verify.PAPER])).pages)
    plain = "".join(text.split())
    for said in (notice.title, notice.body, cast.school.name, "Còn hiệu lực", "Người nhận", "Gửi thông báo"):
        assert "".join(said.split()) in plain
    index, trail = json.loads(files[verify.INDEX]), json.loads(files[verify.TRAIL])
    assert index["trail_until"]["digest"] in plain
    assert all(line["digest"] in plain for line in trail)
    for person in cast.people().values():
        assert "".join(person.name.split()) not in plain
    # Drawn from another notice or another trail it is found out, also if it were listed as it is.
    for name in (verify.NOTICE, verify.TRAIL):
        [problem] = verify.check_paper(files | {name: files[name] + b" "}, index)
        assert name in problem
    assert list(verify.check_paper(files, {"version": 1})) == []


def test_nobody_else_does(cast: Cast, notice: Broadcast) -> None:
    lines = AuditLine.objects.count()
    for person in (cast.hoa, cast.lan, cast.mai, cast.tu, cast.quang, cast.an, cast.van):
        for door in ("evidence", "evidence/package"):
            assert browser(cast, person).get(f"/api/broadcasts/{notice.pk}/{door}").status_code == 404
    assert Client().get(f"/api/broadcasts/{notice.pk}/evidence/package").status_code == 401
    assert AuditLine.objects.count() == lines


def test_a_teachers_own_notice_is_sealed_too(cast: Cast) -> None:
    sent = publish(cast.lan, cast.class_7a)
    files = files_in(taken(cast, cast.lan, sent))
    assert verify.PROOF not in files
    assert list(verify.check(files, None)) == []


def test_an_officer_who_reads_what_is_not_theirs_leaves_a_line_that_the_head_sees(
    cast: Cast, notice: Broadcast
) -> None:
    for _ in range(3):
        assert browser(cast, cast.son).get(f"/api/broadcasts/{notice.pk}").status_code == 200
    told = browser(cast, cast.hanh).get(f"/api/broadcasts/{notice.pk}/evidence").json()
    seen = [(one["act"], one["by"]["name"]) for one in told["acts"]]
    assert seen == [("broadcast.publish", cast.hanh.name), ("broadcast.view", cast.son.name)]
    # Her own look and a parent's are none of it.
    browser(cast, cast.hanh).get(f"/api/broadcasts/{notice.pk}")
    browser(cast, cast.hoa).get(f"/api/broadcasts/{notice.pk}")
    assert AuditLine.objects.filter(act="broadcast.view").count() == 1


def json_of(content: bytes | bytearray) -> object:
    """What it says; None for what says nothing."""
    try:
        return json.loads(bytes(content))
    except ValueError:
        return None
