"""A browser in words that its owner recognises in the list of devices."""

import re

# Order matters: every browser claims to be several others.
_BROWSERS = (
    (r"Zalo", "Zalo"),
    (r"FBAN|FBAV|FB_IAB", "Facebook"),
    (r"EdgA?/|EdgiOS/", "Edge"),
    (r"OPR/|Opera", "Opera"),
    (r"coc_coc_browser", "Cốc Cốc"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"CriOS/|Chrome/|Chromium/", "Chrome"),
    (r"Safari/", "Safari"),
)
_SYSTEMS = (
    (r"iPhone", "iPhone"),
    (r"iPad", "iPad"),
    (r"Android", "Android"),
    (r"Windows", "Windows"),
    (r"CrOS", "Chromebook"),
    (r"Mac OS X|Macintosh", "Mac"),
    (r"Linux", "Linux"),
)


def names_of(user_agent: str) -> tuple[str, str]:
    """(browser, system), each empty where the user agent does not say. Only known names: it is shown to people."""
    return _first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent)


def _first(table: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for pattern, name in table if re.search(pattern, text)), "")
