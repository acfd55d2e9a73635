"""Photographs, documents and voices in a conversation: there for whoever may read it, through cuts, and for nobody else."""

import os
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect, sync_playwright

from rooms.models import File, Message, Room, Upload
from tests import services
from tests.browser.axe import faults
from tests.browser.conftest import FLAGS
from tests.cast import Cast
from tests.files import making
from tests.wire import Server

Open = Callable[..., Page]
# A microphone that beeps, and nobody to ask.
SPOKEN = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
ENOUGH = 300_000


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """As everywhere, with a microphone."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=services.chromium(), args=FLAGS + SPOKEN)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def choose(page: Page, entry: str, *files: dict[str, object]) -> None:
    """By the sheet behind the plus."""
    page.get_by_role("button", name="Thêm ảnh, tệp").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("dialog").get_by_role("button", name=re.compile(f"^{entry}")).click()
    chooser.value.set_files(list(files))  # type: ignore[arg-type]


def photograph(name: str = "IMG_0001.jpg", width: int = 2_400, height: int = 1_600) -> dict[str, object]:
    """Four megabytes, as a telephone makes them; or less, and still too much for a bad line."""
    return {"name": name, "mimeType": "image/jpeg", "buffer": making.saved(making.noise(width, height), quality=95)}


def send(page: Page, text: str = "") -> None:
    """With these words."""
    if text:
        page.get_by_role("textbox").last.fill(text)
    page.get_by_role("button", name="Gửi", exact=True).click()


def opened(person: Open, room: Room, *names: str) -> list[Page]:
    """This room, in a browser of each."""
    pages = [person(name) for name in names]
    for page in pages:
        page.goto(f"/tin-nhan/{room.pk}")
        expect(page.get_by_role("textbox").last).to_be_visible()
    return pages


def fits(page: Page) -> bool:
    """Nothing leaves the screen sideways."""
    fitting: bool = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    return fitting


def test_a_photograph_goes_small_and_is_seen_by_those_in_the_room_alone(
    committed_cast: Cast, site: Server, person: Open
) -> None:
    room = Room.objects.get(kind="guardians", school_class=committed_cast.class_7a)
    lan, hoa = opened(person, room, "lan", "hoa")
    sent: list[int] = []

    def note(request: Request) -> None:
        if request.method == "PATCH":
            sent.append(len(request.post_data_buffer or b""))

    lan.on("request", note)
    choose(lan, "Ảnh", photograph())
    expect(lan.get_by_text(re.compile(r"1 tệp, \d+ KB"))).to_be_visible()
    assert faults(lan, "a photograph chosen") == []
    send(lan, "Bài 3 các con làm hôm nay")
    picture = hoa.get_by_role("button", name="Xem ảnh 1 trên 1")
    expect(picture.locator("img")).to_be_visible()
    assert 0 < sum(sent) <= ENOUGH
    assert fits(hoa)

    # Looked at over the whole screen, and saved.
    picture.click()
    whole = hoa.get_by_role("dialog").locator("img")
    expect(whole).to_have_js_property("naturalWidth", File.objects.get().width)
    assert faults(hoa, "a photograph looked at") == []
    with hoa.expect_download() as saved:
        hoa.get_by_role("dialog").get_by_role("button", name="Tải về").click()
    assert saved.value.suggested_filename.endswith(".jpg")
    hoa.get_by_role("button", name="Đóng").click()

    # Kept: a page without a line shows it.
    hoa.evaluate("navigator.serviceWorker.ready.then(() => true)")
    hoa.reload()
    expect(picture).to_be_visible()
    hoa.context.set_offline(True)
    hoa.reload()
    expect(picture.locator("img")).to_be_visible()

    # A guardian of another class has a pass, and it opens nothing here.
    van = person("van")
    van.goto("/tin-nhan")
    while "csrf" not in {cookie["name"] for cookie in van.context.cookies()}:
        van.wait_for_timeout(50)
    status = van.evaluate(
        """async id => {
            const headers = {"X-CSRFToken": /csrf=([^;]*)/.exec(document.cookie)[1]};
            const {pass} = await (await fetch("/api/files/pass", {method: "POST", headers})).json();
            const asked = {credentials: "omit", headers: {Authorization: `Bearer ${pass}`}};
            return (await fetch(`/f/${id}`, asked)).status;
        }""",
        File.objects.get().pk,
    )
    assert status == 404

    # Taken back, it is gone from the screens as well.
    lan.locator("article").filter(has_text="Bài 3 các con").locator(".text").click()
    for _confirmed in range(2):
        lan.get_by_role("dialog").get_by_role("button", name="Thu hồi", exact=True).click()
    hoa.context.set_offline(False)
    expect(hoa.locator(".removed")).to_be_visible()
    expect(picture).to_have_count(0)


def test_two_photographs_survive_a_cut_and_a_reload_on_their_way(
    committed_cast: Cast, site: Server, person: Open
) -> None:
    room = Room.objects.get(kind="guardians", school_class=committed_cast.class_7a)
    (hoa,) = opened(person, room, "hoa")
    pieces: list[Route] = []

    def cut(route: Route) -> None:
        if route.request.method == "PATCH":
            pieces.append(route)
        if len(pieces) <= 2:
            route.continue_()
        else:
            route.abort()

    hoa.route("**/api/uploads/*", cut)
    choose(hoa, "Ảnh", *(photograph(f"IMG_{number}.jpg", 900, 700) for number in (1, 2)))
    expect(hoa.get_by_text(re.compile("2 tệp"))).to_be_visible(timeout=30_000)
    send(hoa, "Hai trang vở của con")
    expect(hoa.get_by_text(re.compile(r"\d+ / \d+ KB"))).to_be_visible()
    while len(pieces) <= 2:
        hoa.wait_for_timeout(50)
    hoa.reload()
    expect(hoa.get_by_text("Hai trang vở của con")).to_be_visible()
    expect(hoa.locator("article img")).to_have_count(2)
    assert Message.objects.count() == 0
    had = Upload.objects.get()
    assert 0 < had.offset < had.length
    hoa.unroute("**/api/uploads/*")
    expect(hoa.get_by_text("Đã gửi")).to_be_visible(timeout=40_000)
    # What was on its way went on: it was not begun again.
    assert Upload.objects.count() == 2
    names = File.objects.filter(message=Message.objects.get()).order_by("position").values_list("name", flat=True)
    assert [*names] == ["IMG_1.jpg", "IMG_2.jpg"]


def test_what_was_said_is_heard_again_before_it_goes_and_by_the_other(
    committed_cast: Cast, site: Server, person: Open
) -> None:
    room = Room.objects.get(kind="guardians", school_class=committed_cast.class_7a)
    lan, hoa = opened(person, room, "lan", "hoa")
    button = lan.get_by_role("button", name="Giữ để ghi tin nhắn thoại")
    box = button.bounding_box()
    assert box
    lan.mouse.move(box["x"] + 20, box["y"] + 20)
    # Slid away from: nothing stays.
    lan.mouse.down()
    expect(lan.get_by_text(re.compile("còn 5[0-9] giây"))).to_be_visible()
    lan.mouse.move(box["x"] - 120, box["y"] + 20)
    expect(lan.get_by_text("Thả tay để hủy")).to_be_visible()
    lan.mouse.up()
    expect(lan.get_by_role("group", name=re.compile("Tin nhắn thoại"))).to_have_count(0)

    # By keyboard as by finger.
    button.focus()
    lan.keyboard.down(" ")
    expect(lan.get_by_text(re.compile("còn 5[0-8] giây"))).to_be_visible()
    lan.keyboard.up(" ")
    ready = lan.get_by_role("group", name="Nghe lại rồi gửi")
    expect(ready).to_contain_text(re.compile(r"0:0\d · \d+ KB"))
    ready.get_by_role("button", name="Nghe", exact=True).click()
    expect(ready.get_by_role("slider")).to_have_attribute("aria-valuetext", "0:01")
    assert faults(lan, "a voice before it goes") == []
    lan.reload()
    lan.get_by_role("button", name="Gửi tin nhắn thoại").click()

    voice = hoa.get_by_role("group", name=re.compile("Tin nhắn thoại, [1-9]"))
    expect(voice).to_be_visible()
    assert File.objects.get().media_type == "audio/mp4"
    voice.get_by_role("button", name="Nghe", exact=True).click()
    expect(voice.get_by_role("slider")).to_have_attribute("aria-valuetext", "0:01")
    voice.get_by_role("button", name="Tốc độ 1×").click()
    expect(voice.get_by_role("button", name="Tốc độ 1,5×")).to_be_visible()
    assert fits(hoa)
    assert faults(hoa, "a voice") == []


def test_a_bad_file_is_refused_and_the_words_stay(committed_cast: Cast, site: Server, person: Open) -> None:
    room = Room.objects.get(kind="guardians", school_class=committed_cast.class_7a)
    (hoa,) = opened(person, room, "hoa")
    lie: dict[str, object] = {"name": "don-xin-phep.pdf", "mimeType": "application/pdf", "buffer": making.archive()}
    good: dict[str, object] = {
        "name": "Phiếu ôn tập.pdf",
        "mimeType": "application/pdf",
        "buffer": making.pdf(making.document()),
    }
    choose(hoa, "Tệp", good, lie)
    send(hoa, "Gửi cô đơn của con ạ")
    why = hoa.get_by_role("alert").filter(has_text="don-xin-phep.pdf")
    expect(why).to_contain_text("không đúng như tên tệp")
    expect(why).to_contain_text("Bấm Sửa")
    assert Message.objects.count() == 0
    hoa.get_by_role("button", name="Sửa", exact=True).click()
    expect(hoa.get_by_role("textbox").last).to_have_value("Gửi cô đơn của con ạ")
    send(hoa)
    expect(hoa.get_by_text("Đã gửi")).to_be_visible()
    row = hoa.get_by_role("button", name=re.compile("Phiếu ôn tập.pdf"))
    with hoa.expect_download() as saved:
        row.click()
    assert saved.value.suggested_filename == "Phiếu ôn tập.pdf"
    assert [*File.objects.exclude(message=None).values_list("name", flat=True)] == ["Phiếu ôn tập.pdf"]
