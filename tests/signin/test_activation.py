"""Activation codes: whose they are, that they open once, and what is refused."""

import datetime as dt
import secrets
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from registry import activation
from registry.activation import ALPHABET, LIMITS, ActivationRefused, Reason
from registry.models import Account, ActivationAttempt, ActivationCode, AuditLine, Person
from tests.cast import Cast
from tests.signin.conftest import ANDROID, post

WORDS = {
    "code_malformed": ("Mã kích hoạt có 12 chữ và số", "A code has 12 letters and digits"),
    "code_unknown": ("Không có mã này", "There is no such code"),
    "code_used": ("Mã này đã được dùng", "This code has already been used"),
    "code_expired": ("Mã này đã hết hạn", "This code is no longer valid"),
    "code_revoked": ("Nhà trường đã thu lại mã này", "The school has taken this code back"),
    "too_many_attempts": ("Nhập sai quá nhiều lần", "Too many wrong attempts"),
    "no_account_yet": ("Học sinh có tài khoản riêng từ lớp 6", "Pupils have an account of their own from grade 6"),
    "staff_sign_in_by_password": ("Cán bộ, giáo viên đăng nhập bằng tên", "Staff sign in with name and password"),
}


def look(client: Client, code: str, **headers: str):
    return post(client, "/api/activation/look", {"code": code}, **headers)


def use(client: Client, code: str, **fields: str):
    return post(client, "/api/activation/use", {"code": code, **fields})


def a_guess() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(12))


def test_a_letter_says_whose_it_is_and_is_not_used_up_by_looking(cast: Cast, client: Client, letter) -> None:
    code = letter(cast.hoa)

    for _ in range(3):
        card = look(client, code).json()

    assert card["name"] == "Phạm Thị Hoa"
    assert card["school_name"] == "Trường TH&THCS Đồng Sen"
    assert card["children"] == [{"given_name": "An", "class_title": "7A"}, {"given_name": "Chi", "class_title": "6B"}]
    assert card["is_pupil"] is False
    assert client.get("/api/me").status_code == 401


def test_one_code_opens_all_the_guardians_children(cast: Cast, client: Client, letter) -> None:
    me = use(client, letter(cast.hoa), language="en").json()

    assert [child["given_name"] for child in me["children"]] == ["An", "Chi"]
    assert me["language"] == "en"
    assert client.get("/api/me").json() == me
    assert Account.objects.get(person=cast.hoa).has_usable_password() is False


def test_case_spaces_and_hyphens_do_not_matter(cast: Cast, client: Client, letter) -> None:
    code = letter(cast.hoa)
    spoken = " ".join(code.replace("-", "").lower())

    assert len(code) == 14
    assert look(client, spoken).status_code == 200
    assert look(client, f"  {code.lower()} ").status_code == 200


def test_a_pupil_of_grade_seven_activates_an_account_of_their_own(cast: Cast, client: Client, letter) -> None:
    code = letter(cast.an)

    assert look(client, code).json()["is_pupil"] is True
    assert look(client, code).json()["children"] == []
    assert use(client, code).json()["person"]["id"] == cast.an.pk


def test_a_code_opens_once(cast: Cast, client: Client, letter) -> None:
    code = letter(cast.hoa)
    assert use(client, code).status_code == 200

    refused_with(use(Client(), code), 410, "code_used")
    refused_with(look(Client(), code), 410, "code_used")


def test_another_letter_signs_in_again_to_the_same_account(cast: Cast, client: Client, letter) -> None:
    use(client, letter(cast.hoa))
    account = Account.objects.get(person=cast.hoa)

    other = Client()
    assert use(other, letter(cast.hoa)).status_code == 200

    assert Account.objects.filter(person=cast.hoa).get() == account
    assert client.get("/api/me").status_code == 200


def test_an_unknown_code_is_refused(db: None, client: Client) -> None:
    refused_with(look(client, a_guess()), 404, "code_unknown")
    refused_with(use(client, a_guess()), 404, "code_unknown")


@pytest.mark.parametrize("typed", ["", "ABCD", "0000-0000-0000", "OOOO-IIII-1111", "A" * 13, "<script>alert", "Ấ" * 12])
def test_what_no_letter_can_say_is_told_apart_and_not_counted(db: None, client: Client, typed: str) -> None:
    answer = look(client, typed)

    if typed:
        refused_with(answer, 400, "code_malformed")
    else:
        refused_with(answer, 400, "bad_input")
    assert not ActivationAttempt.objects.exists()


def test_an_old_letter_is_refused(cast: Cast, client: Client, letter) -> None:
    code = letter(cast.hoa)
    ActivationCode.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))

    refused_with(use(client, code), 410, "code_expired")


def test_a_letter_is_good_for_fourteen_days(cast: Cast, letter) -> None:
    letter(cast.hoa)

    life = ActivationCode.objects.get().expires_at - timezone.now()
    assert dt.timedelta(days=13, hours=23) < life <= dt.timedelta(days=14)


def test_a_new_letter_ends_the_one_before(cast: Cast, client: Client, letter) -> None:
    first, second = letter(cast.hoa), letter(cast.hoa)

    refused_with(use(client, first), 410, "code_revoked")
    assert use(client, second).status_code == 200


def test_who_left_the_school_meanwhile_is_refused(cast: Cast, client: Client, letter) -> None:
    code = letter(cast.hoa)
    cast.hoa.roles.all().delete()

    refused_with(look(client, code), 410, "code_revoked")
    refused_with(use(client, code), 410, "code_revoked")


def test_not_me_locks_the_code_and_leaves_a_line_for_the_school(cast: Cast, client: Client, letter) -> None:
    code = letter(cast.hoa)

    assert post(client, "/api/activation/refuse", {"code": code}).json() == {}

    refused_with(use(client, code), 410, "code_revoked")
    line = AuditLine.objects.get(act="activation.not_me")
    assert line.subject == f"activation_code:{ActivationCode.objects.get().pk}"
    assert line.details == {"school": cast.school.pk}


def test_no_code_for_a_pupil_below_grade_six(cast: Cast) -> None:
    Person.objects.filter(pk=cast.an.pk).update(grade="05")
    cast.an.refresh_from_db()

    with pytest.raises(ActivationRefused) as refused:
        activation.issue(cast.an, by=None, school=cast.school)

    assert refused.value.reason is Reason.NO_ACCOUNT_YET
    assert not ActivationCode.objects.exists()


@pytest.mark.parametrize("grade", ["", "K", "05", "5", "lớp 7", "-7", "٧", "²"])
def test_an_odd_grade_is_no_grade(cast: Cast, grade: str) -> None:
    Person.objects.filter(pk=cast.an.pk).update(grade=grade)
    cast.an.refresh_from_db()

    with pytest.raises(ActivationRefused):
        activation.issue(cast.an, by=None)


def test_adult_learners_have_an_account_whatever_their_grade(cast: Cast) -> None:
    Person.objects.filter(pk=cast.khanh.pk).update(grade="")
    cast.other_school.school_level = "gdtx"
    cast.other_school.save()
    cast.khanh.refresh_from_db()

    assert activation.issue(cast.khanh, by=None)


@pytest.mark.parametrize("who", ["lan", "hanh", "thu", "son", "tu"])
def test_no_code_for_staff_whose_rights_must_not_lie_on_paper(cast: Cast, who: str) -> None:
    with pytest.raises(ActivationRefused) as refused:
        activation.issue(cast.people()[who], by=None)

    assert refused.value.reason is Reason.STAFF


def test_the_table_holds_no_code_and_no_address(cast: Cast, client: Client, letter) -> None:
    code = letter(cast.hoa)
    look(client, a_guess())

    plain = code.replace("-", "")
    for row in [*ActivationCode.objects.values(), *ActivationAttempt.objects.values(), *AuditLine.objects.values()]:
        assert plain not in str(row)
        assert code not in str(row)
        assert "127.0.0.1" not in str(row)


def test_every_code_is_of_the_alphabet_and_no_two_are_the_same(cast: Cast) -> None:
    codes = {activation.issue(cast.hoa, by=None).replace("-", "") for _ in range(60)}

    assert len(codes) == 60
    assert all(len(code) == 12 and set(code) <= set(ALPHABET) for code in codes)
    assert not set("01OI") & set(ALPHABET)


def test_ten_thousand_guesses_open_nothing(cast: Cast, letter) -> None:
    for person in (cast.hoa, cast.dung, cast.van, cast.an, cast.binh):
        letter(person)

    guesses = [activation._hmac("code", a_guess()) for _ in range(10_000)]

    assert not ActivationCode.objects.filter(code_hmac__in=guesses).exists()


def test_guessing_from_one_address_stops_at_the_limit_and_right_codes_wait_too(
    cast: Cast, client: Client, letter
) -> None:
    code = letter(cast.hoa)
    codes = [look(client, a_guess()).json()["code"] for _ in range(LIMITS["address"] + 5)]

    assert codes == ["code_unknown"] * LIMITS["address"] + ["too_many_attempts"] * 5
    answer = use(client, code)
    refused_with(answer, 429, "too_many_attempts")
    assert 0 < int(answer["Retry-After"]) <= 901
    assert use(Client(REMOTE_ADDR="203.0.113.7"), code).status_code == 200


def test_right_codes_do_not_count_so_a_whole_meeting_activates_from_one_address(
    cast: Cast, client: Client, letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "address", 3)

    for _ in range(8):
        assert use(Client(), letter(cast.hoa)).status_code == 200


def test_one_code_cannot_be_tried_for_ever_from_many_addresses(cast: Cast, letter) -> None:
    code = letter(cast.hoa)
    use(Client(), code)

    codes = [look(Client(REMOTE_ADDR=f"203.0.113.{n}"), code).json()["code"] for n in range(LIMITS["code"] + 2)]

    assert codes == ["code_used"] * LIMITS["code"] + ["too_many_attempts"] * 2


def test_all_addresses_together_have_a_limit(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS, "all", 20)

    codes = [look(Client(REMOTE_ADDR=f"198.51.100.{n}"), a_guess()).json()["code"] for n in range(23)]

    assert codes == ["code_unknown"] * 20 + ["too_many_attempts"] * 3


def test_a_new_window_starts_at_zero_and_old_counts_are_forgotten(db: None, client: Client) -> None:
    look(client, a_guess())
    ActivationAttempt.objects.update(window_start=timezone.now() - dt.timedelta(minutes=40), failures=10_000)

    refused_with(look(client, a_guess()), 404, "code_unknown")
    assert activation.forget_attempts() == 3
    assert ActivationAttempt.objects.count() == 3


@pytest.mark.parametrize("language", ["vi", "en", "fr", ""])
@pytest.mark.parametrize(
    "code", ["code_malformed", "code_unknown", "code_used", "code_expired", "code_revoked", "too_many_attempts"]
)
def test_each_refusal_is_told_in_the_readers_language(
    cast: Cast, client: Client, letter, code: str, language: str
) -> None:
    typed = letter(cast.hoa)
    if code == "code_malformed":
        typed = "O0O0"
    elif code == "code_unknown":
        typed = a_guess()
    elif code == "code_used":
        ActivationCode.objects.update(used_at=timezone.now())
    elif code == "code_expired":
        ActivationCode.objects.update(expires_at=timezone.now())
    elif code == "code_revoked":
        ActivationCode.objects.update(revoked_at=timezone.now())
    else:
        for _ in range(LIMITS["address"]):
            look(client, a_guess())

    answer = look(client, typed, **{"Accept-Language": language})

    assert answer.json()["code"] == code
    assert answer.json()["detail"].startswith(WORDS[code][1 if language == "en" else 0])


def test_a_forged_page_cannot_use_a_code(cast: Cast, letter) -> None:
    browser = Client(enforce_csrf_checks=True)

    assert use(browser, letter(cast.hoa)).json()["code"] == "form_expired"
    assert ActivationCode.objects.get().used_at is None


class TestTheNextDevice:
    """A code shown on the first one."""

    def test_it_opens_the_same_account_there(self, cast: Cast, client: Client, letter) -> None:
        use(client, letter(cast.hoa))

        shown = post(client, "/api/devices/code", {}).json()

        assert shown["qr_svg"].startswith("<svg")
        assert "style=" not in shown["qr_svg"]
        left = dt.datetime.fromisoformat(shown["expires_at"]) - timezone.now()
        assert dt.timedelta(minutes=9) < left <= dt.timedelta(minutes=10)
        other = Client()
        assert post(other, "/api/activation/use", {"code": shown["code"]}, **{"User-Agent": ANDROID}).status_code == 200
        listed = client.get("/api/devices").json()["devices"]
        assert [(device["label"], device["is_this"]) for device in listed] == [
            ("Chrome trên Android", False),
            ("Thiết bị không rõ", True),
        ]

    def test_it_leaves_the_schools_letter_alone(self, cast: Cast, client: Client, letter) -> None:
        use(client, letter(cast.hoa))
        second_letter = letter(cast.hoa)

        first = post(client, "/api/devices/code", {}).json()["code"]
        second = post(client, "/api/devices/code", {}).json()["code"]

        refused_with(look(Client(), first), 410, "code_revoked")
        assert look(Client(), second).status_code == 200
        assert look(Client(), second_letter).status_code == 200

    def test_staff_have_none(self, cast: Cast, client: Client) -> None:
        from tests.signin.conftest import sign_in

        sign_in(client, cast.account(cast.lan).username)

        answer = post(client, "/api/devices/code", {}, **{"Accept-Language": "en"})
        refused_with(answer, 403, "staff_sign_in_by_password")
        assert answer.json()["detail"].startswith(WORDS["staff_sign_in_by_password"][1])

    def test_nobody_has_none(self, db: None, client: Client) -> None:
        refused_with(post(client, "/api/devices/code", {}), 401, "not_signed_in")


def test_of_two_devices_racing_for_a_code_one_wins(committed_cast: Cast) -> None:
    for number in range(5):
        code = activation.issue(committed_cast.hoa, by=None, school=committed_cast.school)
        address = f"203.0.113.{number}"

        codes = at_once(8, lambda: use(Client(REMOTE_ADDR=address), code).status_code)  # noqa: B023

        assert sorted(codes) == [200] + [410] * 7


def test_a_first_letter_used_twice_at_once_makes_one_account(committed_cast: Cast) -> None:
    person = committed_cast.dung
    letter = activation.issue(person, by=None, school=committed_cast.school)
    shown = activation.issue(person, by=None)
    both = iter([letter, shown])

    codes = at_once(2, lambda: use(Client(), next(both)).status_code)

    assert codes == [200, 200]
    assert Account.objects.filter(person=person).count() == 1


def test_the_limit_holds_when_many_guess_at_once(committed_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS, "address", 10)

    codes = at_once(24, lambda: look(Client(), a_guess()).json()["code"])

    assert sorted(codes) == ["code_unknown"] * 10 + ["too_many_attempts"] * 14


def refused_with(answer, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def at_once(times: int, act):
    """The answers of so many threads, each with a database connection of its own."""

    def one(_number: int):
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(min(times, 8)) as threads:
        return list(threads.map(one, range(times)))
