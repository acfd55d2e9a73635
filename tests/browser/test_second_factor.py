"""A head's first sign-in: a second factor set up, asked for again before something that reaches many, lost and given back."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from chatserver.signin.session_store import SessionStore
from registry.assurance import CONFIRMED_AT, SECOND_FACTOR
from registry.models import Account
from tests.assured import code_of, enrol, secret_of
from tests.browser.axe import faults
from tests.browser.conftest import sign_in
from tests.cast import PASSWORD, Cast
from tests.wire import Server

Open = Callable[..., Page]


def enter(page: Page, account: Account, code: str, *, password: str = PASSWORD) -> None:
    """By name, password and a code."""
    page.goto("/dang-nhap")
    page.get_by_label("Tên đăng nhập").fill(account.username)
    page.get_by_label("Mật khẩu", exact=True).fill(password)
    page.get_by_role("button", name="Đăng nhập").click()
    page.locator("input[name=totp]").fill(code)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(lambda url: "dang-nhap" not in url)


def an_hour_later() -> None:
    """Whatever was confirmed in any session was so long ago."""
    for row in Session.objects.all():
        data = SessionStore().decode(row.session_data)
        if CONFIRMED_AT in data:
            data[CONFIRMED_AT] = "2026-01-01T00:00:00+00:00"
            row.session_data = SessionStore().encode(data)
            row.save()


def assured() -> list[bool]:
    """Of every session whether it was given a second factor."""
    return [bool(SessionStore().decode(row.session_data).get(SECOND_FACTOR)) for row in Session.objects.all()]


def test_the_first_sign_in_leads_through_the_set_up(committed_cast: Cast, site: Server, person: Open) -> None:
    page = person()
    sign_in(page, committed_cast, committed_cast.hanh)
    expect(page.get_by_text("Thiết lập một lần, khoảng hai phút")).to_be_visible()
    assert faults(page, page.url) == []
    page.get_by_role("button", name="Dùng ứng dụng mã trên điện thoại").click()
    here = page.get_by_role("link", name="Ứng dụng ở ngay máy này")
    address = urlsplit(here.get_attribute("href") or "")
    secret = parse_qs(address.query)["secret"][0]
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    expect(page.get_by_role("img", name="Mã QR để thêm tài khoản vào ứng dụng mã")).to_be_visible()
    page.get_by_text("Không quét được?").click()
    expect(page.get_by_text(re.sub(r"(.{4})(?=.)", r"\1 ", secret))).to_be_visible()
    assert faults(page, page.url) == []

    page.get_by_label("Mã 6 số", exact=True).fill("000000")
    page.get_by_role("button", name="Bật xác thực hai lớp").click()
    expect(page.get_by_text("Mã chưa đúng")).to_be_visible()
    page.get_by_label("Mã 6 số", exact=True).fill(code_of(secret))
    page.get_by_role("button", name="Bật xác thực hai lớp").click()

    expect(page.get_by_role("heading", name="Mã dự phòng")).to_be_visible()
    codes = page.locator("ol li").all_inner_texts()
    assert len(set(codes)) == 10
    assert faults(page, page.url) == []
    page.get_by_role("button", name="Đã cất giữ").click()
    expect(page).to_have_url(re.compile("/bang-dieu-hanh"))
    assert assured() == [True]

    # A second browser: password and, for once, a code from paper.
    other = person()
    enter(other, committed_cast.account(committed_cast.hanh), codes[0])
    other.goto("/them")
    other.get_by_role("link", name="Xác thực hai lớp").click()
    expect(other.get_by_text("Ứng dụng mã trên điện thoại")).to_be_visible()
    expect(other.get_by_text("Còn 9 mã chưa dùng")).to_be_visible()
    other.get_by_role("button", name="Gỡ").click()
    other.get_by_role("dialog").get_by_role("button", name="Gỡ").click()
    expect(other.get_by_text("cách xác thực duy nhất")).to_be_visible()


def test_put_off_it_is_missed_where_notices_are_written(committed_cast: Cast, site: Server, person: Open) -> None:
    page = person()
    sign_in(page, committed_cast, committed_cast.hanh)
    page.get_by_role("button", name="Để sau").click()
    expect(page).to_have_url(re.compile("/bang-dieu-hanh"))
    page.goto("/soan")
    expect(page.get_by_text("Chưa có xác thực hai lớp")).to_be_visible()
    page.get_by_role("button", name="Thiết lập").click()
    expect(page.get_by_text("Thiết lập một lần, khoảng hai phút")).to_be_visible()
    # Nobody is led there twice, and nobody else is led there.
    page.goto("/")
    expect(page).to_have_url(re.compile("/bang-dieu-hanh"))
    teacher = person("lan")
    expect(teacher).to_have_url(re.compile("/tin-nhan"))
    teacher.goto("/soan")
    expect(teacher.get_by_text("Chưa có xác thực hai lớp")).to_have_count(0)


def test_who_lost_it_is_let_in_again_after_a_confirmation(committed_cast: Cast, site: Server, person: Open) -> None:
    cast = committed_cast
    head, clerk = cast.account(cast.hanh), cast.account(cast.thu)
    secret = enrol(head)
    enrol(clerk)
    hers = person(desk=True)
    enter(hers, head, code_of(secret))
    an_hour_later()

    hers.goto(f"/them/tai-khoan/{cast.thu.pk}")
    expect(hers.get_by_text("Đã bật xác thực hai lớp")).to_be_visible()
    hers.get_by_role("button", name="Mất mã hai lớp").click()
    hers.get_by_role("dialog").get_by_role("button", name="Mở lại").click()
    sheet = hers.get_by_role("dialog", name="Xác nhận một lần nữa")
    expect(sheet).to_be_visible()
    assert Authenticator.objects.filter(user=clerk, type="totp").exists()
    # Turned away, nothing is done; a wrong code, neither.
    sheet.get_by_role("button", name="Hủy").click()
    expect(hers.get_by_text("Hãy xác nhận lại")).to_be_visible()
    hers.get_by_role("dialog").get_by_role("button", name="Mở lại").click()
    sheet.get_by_label("Mã 6 số trong ứng dụng mã").fill("000000")
    sheet.get_by_role("button", name="Xác nhận").click()
    expect(sheet.get_by_text("Mã chưa đúng")).to_be_visible()
    assert faults(hers, hers.url) == []
    assert Authenticator.objects.filter(user=clerk, type="totp").exists()
    sheet.get_by_label("Mã 6 số trong ứng dụng mã").fill(code_of(secret, steps=1))
    sheet.get_by_role("button", name="Xác nhận").click()
    told = hers.get_by_role("dialog", name=f"Mã cho {cast.thu.name}")
    code = told.locator(".figures").inner_text()
    assert re.fullmatch(r"(\w{4}-){2}\w{4}", code)
    told.get_by_role("button", name="Đóng").click()
    expect(hers.get_by_text(f"{cast.hanh.name} mở lại")).to_be_visible()

    phone = person()
    enter(phone, clerk, code.lower())
    expect(phone.get_by_text("Thiết lập một lần, khoảng hai phút")).to_be_visible()
    phone.get_by_role("button", name="Dùng ứng dụng mã trên điện thoại").click()
    address = phone.get_by_role("link", name="Ứng dụng ở ngay máy này").get_attribute("href") or ""
    phone.get_by_label("Mã 6 số", exact=True).fill(code_of(parse_qs(urlsplit(address).query)["secret"][0]))
    phone.get_by_role("button", name="Bật xác thực hai lớp").click()
    expect(phone.get_by_role("heading", name="Mã dự phòng")).to_be_visible()
    assert secret_of(clerk)


@pytest.fixture
def with_passkeys(person: Open, site: Server) -> Callable[[], Page]:
    """A browser at a name (passkeys belong to one) whose device makes passkeys (WebAuthn, section 11)."""

    def opened() -> Page:
        page = person(base_url=f"http://localhost:{site.port}")
        wire = page.context.new_cdp_session(page)
        wire.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
        }
        wire.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        return page

    return opened


def test_a_passkey_signs_in_and_confirms(committed_cast: Cast, site: Server, with_passkeys: Callable[[], Page]) -> None:
    cast = committed_cast
    page = with_passkeys()
    sign_in(page, cast, cast.hanh)
    page.get_by_role("button", name="Dùng khóa truy cập").click()
    expect(page.get_by_role("heading", name="Mã dự phòng")).to_be_visible()
    page.get_by_role("button", name="Đã cất giữ").click()
    assert [row.type for row in Authenticator.objects.filter(type="webauthn")] == ["webauthn"]
    page.goto("/them")
    page.get_by_role("button", name="Đăng xuất").click()
    with page.expect_response(lambda answer: answer.request.method == "DELETE") as left:
        page.get_by_role("dialog").get_by_role("button", name="Đăng xuất").click()
    left.value.finished()
    page.wait_for_url(re.compile("/k$|/dang-nhap"))

    page.goto("/dang-nhap")
    page.get_by_label("Tên đăng nhập").fill(cast.account(cast.hanh).username)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.get_by_role("button", name="Dùng khóa truy cập").click()
    page.wait_for_url(lambda url: "dang-nhap" not in url)
    assert assured() == [True]

    an_hour_later()
    page.goto("/them/hai-lop")
    expect(page.get_by_text("Khóa truy cập, Chrome")).to_be_visible()
    page.get_by_role("button", name="Tạo mã mới").click()
    page.get_by_role("dialog").get_by_role("button", name="Tạo mã mới").click()
    sheet = page.get_by_role("dialog", name="Xác nhận một lần nữa")
    sheet.get_by_role("button", name="Dùng khóa truy cập").click()
    expect(page.get_by_role("heading", name="Mã dự phòng")).to_be_visible()
