"""Whose rights, and why: a head looks somebody up, denies a guardian whose phone shows the room, and ends it again."""

import datetime as dt
from collections.abc import Callable

from playwright.sync_api import Page, expect

from registry.models import Device, LocalOverride, Role
from registry.selectors import today
from rooms.models import Room
from tests.browser.axe import LOOK, at_every_size, faults
from tests.browser.test_two_people import write
from tests.cast import Cast
from tests.rooms.conftest import guardians_room, say
from tests.rooms.test_threads import start
from tests.wire import Server

Open = Callable[..., Page]
REASON = "Quyết định số 12 của tòa án"
HEADLINE = "Mai cả lớp mang áo mưa"


def look_up(page: Page, words: str, name: str) -> None:
    """From the settings to somebody's page."""
    page.goto("/them")
    page.get_by_role("link", name="Tài khoản").first.click()
    page.get_by_role("searchbox", name="Tìm theo tên").fill(words)
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def test_the_head_finds_somebody_without_tones_and_is_told_why(
    committed_cast: Cast, site: Server, person: Open
) -> None:
    start(committed_cast.hoa, committed_cast.an, committed_cast.hoa, committed_cast.lan)
    hanh = person("hanh")
    look_up(hanh, "pham thi hoa", "Phạm Thị Hoa")
    expect(hanh.get_by_text("Mẹ · do hồ sơ học sinh khai")).to_have_count(2)
    expect(hanh.get_by_text("Đang có quyền")).to_have_count(2)
    room = hanh.get_by_role("listitem").filter(has_text="Phụ huynh lớp 7A")
    room.get_by_role("button", name="Vì sao thấy").click()
    expect(room.get_by_text("Người giám hộ của Trần Minh An, Lớp 7A: do hồ sơ học sinh khai")).to_be_visible()
    thread = hanh.get_by_text("Trao đổi về Trần Minh An: Phạm Thị Hoa và Nguyễn Thị Lan")
    expect(thread).to_be_visible()
    expect(hanh.get_by_text("Chào cô")).to_have_count(0)
    # Back from a person the list is as it was.
    hanh.get_by_role("button", name="Quay lại").click()
    expect(hanh.get_by_role("searchbox", name="Tìm theo tên")).to_have_value("pham thi hoa")

    hanh.get_by_role("searchbox", name="Tìm theo tên").fill("")
    hanh.get_by_role("button", name="Giáo viên", exact=True).click()
    expect(hanh.get_by_role("link", name="Phạm Thị Hoa")).to_have_count(0)
    hanh.get_by_role("link", name="Nguyễn Thị Lan").click()
    room = hanh.get_by_role("listitem").filter(has_text="Phụ huynh lớp 7A")
    room.get_by_role("button", name="Vì sao thấy").click()
    expect(room.get_by_text("Giáo viên chủ nhiệm lớp 7A từ 01/01/2020")).to_be_visible()


def test_a_deny_takes_the_room_from_an_open_screen_and_its_end_brings_it_back(
    committed_cast: Cast, site: Server, person: Open
) -> None:
    cast = committed_cast
    room = guardians_room(cast.class_7a)
    say(cast.lan, room, HEADLINE)
    hoa, hanh = person("hoa"), person("hanh", desk=True)
    hoa.goto(f"/tin-nhan/{room.pk}")
    expect(hoa.get_by_text(HEADLINE)).to_be_visible()
    hoa.get_by_role("textbox").last.fill("Cháu không có áo mưa ạ")
    assert kept(hoa, cast.hoa.pk, room.pk) == [1, 1]

    look_up(hanh, "hoa", "Phạm Thị Hoa")
    hanh.get_by_role("button", name="Ngăn quyền").click()
    hanh.get_by_role("radio", name="Không là người giám hộ của Trần Minh An").check()
    hanh.get_by_role("textbox", name="Lý do").fill(REASON)
    hanh.get_by_label("Ngày xem lại", exact=True).fill((today() + dt.timedelta(days=90)).isoformat())
    # What happens is said before it is done.
    expect(hanh.get_by_text("1 phòng đóng lại:")).to_be_visible()
    expect(hanh.get_by_text("Người này chỉ thấy là không còn quyền, không thấy lý do.")).to_be_visible()
    hanh.get_by_role("button", name="Ngăn quyền").last.click()
    assert not LocalOverride.objects.exists()
    hanh.get_by_role("dialog").get_by_role("button", name="Ngăn ngay").click()
    expect(hanh.get_by_text("Đã ngăn quyền.")).to_be_visible()
    assert LocalOverride.objects.get().student_id == cast.an.pk

    expect(hoa.get_by_text("Không còn quyền xem")).to_be_visible(timeout=5_000)
    expect(hoa.get_by_text(HEADLINE)).to_have_count(0)
    assert kept(hoa, cast.hoa.pk, room.pk) == [0, 0]
    # What she wrote herself is hers, and why it happened is not hers to know.
    expect(hoa.get_by_text("Cháu không có áo mưa ạ")).to_be_visible()
    expect(hoa.get_by_text(REASON)).to_have_count(0)
    hoa.reload()
    expect(hoa.get_by_text("Cháu không có áo mưa ạ")).to_be_visible()
    hoa.goto("/tin-nhan")
    expect(hoa.get_by_role("link").filter(has_text="6B").first).to_be_visible()
    expect(hoa.get_by_role("link").filter(has_text="7A")).to_have_count(0)

    hanh.goto(f"/them/tai-khoan/{cast.hoa.pk}")
    expect(hanh.get_by_text("Đang bị ngăn").first).to_be_visible()
    hanh.goto("/them/tai-khoan/ngan-quyen")
    expect(hanh.get_by_text(REASON)).to_be_visible()
    hanh.get_by_role("button", name="Kết thúc", exact=True).click()
    hanh.get_by_role("textbox", name="Lý do kết thúc").fill("Tòa đã hủy")
    hanh.get_by_role("dialog").get_by_role("button", name="Kết thúc", exact=True).click()
    expect(hanh.get_by_text("Đã kết thúc. Quyền có lại ngay.")).to_be_visible()
    hanh.get_by_role("button", name="Đã kết thúc").click()
    expect(hanh.get_by_text("Tòa đã hủy")).to_be_visible()
    expect(hoa.get_by_role("link").filter(has_text="7A").first).to_be_visible(timeout=5_000)
    hoa.goto(f"/tin-nhan/{room.pk}")
    expect(hoa.get_by_text(HEADLINE)).to_be_visible()
    expect(hoa.get_by_role("textbox").last).to_have_value("Cháu không có áo mưa ạ")


def kept(page: Page, account: int, room: int) -> list[int]:
    """How many rooms of this number, and messages of it, this device's database holds."""
    counts: list[int] = page.evaluate(COUNT, [account, room])
    return counts


COUNT = """([account, room]) => new Promise((resolve, reject) => {
    const asked = indexedDB.open(`trong-truong-${account}`);
    asked.onerror = () => reject(asked.error);
    asked.onsuccess = () => {
        const stores = asked.result.transaction(["rooms", "messages"]);
        const rooms = stores.objectStore("rooms").count(room);
        const messages = stores.objectStore("messages").count(IDBKeyRange.bound([room, 0], [room, 1e15]));
        stores.oncomplete = () => { asked.result.close(); resolve([rooms.result, messages.result]); };
    };
})"""


def test_what_was_written_and_is_refused_waits_for_its_writer(committed_cast: Cast, site: Server, person: Open) -> None:
    """The line was away when the right ended: what she sent into the room comes back to her, and goes nowhere else."""
    cast = committed_cast
    room = guardians_room(cast.class_7a)
    hoa = person("hoa")
    hoa.goto(f"/tin-nhan/{room.pk}")
    expect(hoa.get_by_role("textbox").last).to_be_visible()
    hoa.context.set_offline(True)
    write(hoa, "Cho tôi hỏi giờ họp")
    hanh = person("hanh")
    deny_by_address(hanh, cast)
    hoa.context.set_offline(False)
    gone = hoa.get_by_text("Không còn quyền xem").or_(hoa.get_by_text("Không có nội dung này"))
    expect(gone.first).to_be_visible()
    expect(hoa.get_by_text("Cho tôi hỏi giờ họp")).to_be_visible()
    assert kept(hoa, cast.hoa.pk, room.pk) == [0, 0]
    assert room.messages.count() == 0
    hoa.goto("/tin-nhan")
    hoa.get_by_role("link", name="Có nội dung đã viết mà chưa gửi được").click()
    expect(hoa.get_by_text("Cho tôi hỏi giờ họp")).to_be_visible()
    hoa.get_by_role("button", name="Bỏ", exact=True).click()
    expect(hoa.get_by_text("Cho tôi hỏi giờ họp")).to_have_count(0)
    hoa.goto("/tin-nhan")
    expect(hoa.get_by_role("link").filter(has_text="6B").first).to_be_visible()
    expect(hoa.get_by_text("chưa gửi được")).to_have_count(0)


def deny_by_address(head: Page, cast: Cast) -> None:
    """The head's phone denies Hoa as An's guardian."""
    head.goto(f"/them/tai-khoan/{cast.hoa.pk}/ngan")
    head.get_by_role("radio", name="Không là người giám hộ của Trần Minh An").check()
    head.get_by_role("textbox", name="Lý do").fill(REASON)
    head.get_by_label("Ngày xem lại", exact=True).fill((today() + dt.timedelta(days=90)).isoformat())
    head.get_by_role("button", name="Ngăn quyền").last.click()
    head.get_by_role("dialog").get_by_role("button", name="Ngăn ngay").click()
    expect(head.get_by_text("Đã ngăn quyền.")).to_be_visible()


def test_one_does_not_decide_about_oneself_and_is_told_who_does(
    committed_cast: Cast, site: Server, person: Open
) -> None:
    cast = committed_cast
    thu = person("thu")
    thu.goto(f"/them/tai-khoan/{cast.thu.pk}")
    expect(thu.get_by_role("heading", name=cast.thu.name)).to_be_visible()
    expect(thu.get_by_role("button", name="Ngăn quyền")).to_have_count(0)
    # A clerk denies guardians; what staff may do is for the head.
    thu.goto(f"/them/tai-khoan/{cast.lan.pk}")
    expect(thu.get_by_role("heading", name=cast.lan.name)).to_be_visible()
    expect(thu.get_by_role("button", name="Ngăn quyền")).to_have_count(0)
    hanh = person("hanh")
    hanh.goto(f"/them/tai-khoan/{cast.thu.pk}/ngan")
    hanh.get_by_role("radio", name=f"Không có quyền ở {cast.school.name}").check()
    hanh.get_by_role("textbox", name="Lý do").fill("Kỷ luật")
    hanh.get_by_label("Ngày xem lại", exact=True).fill((today() + dt.timedelta(days=9)).isoformat())
    hanh.get_by_role("button", name="Ngăn quyền").last.click()
    hanh.get_by_role("dialog").get_by_role("button", name="Ngăn ngay").click()
    # Thu speaks for the same school: the commune decides.
    expect(hanh.get_by_role("alert")).to_contain_text("Cấp trên")
    assert not LocalOverride.objects.exists()


def test_the_office_signs_a_lost_phone_out(committed_cast: Cast, site: Server, person: Open) -> None:
    cast = committed_cast
    hoa, thu = person("hoa"), person("thu")
    hoa.goto("/tin-nhan")
    expect(hoa.get_by_role("link").filter(has_text="7A").first).to_be_visible()
    thu.goto(f"/them/tai-khoan/{cast.hoa.pk}")
    expect(thu.get_by_text("1 thiết bị đang đăng nhập")).to_be_visible()
    thu.get_by_role("button", name="Đăng xuất mọi thiết bị").click()
    thu.get_by_role("radio", name="Mất máy").check()
    thu.get_by_role("dialog").get_by_role("button", name="Đăng xuất", exact=True).click()
    expect(thu.get_by_text("Đã đăng xuất 1 thiết bị.")).to_be_visible()
    expect(thu.get_by_text("Không có thiết bị nào đang đăng nhập.")).to_be_visible()
    hoa.wait_for_url("**/dang-nhap", timeout=10_000)
    assert not Device.objects.filter(account__person=cast.hoa, ended_at=None).exists()


def test_others_find_no_way_there(committed_cast: Cast, site: Server, person: Open) -> None:
    cast = committed_cast
    Role.objects.filter(person=cast.quang).update(role="principal")
    quang = person("quang")
    look_up(quang, "", cast.van.name)
    quang.goto("/them/tai-khoan")
    quang.get_by_role("searchbox", name="Tìm theo tên").fill("hoa")
    expect(quang.get_by_text("Không tìm thấy ai")).to_be_visible()
    for path in (f"{cast.hoa.pk}", f"{cast.hoa.pk}/ngan"):
        quang.goto(f"/them/tai-khoan/{path}")
        expect(quang.get_by_text("Không có người này").or_(quang.get_by_text("Chưa tải được"))).to_be_visible()
        expect(quang.get_by_text("Phạm Thị Hoa")).to_have_count(0)
    lan = person("lan")
    lan.goto("/them")
    expect(lan.get_by_role("link", name="Thiết bị đăng nhập")).to_be_visible()
    expect(lan.get_by_role("link", name="Tài khoản")).to_have_count(0)
    lan.goto(f"/them/tai-khoan/{cast.hoa.pk}")
    expect(lan.get_by_text("Không có người này")).to_be_visible()


def test_an_officer_reads_the_rooms_of_a_unit_that_ended(committed_cast: Cast, site: Server, person: Open) -> None:
    from tests.people.test_archives import dissolve

    cast = committed_cast
    staff = Room.objects.get(key=f"staff:{cast.dong_sen.pk}")
    say(cast.phuc, staff, "Bàn giao trước cuối tháng")
    dissolve(cast, cast.dong_sen, cast.tan_son)
    son = person("son")
    son.goto("/tin-nhan")
    son.get_by_role("link", name="Phòng của đơn vị đã kết thúc").click()
    son.get_by_role("link").filter(has_text="Xã Đồng Sen").filter(has_text="Bàn giao").click()
    expect(son.get_by_text("Bàn giao trước cuối tháng").last).to_be_visible()
    expect(son.get_by_role("textbox")).to_have_count(0)
    # It stays open through a new list of rooms, and stands in none.
    son.reload()
    expect(son.get_by_text("Bàn giao trước cuối tháng").last).to_be_visible()
    son.goto("/tin-nhan")
    expect(son.get_by_role("link").first).to_be_visible()
    expect(son.get_by_text("Bàn giao")).to_have_count(0)
    hanh = person("hanh")
    hanh.goto("/tin-nhan")
    expect(hanh.get_by_role("link").first).to_be_visible()
    expect(hanh.get_by_text("Phòng của đơn vị đã kết thúc")).to_have_count(0)


@at_every_size
def test_no_screen_has_a_serious_fault(committed_cast: Cast, site: Server, person: Open, desk: bool) -> None:
    cast = committed_cast
    hanh = person("hanh", desk=desk)
    deny_by_address(hanh, cast)
    found: list[str] = []
    for theme, text in (("light", "1"), ("dark", "4")):
        hanh.evaluate(LOOK, ["vi", theme, text])
        for path in ("", f"/{cast.hoa.pk}", f"/{cast.an.pk}", f"/{cast.dung.pk}/ngan", "/ngan-quyen", "/987654"):
            hanh.goto(f"/them/tai-khoan{path}")
            found += faults(hanh, f"{theme} {path}")
        hanh.goto(f"/them/tai-khoan/{cast.hoa.pk}")
        for button in hanh.get_by_role("button", name="Vì sao thấy").all():
            button.click()
        found += faults(hanh, f"{theme} why")
    assert not found, "\n".join(found)
