"""axe, asked about the screen that a page shows."""

from collections.abc import Mapping
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.proofs import WHOLE
from tests.wire import ROOT

AXE = (ROOT / "frontend/node_modules/axe-core/axe.min.js").read_text()
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
GRAVE = {"serious", "critical"}


def at_every_size(test):
    """Gives a test `desk`: the phone in every run, the desk too when the proofs are run whole."""
    sizes = [False, True] if WHOLE else [False]
    named = pytest.mark.parametrize("desk", sizes, ids=["phone", "desk"][: len(sizes)])
    return pytest.mark.prove(named(test))


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


def at_both_sizes(page: Page, where: str, *, start: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """What axe finds on this screen, on the phone and at the desk; it is left as it was."""
    found = faults(page, where)
    page.set_viewport_size(other["viewport"])
    found += faults(page, f"{where}, the other size")
    page.set_viewport_size(start["viewport"])
    return found
