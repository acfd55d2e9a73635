"""What people do when they write a notice or decide on one: sign in as who may, choose to whom, write, confirm."""

from django.conf import settings
from playwright.sync_api import Page, expect

from tests.assured import assure, code_of, enrol
from tests.cast import PASSWORD, Cast
from tests.wire import session_for

TITLE = "Nghỉ học ngày mai do mưa lũ"
BODY = "Nước sông đang lên. Gia đình giữ con ở nhà."
# The seconds of undo, and time for a slow machine besides.
LEAVES = 25_000


def officer(page: Page, cast: Cast, name: str) -> Page:
    """Signed in with a second factor just given in this browser, as who may send beyond a class is; through the doors
    themselves goes test_second_factor.py."""
    who = cast.people()[name]
    enrol(cast.account(who))
    key = session_for(cast, who)
    assure(key, browser=f"browser-{id(page.context)}")
    page.goto("/livez")
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": page.url, "httpOnly": True}])
    page.goto("/")
    return page


def officer_at_the_door(page: Page, cast: Cast, name: str) -> Page:
    """The same through the doors, with the mark that the server gives this browser."""
    account = cast.account(cast.people()[name])
    secret = enrol(account)
    page.goto("/dang-nhap")
    page.get_by_label("Tên đăng nhập").fill(account.username)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.locator("input[name=totp]").fill(code_of(secret))
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(lambda url: "dang-nhap" not in url)
    return page


def address_to(page: Page, name: str) -> None:
    """Chooses a unit or class by searching for it."""
    page.get_by_role("button", name="Đối tượng").click()
    page.get_by_role("dialog").get_by_role("searchbox").fill(name)
    page.get_by_role("dialog").get_by_role("button", name=name).first.click()


def write(page: Page, *, title: str = TITLE, body: str = BODY, heading: str = "Trích yếu") -> None:
    """Fills in the words."""
    page.get_by_label(heading, exact=True).fill(title)
    page.get_by_label("Nội dung", exact=True).fill(body)


def choose(page: Page, of: str, value: str) -> None:
    """One of a few that stand side by side: choose(page, "Độ khẩn", "Hỏa tốc")."""
    page.get_by_role("group", name=of).get_by_text(value, exact=True).click()


def confirm(page: Page, verb: str) -> None:
    """The last question, once it is counted."""
    page.get_by_role("dialog").get_by_role("button", name=verb, exact=True).click()


def saved(page: Page) -> None:
    """The server has every word that was typed so far."""
    expect(page.get_by_text("Đã lưu nháp")).to_be_visible()
