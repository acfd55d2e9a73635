"""The public page: what anybody may know of a notice, and nothing else."""

import base64
import datetime as dt
import json
import re
from collections.abc import Iterator

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from broadcasts.models import Broadcast, Proof, SigningKey
from broadcasts.verifying import codes, limits
from tests.broadcasts.correcting.desk import correct
from tests.broadcasts.drafts.desk import Desk
from tests.broadcasts.writing import publish
from tests.cast import Cast

pytestmark = pytest.mark.django_db
BODY = "Ngày mai học sinh nghỉ học.\nĐề nghị gia đình giữ các em ở nhà."


@pytest.fixture(autouse=True)
def _unlimited() -> Iterator[None]:
    """What earlier tests guessed is forgotten."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def notice(cast: Cast) -> Broadcast:
    """A document of the school to its families."""
    return publish(
        cast.hanh,
        cast.school,
        roles=["guardians"],
        title="Nghỉ học do mưa bão",
        body=BODY,
        number=12,
        symbol="TB-ĐS",
        signer_name="Lê Thị Hạnh",
        signer_position="Hiệu trưởng",
    )


def page(code: str | None, **headers: str) -> str:
    """The page of this code, as nobody in particular sees it."""
    answer = Client().get(f"/kt/{code}", headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def compared(code: str | None, text: str) -> str:
    """The page after a text was pasted."""
    answer = Client(enforce_csrf_checks=True).post(f"/kt/{code}", {"chu": text})
    assert answer.status_code == 200
    return answer.content.decode()


def assert_names_nobody(cast: Cast, told: str) -> None:
    """No recipient, no pupil, no author."""
    for name, person in cast.people().items():
        if name != "hanh":
            assert person.name not in told, name


def test_the_page_tells_the_facts_without_signing_in_and_is_small(cast: Cast, notice: Broadcast) -> None:
    told = page(notice.code)
    school = cast.school.name.replace("&", "&amp;")
    for fact in ("Nghỉ học do mưa bão", school, "12/TB-ĐS", "Còn hiệu lực", "Lê Thị Hạnh, Hiệu trưởng"):
        assert fact in told
    assert codes.grouped(notice.code or "") in told
    assert f"{timezone.localtime(notice.published_at):%H:%M, %d/%m/%Y}" in told
    assert_names_nobody(cast, told)
    # Everything that it needs is in it: nothing else is loaded, nothing runs.
    assert len(told.encode()) <= 20_000
    assert not re.search(r"<script|<link|<img|src=|@import|url\(", told)


def test_the_author_is_not_told_where_another_signed(cast: Cast) -> None:
    sent = publish(cast.hanh, cast.school, roles=["guardians"], body=BODY)
    assert cast.hanh.name not in page(sent.code)


def test_it_is_kept_out_of_indexes_and_frames_and_sets_no_cookie(notice: Broadcast) -> None:
    answer = Client().get(f"/kt/{notice.code}")
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert 0 < int(answer.headers["Cache-Control"].split("max-age=")[1]) <= 60
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert not answer.cookies


def test_it_speaks_english_too(notice: Broadcast) -> None:
    for told in (page(notice.code, accept_language="en"), Client().get(f"/kt/{notice.code}?tieng=en").content.decode()):
        assert '<html lang="en">' in told
        assert "In force" in told
    assert "Còn hiệu lực" in page(notice.code, accept_language="fr")


def test_a_pasted_text_matches_or_does_not(notice: Broadcast) -> None:
    told = compared(notice.code, BODY)
    assert ">KHỚP<" in told
    assert "KHÔNG KHỚP" not in told
    told = compared(notice.code, BODY.replace("mai", "kia"))
    assert "KHÔNG KHỚP" in told
    assert "<mark>kia</mark>" in told
    assert "<ins>mai</ins>" in told


def test_what_is_pasted_is_never_markup(notice: Broadcast) -> None:
    told = compared(notice.code, "<script>alert(1)</script></textarea><b>KHỚP</b>")
    assert "<script>" not in told
    assert "</textarea><b>" not in told
    assert "KHÔNG KHỚP" in told


def test_a_class_notice_and_one_for_staff_show_their_head_alone(cast: Cast) -> None:
    hidden = [
        publish(cast.hanh, cast.class_7a, title="Bình phải học lại", body="Riêng lớp 7A."),
        publish(cast.hanh, cast.school, roles=["teachers", "staff"], title="Bình phải học lại", body="Họp chi bộ."),
        publish(
            cast.hanh,
            cast.school,
            audience={"org": cast.school.pk, "classes": [cast.class_7a.pk]},
            roles=["guardians"],
            title="Bình phải học lại",
        ),
    ]
    for sent in hidden:
        told = page(sent.code)
        assert "Văn bản này là thật" in told
        assert "Đồng Sen" in told
        assert "học lại" not in told
        assert "<form" not in told
        # Nor does pasting find it out, nor the signature.
        assert "KHỚP" not in compared(sent.code, sent.body)
        machine = Client().get(f"/kt/{sent.code}.json").json()
        assert machine["signed"] is None
        assert "học lại" not in json.dumps(machine, ensure_ascii=False)


def test_a_teachers_own_notice_has_no_code(cast: Cast) -> None:
    sent = publish(cast.lan, cast.class_7a)
    assert sent.code is None
    assert not Proof.objects.filter(broadcast=sent).exists()


def test_a_wrong_code_and_an_unknown_one_look_the_same(notice: Broadcast) -> None:
    unknown = next(code for code in iter(codes.fresh, "") if code != notice.code)
    answers = [Client().get(f"/kt/{code}") for code in (unknown, "AAAAAAAAAA", "0", "%00", "a" * 500)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({re.sub(r"\s", "", answer.content.decode()) for answer in answers}) == 1
    assert "Không có thông báo nào mang mã này" in answers[0].content.decode()
    assert {Client().get(f"/kt/{code}.json").status_code for code in (unknown, "AAAAAAAAAA")} == {404}


def test_guessing_is_limited_by_address(notice: Broadcast) -> None:
    guesser, neighbour = {"REMOTE_ADDR": "203.0.113.7"}, {"REMOTE_ADDR": "203.0.113.8"}
    for _ in range(limits.MOST["guess"]):
        assert Client().get("/kt/AAAAAAAAAA", **guesser).status_code == 404  # type: ignore[arg-type]
    refused = Client().get(f"/kt/{notice.code}", **guesser)  # type: ignore[arg-type]
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert notice.title not in refused.content.decode()
    assert Client().get(f"/kt/{notice.code}.json", **guesser).status_code == 429  # type: ignore[arg-type]
    assert Client().get(f"/kt/{notice.code}", **neighbour).status_code == 200  # type: ignore[arg-type]


def test_looking_at_what_is_there_is_not_limited(notice: Broadcast) -> None:
    assert {Client().get(f"/kt/{notice.code}").status_code for _ in range(limits.MOST["guess"] + 5)} == {200}


def test_a_code_is_typed_as_it_is_printed(notice: Broadcast) -> None:
    assert "<form" in Client().get("/kt").content.decode()
    answer = Client().get("/kt", {"ma": codes.grouped(notice.code or "").lower()})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/kt/{notice.code}")
    assert Client().get("/kt", {"ma": "xyz"}).status_code == 404


def test_the_qr_is_a_picture_that_says_nothing_about_what_is_there(notice: Broadcast) -> None:
    for code in (notice.code, codes.fresh()):
        answer = Client().get(f"/kt/{code}.svg")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "image/svg+xml"
        assert b"<svg" in answer.content
    assert Client().get("/kt/AAAAAAAAAA.svg").status_code == 404


def test_a_notice_about_money_has_the_warning_and_no_other_has(cast: Cast, notice: Broadcast) -> None:
    warning = "Thông báo này có nói đến tiền."
    asks = publish(cast.hanh, cast.school, roles=["guardians"], body="Nộp học phí: chuyển khoản STK 1234567890123.")
    assert (asks.asks_for_money, notice.asks_for_money) == (True, False)
    assert warning in page(asks.code)
    assert warning not in page(notice.code)
    told = Client()
    told.force_login(cast.account(cast.hoa), backend="allauth.account.auth_backends.AuthenticationBackend")
    inbox = {one["id"]: one for one in told.get("/api/broadcasts").json()["broadcasts"]}
    assert [inbox[one.pk]["asks_for_money"] for one in (asks, notice)] == [True, False]
    assert inbox[notice.pk]["code"] == notice.code


def test_programs_get_what_proves_it_without_a_line(cast: Cast, notice: Broadcast) -> None:
    told = Client().get(f"/kt/{notice.code}.json").json()
    signed = told["signed"]
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(signed["key"]["public_key"]))
    signature = base64.b64decode(signed["signature"])
    key.verify(signature, signed["text"].encode())
    with pytest.raises(InvalidSignature):
        key.verify(signature, signed["text"].replace("mai", "kia").encode())
    facts = json.loads(signed["text"])
    assert (facts["title"], facts["body"], facts["number"], facts["code"]) == (notice.title, BODY, 12, notice.code)
    # One way of writing: whoever writes the same facts anew has the same bytes.
    assert json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")) == signed["text"]
    assert_names_nobody(cast, json.dumps(told, ensure_ascii=False))
    assert signed["key"]["public_key"] in {one["public_key"] for one in Client().get("/kt/khoa.json").json()["keys"]}


def test_what_no_longer_holds_says_so_and_leads_to_what_does(cast: Cast, notice: Broadcast) -> None:
    newer = publish(cast.hanh, cast.school, roles=["guardians"], title="Đi học lại", body="Mai đi học.")
    words = {"dinh_chinh": "Đã đính chính", "thay_the": "Đã được thay thế", "thu_hoi": "Đã thu hồi"}
    for how, word in words.items():
        Broadcast.objects.filter(pk=notice.pk).update(
            superseded_by=newer, superseded_how=how, superseded_at=timezone.now() - dt.timedelta(seconds=5)
        )
        told = page(notice.code)
        assert word in told
        assert "Còn hiệu lực" not in told
        assert f'href="/kt/{newer.code}"' in told
        machine = Client().get(f"/kt/{notice.code}.json").json()
        assert (machine["status"], machine["newer_code"]) == (how, newer.code)
    # Of what was recalled no word is told again.
    assert machine["signed"] is None
    assert "không còn hiệu lực" in compared(notice.code, BODY)
    assert "Ngày mai" not in compared(notice.code, "Hôm kia")
    assert "Còn hiệu lực" in page(newer.code)


def test_a_real_correction_and_its_recall_show_at_once(cast: Cast, notice: Broadcast) -> None:
    hanh = Desk(cast, cast.hanh)
    second = correct(hanh, notice)
    assert "Đã đính chính" in page(notice.code)
    assert f'href="/kt/{second.code}"' in page(notice.code)
    third = correct(hanh, second, "thu_hoi")
    # Both lead to what holds now, and the recall itself is genuine.
    for old in (notice, second):
        assert f'href="/kt/{third.code}"' in page(old.code)
        assert "Còn hiệu lực" not in page(old.code)
    assert json.loads(Proof.objects.get(broadcast=second).text)["corrects"] == notice.code
    acts = hanh.get(f"/{notice.pk}/evidence")["acts"]
    assert {"broadcast.publish", "broadcast.correct"} <= {act["act"] for act in acts}


def test_a_drill_says_so(cast: Cast) -> None:
    assert "Diễn tập" in page(publish(cast.hanh, cast.school, roles=["guardians"], is_exercise=True).code)


def test_a_key_sealed_with_another_secret_signs_no_more_and_still_proves(
    cast: Cast, notice: Broadcast, settings: settings.__class__
) -> None:
    settings.SECRET_KEY = "another" * 8
    later = publish(cast.hanh, cast.school, roles=["guardians"])
    assert SigningKey.objects.count() == 2
    for sent in (notice, later):
        signed = Client().get(f"/kt/{sent.code}.json").json()["signed"]
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(signed["key"]["public_key"]))
        key.verify(base64.b64decode(signed["signature"]), signed["text"].encode())


def test_it_costs_one_statement(notice: Broadcast) -> None:
    with CaptureQueriesContext(connection) as queries:
        page(notice.code)
    assert len(queries) == 1
