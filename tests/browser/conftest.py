"""Phones and desks: browsers of several people, each with its own storage, on one server."""

import os
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from broadcasts import actions
from broadcasts.content import content_from
from registry.models import Person
from tests import services
from tests.cast import PASSWORD, Cast
from tests.wire import ROOT, Server, serving, session_for

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE = {"viewport": {"width": 360, "height": 640}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
DESK = {"viewport": {"width": 1280, "height": 800}}
# How long a page may take to show something is for the bench to say. Here three browsers and their servers share two cores.
expect.set_options(timeout=15_000)


# A browser a file, not one a session: while it runs, its loop is this thread's, and coroutine tests have no room.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser; each person gets a context of their own in it."""
    # Playwright's loop runs in this thread beside plain test code: the ORM's guard against async callers does not apply.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=services.chromium(), args=FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def site(committed_cast: Cast) -> Iterator[Server]:
    """The server as `make run` starts it, with the app built."""
    assert (ROOT / "frontend/dist/index.html").exists(), "the app is not built: make setup"
    with serving() as running:
        yield running


@pytest.fixture
def person(chromium: Browser, site: Server, committed_cast: Cast) -> Iterator[Callable[..., Page]]:
    """Opens a browser for somebody: person("hoa") is signed in and at home, person() is nobody yet."""
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def open_browser(name: str = "", *, desk: bool = False, **options: Any) -> Page:
        here = {"base_url": site.url, "locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh"}
        context = chromium.new_context(**{**here, **(DESK if desk else PHONE), **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda line: troubles.append(line.text) if "Content Security Policy" in line.text else None)
        if name:
            # As the form leaves it (test_second_factor.py and test_two_people.py go through the doors): that took a fifth of
            # the time of all that people do in browsers here.
            key = session_for(committed_cast, committed_cast.people()[name])
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": site.url, "httpOnly": True}]
            )
            page.goto("/")
        return page

    yield open_browser
    for context in contexts:
        context.close()
    assert not troubles, f"the pages reported errors: {troubles}"


Publish = Callable[..., int]


@pytest.fixture
def publish(committed_cast: Cast) -> Publish:
    """Publishes a notice by somebody of the cast: publish("hanh", {"org": 3}, urgency="khan"); its id."""

    def by(name: str, audience: dict[str, int], **fields: Any) -> int:
        notice = {
            "audience": audience,
            "roles": ["guardians"],
            "kind": "thong_tin",
            "urgency": "thuong",
            "title": "Họp phụ huynh",
            "body": "Kính mời gia đình dự họp lúc 7 giờ 30 Chủ nhật.",
            "wants_acknowledgement": True,
            **fields,
        }
        author = committed_cast.people()[name]
        return actions.publish(author, content_from(notice), client_broadcast_id=uuid.uuid4())[0].pk

    return by


def sign_in(page: Page, cast: Cast, who: Person) -> None:
    """By name and password, as staff do."""
    account = cast.account(who)
    page.goto("/dang-nhap")
    page.get_by_label("Tên đăng nhập").fill(account.username)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(lambda url: "dang-nhap" not in url)
