"""The documents say what the code does."""

import re
from pathlib import Path

from django.apps import apps

from realtime.commands import registered
from realtime.errors import Refusal
from realtime.frames import Event

ROOT = Path(__file__).resolve().parent.parent.parent
PROTOCOL = (ROOT / "docs/protocol.md").read_text()


def subclasses(base: type) -> set[type]:
    """Every subclass below `base`."""
    found = set(base.__subclasses__())
    return found.union(*(subclasses(one) for one in found)) if found else found


def test_every_refusal_code_is_in_the_protocol_page() -> None:
    assert apps.ready
    codes = {one.code for one in subclasses(Refusal) if not one.__module__.startswith("tests.")}  # type: ignore[attr-defined]
    assert len(codes) > 15
    missing = sorted(code for code in codes if f"`{code}`" not in PROTOCOL)
    assert not missing, f"docs/protocol.md section 7 does not say: {missing}"


def test_every_order_is_in_the_protocol_page() -> None:
    assert "message.post" in registered
    missing = sorted(name for name in registered if not name.startswith("toy.") and f"`{name}`" not in PROTOCOL)
    assert not missing, f"docs/protocol.md section 6 does not say: {missing}"


def test_every_event_is_in_the_protocol_page() -> None:
    tags = {
        str(one.__struct_config__.tag)  # type: ignore[attr-defined]
        for one in subclasses(Event)
        if not one.__module__.startswith("tests.")
    } - {"None"}
    assert "message.posted" in tags
    missing = sorted(tag for tag in tags if f"`{tag}`" not in PROTOCOL)
    assert not missing, f"docs/protocol.md section 6 does not say: {missing}"


def test_every_setting_is_in_the_example() -> None:
    read = set()
    for path in (ROOT / "chatserver/settings.py", ROOT / "chatserver/env.py"):
        read |= set(re.findall(r'(?:env\.\w+|secret)\(\s*"([A-Z_]+)"', path.read_text()))
    assert "DATABASE_URL" in read
    example = (ROOT / ".env.example").read_text()
    missing = sorted(name for name in read if f"{name}=" not in example)
    assert not missing, f".env.example does not say: {missing}"


def test_every_make_target_that_documents_name_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in ("README.md", "CONTRIBUTING.md", "docs/operations.md"):
        named = set(re.findall(r"`make ([a-z-]+)`", (ROOT / page).read_text()))
        assert named <= targets, f"{page} names {sorted(named - targets)}"


def test_every_link_between_documents_leads_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
