"""Browsers in words."""

import pytest

from chatserver.signin.agents import names_of

# ruff: noqa: E501  as browsers write it
SEEN = [
    ("Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36", "Chrome", "Android"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1", "Safari", "iPhone"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 CriOS/130.0 Mobile/15E148 Safari/604.1", "Chrome", "iPhone"),
    ("Mozilla/5.0 (Linux; Android 13; CPH2531) Chrome/126.0 Mobile Safari/537.36 Zalo android/24100", "Zalo", "Android"),
    ("Mozilla/5.0 (Linux; Android 12) Chrome/126.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/485.0]", "Facebook", "Android"),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge", "Windows"),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) coc_coc_browser/130.0 Chrome/124.0 Safari/537.36", "Cốc Cốc", "Windows"),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.5 Safari/605.1.15", "Safari", "Mac"),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox", "Linux"),
    ("Mozilla/5.0 (Linux; Android 14) SamsungBrowser/26.0 Chrome/122.0 Mobile Safari/537.36", "Samsung Internet", "Android"),
    ("curl/8.5.0", "", ""),
    ("", "", ""),
    ("<script>alert(1)</script>", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("agent", "browser", "system"), SEEN)
def test_a_browser_is_named_as_its_owner_knows_it(agent: str, browser: str, system: str) -> None:
    assert names_of(agent) == (browser, system)
