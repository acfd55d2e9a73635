"""In-app browsers hand over with the code kept; an iPhone is led to its home screen; nothing is used up on the way."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from registry import activation
from registry.models import ActivationCode
from tests.cast import Cast
from tests.wire import Server

ANDROID = (
    "Mozilla/5.0 (Linux; Android 13; SM-A145F; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Version/4.0 Chrome/124.0 Mobile Safari/537.36"
)
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
IN_APP = {
    "zalo-android": (f"{ANDROID} Zalo android/24050100 ZaloTheme/light", "Chrome"),
    "facebook-android": (f"{ANDROID} [FB_IAB/FB4A;FBAV/465.0.0.0;]", "Chrome"),
    "zalo-iphone": (f"{IPHONE} Mobile/15E148 Zalo iOS/591 ZaloTheme/light", "Safari"),
    "facebook-iphone": (f"{IPHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/465.0;FBDV/iPhone14,5]", "Safari"),
}
SAFARI = f"{IPHONE} Version/17.5 Mobile/15E148 Safari/604.1"


@pytest.mark.parametrize("name", IN_APP)
def test_an_in_app_browser_hands_over_with_the_code_kept(
    committed_cast: Cast, site: Server, person: Callable[..., Page], name: str
) -> None:
    agent, browser = IN_APP[name]
    code = activation.issue(committed_cast.hoa, by=None, school=committed_cast.school)
    page = person(user_agent=agent)
    page.goto(f"/k#{code}")
    expect(page.get_by_role("heading", name=f"Mở bằng {browser}")).to_be_visible()
    expect(page.get_by_text("chưa dùng tới")).to_be_visible()
    assert code in page.url
    if browser == "Chrome":
        handed = page.get_by_role("link", name="Mở bằng Chrome").get_attribute("href") or ""
        assert handed.startswith("intent://")
        assert f"/k#{code}#Intent;" in handed
        assert "com.android.chrome" in handed
    expect(page.get_by_role("button", name="Đúng là tôi")).to_have_count(0)
    assert ActivationCode.objects.get().used_at is None


def test_an_iphone_is_led_to_its_home_screen_before_notifications(
    committed_cast: Cast, site: Server, person: Callable[..., Page]
) -> None:
    code = activation.issue(committed_cast.hoa, by=None, school=committed_cast.school)
    page = person(user_agent=SAFARI)
    page.goto(f"/k#{code}")
    page.get_by_role("button", name="Đúng là tôi").click()
    expect(page.get_by_text("Thêm vào MH chính")).to_be_visible()
    expect(page.get_by_text(code[:4]).first).to_be_visible()
    assert ActivationCode.objects.get().used_at is None


@pytest.mark.parametrize(
    ("language", "code", "said"),
    [
        ("vi-VN", "2222-3333-4444", "Mã"),
        ("en-GB", "2222-3333-4444", "code"),
    ],
)
def test_an_unknown_code_is_refused_in_the_readers_language(
    committed_cast: Cast, site: Server, person: Callable[..., Page], language: str, code: str, said: str
) -> None:
    page = person(locale=language)
    page.goto("/k")
    if language.startswith("en"):
        page.get_by_role("button", name="English").or_(page.get_by_text("English")).first.click()
    page.goto(f"/k#{code}")
    expect(
        page.get_by_role("alert").filter(has_text=said).or_(page.locator(".error").filter(has_text=said)).first
    ).to_be_visible()
