"""axe on every screen: nothing serious, on the phone and at the desk, in both languages, light and dark, and at text ×2."""

import random
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from broadcasts.questions import asking
from registry import activation
from rooms.models import Room
from tests.browser.axe import LOOK, at_every_size, faults
from tests.browser.conftest import Publish
from tests.cast import Cast
from tests.proofs import WHOLE
from tests.wire import Server

# The slice of `make test`; `make prove` adds the rest of every combination.
LOOKS = [("vi", "light", "1")]
if WHOLE:
    LOOKS = [(language, theme, text) for language in ("vi", "en") for theme in ("light", "dark") for text in ("1", "4")]

SCREENS = {
    "hoa": [
        "/thong-bao",
        "/thong-bao/{broadcast}",
        "/thong-bao/{broadcast}/hoi",
        "/tin-nhan",
        "/tin-nhan/{room}",
        "/tin-nhan/hoi",
        "/con-toi",
        "/them",
    ],
    "lan": [
        "/tin-nhan",
        "/tin-nhan/{room}",
        "/lop",
        "/soan",
        "/them",
        "/them/thiet-bi",
        "/them/cau-hoi",
        "/them/cau-hoi/{broadcast}",
    ],
    "hanh": [
        "/bang-dieu-hanh",
        "/bang-dieu-hanh/{broadcast}",
        "/soan",
        "/soan/nhap",
        "/soan/da-gui",
        "/thong-bao",
        "/tin-nhan/luu-tru",
        "/them/duyet",
        "/them/nhat-ky",
        "/them/nhat-ky/{broadcast}",
        "/them/mat-khau",
        "/them/them-thiet-bi",
        "/them/hai-lop",
        "/them/hai-lop/thiet-lap",
    ],
}


# Of each person some screens in every run, which ones by chance; `make prove` looks at all of them.
SOME = 4


@at_every_size
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
    asked = asking.Asked(client_message_id=uuid.uuid4(), student=cast.an.pk, body="Mấy giờ tập trung ạ?")
    asking.ask(cast.hoa, broadcast, asked)
    found: list[str] = []
    for name, paths in SCREENS.items():
        page = person(name, desk=desk)
        page.evaluate(LOOK, [language, theme, text])
        for path in paths if WHOLE else random.sample(paths, SOME):
            page.goto(path.format(room=room, broadcast=broadcast))
            found += faults(page, f"{name} {path}")
    nobody = person(desk=desk)
    for path in ("/dang-nhap", "/k", f"/k#{activation.issue(cast.hoa, by=None, school=cast.school)}"):
        nobody.goto(path)
        found += faults(nobody, f"nobody {path.partition('#')[0]}")
    assert not found, "\n".join(found)
