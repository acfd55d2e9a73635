"""axe on every screen: nothing serious, on the phone and at the desk, in both languages, light and dark, and at text ×2."""

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from registry import activation
from rooms.models import Room
from tests.browser.conftest import Publish
from tests.cast import Cast
from tests.wire import ROOT, Server

AXE = (ROOT / "frontend/node_modules/axe-core/axe.min.js").read_text()
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
GRAVE = {"serious", "critical"}
# The slice of `make test`; `make prove` adds the rest of every combination.
LOOKS = [("vi", "light", "1")]
if os.environ.get("PROVE"):
    LOOKS = [(language, theme, text) for language in ("vi", "en") for theme in ("light", "dark") for text in ("1", "4")]

SCREENS = {
    "hoa": [
        "/thong-bao",
        "/thong-bao/{broadcast}",
        "/tin-nhan",
        "/tin-nhan/{room}",
        "/tin-nhan/hoi",
        "/con-toi",
        "/them",
    ],
    "lan": ["/tin-nhan", "/tin-nhan/{room}", "/lop", "/soan", "/them", "/them/thiet-bi"],
    "hanh": [
        "/bang-dieu-hanh",
        "/bang-dieu-hanh/{broadcast}",
        "/soan",
        "/soan/da-gui",
        "/thong-bao",
        "/them/hai-lop",
        "/them/hai-lop/thiet-lap",
    ],
}


@pytest.mark.prove
@pytest.mark.parametrize("desk", [False, True], ids=["phone", "desk"])
@pytest.mark.parametrize(("language", "theme", "text"), LOOKS)
def test_no_screen_has_a_serious_fault(
    committed_cast: Cast,
    site: Server,
    person: Callable[..., Page],
    publish: Publish,
    desk: bool,
    language: str,
    theme: str,
    text: str,
) -> None:
    cast = committed_cast
    room = Room.objects.get(kind="guardians", school_class=cast.class_7a).pk
    broadcast = publish("hanh", {"org": cast.school.pk}, urgency="khan")
    found: list[str] = []
    for name, paths in SCREENS.items():
        page = person(name, desk=desk)
        page.evaluate(LOOK, [language, theme, text])
        for path in paths:
            page.goto(path.format(room=room, broadcast=broadcast))
            found += faults(page, f"{name} {path}")
    nobody = person(desk=desk)
    for path in ("/dang-nhap", "/k", f"/k#{activation.issue(cast.hoa, by=None, school=cast.school)}"):
        nobody.goto(path)
        found += faults(nobody, f"nobody {path.partition('#')[0]}")
    assert not found, "\n".join(found)


# How this device shows things is kept under three keys.
LOOK = """([language, theme, text]) => {
    for (const [key, value] of Object.entries({ language, theme, text })) localStorage.setItem(`tt.${key}`, value);
}"""


def faults(page: Page, where: str) -> list[str]:
    """What axe finds on this screen that is serious or worse."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(400)
    # Injected by the protocol and not by a script tag: the page's own policy allows no foreign script.
    page.evaluate(AXE)
    result = page.evaluate("rules => axe.run(document, rules)", RULES)
    assert result["passes"], f"axe looked at nothing on {where}"
    return [
        f"{where}: {one['id']} ({one['impact']}): {one['nodes'][0]['html'][:160]}"
        for one in result["violations"]
        if one["impact"] in GRAVE
    ]
