"""Data updates as people make them: upload, look, decide, take back; with one person, with two, and with a spreadsheet."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from registry.models import Org, OrgClosure, OrgParent, Person, Source
from registry.sync.run import Request, sync_package
from tests.browser.axe import LOOK, at_every_size, faults
from tests.cast import Cast
from tests.registry.parcel import Parcel
from tests.registry_sheets.sheets import PUPILS, write
from tests.wire import Server

CODE = "24240501"
PUPILS_8A = 40
Open = Callable[..., Page]


def of_school(pupils: int = PUPILS_8A) -> Parcel:
    """A class of the school with its pupils, whom nobody else knows; it brings no orgs."""
    parcel = Parcel()
    parcel.session("nam")
    parcel.add("courses", "toan", title="Toán 8", orgSourcedId=CODE)
    parcel.school_class("8a", CODE)
    for number in range(pupils):
        parcel.person(f"hs{number}", "student", CODE, familyName="Vi", givenName=f"Lan{number:02}"[:3] + "g")
        parcel.enrol(f"hs{number}", "8a", CODE)
    return parcel


@pytest.fixture
def source(committed_cast: Cast) -> Source:
    """The school's own packages, beside the province's."""
    Org.objects.filter(pk=committed_cast.school.pk).update(identifier=CODE)
    return Source.objects.create(name="Gói của trường", scope_org=committed_cast.school)


def send(page: Page, path: Path) -> None:
    """Choose the file in the app's own picker; its update opens."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Chọn tệp").click()
    chooser.value.set_files(path)
    page.wait_for_url(re.compile(r"/them/cap-nhat/\d+/\d+"))


def write_parcel(parcel: Parcel, folder: Path, name: str = "goi.zip") -> Path:
    return parcel.write(folder / name, skip=() if parcel.rows["orgs"] else ("orgs",))


def give_reason(page: Page, label: str, text: str) -> None:
    page.get_by_label(label).fill(text)


def test_a_head_uploads_looks_applies_and_takes_back(
    source: Source, site: Server, person: Open, tmp_path: Path
) -> None:
    hanh = person("hanh")
    hanh.goto("/them")
    hanh.get_by_role("link", name="Cập nhật dữ liệu").click()
    # She has one source, and so is there at once.
    expect(hanh.get_by_text("Chưa có lần nào")).to_be_visible()

    first = of_school()
    first.row("users", "hs3")["enabledUser"] = "có"
    send(hanh, write_parcel(first, tmp_path))
    expect(hanh.get_by_text("Trong ngưỡng an toàn.")).to_be_visible(timeout=30_000)
    expect(hanh.get_by_text("Bước 3/4")).to_be_visible()
    pupils = hanh.get_by_role("article").filter(has_text="Học sinh").first
    expect(pupils).to_contain_text("39")
    expect(hanh.get_by_role("heading", name="Xung đột dữ liệu")).to_be_visible()
    expect(hanh.get_by_text("users.csv · enabledUser")).to_be_visible()
    assert not Person.objects.filter(source=source).exists()
    hanh.get_by_role("button", name="Áp dụng").click()
    expect(hanh.get_by_text("đã có hiệu lực ngay")).to_be_visible(timeout=30_000)
    assert Person.objects.filter(source=source).count() == PUPILS_8A - 1

    # The next one lacks most of the class: it is held until she has looked and said why.
    hanh.get_by_role("button", name="Quay lại").click()
    send(hanh, write_parcel(of_school(24), tmp_path))
    expect(hanh.get_by_text("Đang giữ lại, chưa thay đổi gì.")).to_be_visible(timeout=30_000)
    expect(hanh.get_by_role("button", name="Áp dụng")).to_be_disabled()
    give_reason(hanh, "Lý do áp dụng", "15 em chuyển trường")
    expect(hanh.get_by_role("button", name="Áp dụng")).to_be_disabled()
    hanh.get_by_role("button", name=re.compile(r"Xem \d chỗ")).click()
    expect(hanh.get_by_role("heading", name="Chỗ vượt ngưỡng an toàn")).to_be_visible()
    hanh.get_by_role("button", name="Áp dụng").click()
    expect(hanh.get_by_text("15 em chuyển trường")).to_be_visible(timeout=30_000)
    expect(hanh.get_by_text("đã có hiệu lực ngay")).to_be_visible()
    assert Person.objects.filter(source=source, status="active").count() == 24

    hanh.get_by_role("button", name="Hoàn tác").click()
    dialog = hanh.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Hoàn tác")).to_be_disabled()
    dialog.get_by_label("Lý do hoàn tác").fill("gửi nhầm tệp")
    dialog.get_by_role("button", name="Hoàn tác").click()
    expect(hanh.get_by_text("gửi nhầm tệp")).to_be_visible(timeout=30_000)
    assert Person.objects.filter(source=source, status="active").count() == PUPILS_8A - 1


def test_a_broken_file_says_why_and_what_to_do(source: Source, site: Server, person: Open, tmp_path: Path) -> None:
    thu = person("thu")
    thu.goto(f"/them/cap-nhat/{source.pk}")
    path = write_parcel(of_school(), tmp_path)
    path.write_bytes(path.read_bytes()[:400])
    send(thu, path)
    expect(thu.get_by_text("Không dùng được, chưa thay đổi gì.")).to_be_visible(timeout=30_000)
    expect(thu.get_by_text("Hãy xuất lại").first).to_be_visible()
    thu.get_by_role("link", name="Gửi tệp khác").click()
    expect(thu.get_by_role("button", name="Chọn tệp")).to_be_visible()
    expect(thu.get_by_text("Không dùng được")).to_be_visible()


def test_whoever_leaves_finds_the_update_again_on_another_device(
    source: Source, site: Server, person: Open, tmp_path: Path
) -> None:
    hanh = person("hanh")
    hanh.goto(f"/them/cap-nhat/{source.pk}")
    send(hanh, write_parcel(of_school(), tmp_path))
    desk = person("hanh", desk=True)
    desk.goto("/them/cap-nhat")
    desk.get_by_role("link", name=re.compile("Chờ áp dụng")).first.click(timeout=30_000)
    desk.get_by_role("button", name="Từ chối").click()
    dialog = desk.get_by_role("dialog")
    dialog.get_by_label("Lý do từ chối").fill("chưa đủ lớp")
    dialog.get_by_role("button", name="Từ chối").click()
    expect(desk.get_by_text("chưa đủ lớp")).to_be_visible()
    hanh.reload()
    expect(hanh.get_by_text("chưa đủ lớp")).to_be_visible()
    assert not Person.objects.filter(source=source).exists()


@pytest.fixture
def province(committed_cast: Cast, tmp_path: Path) -> tuple[Source, Parcel]:
    """What the Sở brings of its own: two communes that nobody else has."""
    Org.objects.filter(pk=committed_cast.so.pk).update(identifier="SO")
    source = Source.objects.create(name="CSDL tỉnh", scope_org=committed_cast.so)
    parcel = Parcel()
    parcel.session("nam")
    parcel.org("xa8", "local", "SO")
    parcel.org("xa9", "local", "SO")
    parcel.add("courses", "toan", title="Toán", orgSourcedId="xa8")
    parcel.school_class("x", "xa8")
    parcel.person("vien", "aide", "xa8")
    parcel.enrol("vien", "x", "xa8", "administrator")
    outcome = sync_package(Request(parcel.write(tmp_path / "dau.zip"), apply=True, source=source.name))
    assert outcome.run.state == "applied", list(outcome.issues.kept)
    return source, parcel


def test_a_province_takes_two(province: tuple[Source, Parcel], site: Server, person: Open, tmp_path: Path) -> None:
    source, parcel = province
    son = person("son", desk=True)
    parcel.drop("orgs", "xa9")
    son.goto(f"/them/cap-nhat/{source.pk}")
    send(son, parcel.write(tmp_path / "giu.zip"))
    expect(son.get_by_text("cần người thứ hai")).to_be_visible(timeout=30_000)
    son.get_by_role("button", name="Xem 1 chỗ").click()
    give_reason(son, "Lý do áp dụng", "sáp nhập hai xã")
    son.get_by_role("button", name="Trình duyệt").click()
    expect(son.get_by_text("Chờ người thứ hai")).to_be_visible()
    expect(son.get_by_role("button", name="Trình duyệt")).to_have_count(0)
    assert Org.objects.get(sourced_id="xa9").status == "active"

    # The other one is told on the first screen, and in the side navigation.
    ha = person("ha", desk=True)
    expect(ha.get_by_text("1 lần cập nhật dữ liệu đang giữ lại")).to_be_visible()
    ha.get_by_role("navigation").get_by_role("link", name=re.compile("Cập nhật dữ liệu")).click()
    ha.get_by_role("link", name=re.compile("CSDL tỉnh")).click()
    ha.get_by_role("link", name=re.compile("Đang giữ lại")).click()
    expect(ha.get_by_text("sáp nhập hai xã")).to_be_visible()
    ha.get_by_role("button", name="Xem 1 chỗ").click()
    give_reason(ha, "Lý do áp dụng", "đã đối chiếu nghị quyết")
    ha.get_by_role("button", name="Duyệt và áp dụng").click()
    expect(ha.get_by_text("đã có hiệu lực ngay")).to_be_visible(timeout=30_000)
    assert Org.objects.get(sourced_id="xa9").status == "tobedeleted"
    expect(son.get_by_text("Chờ người thứ hai")).to_be_visible()
    son.reload()
    expect(son.get_by_text("đã đối chiếu nghị quyết")).to_be_visible()


@pytest.fixture
def new_school(committed_cast: Cast) -> Org:
    """A school in Phúc's commune that nobody brings people of."""
    above = committed_cast.dong_sen
    school = Org.objects.create(
        source=committed_cast.source, sourced_id="thcs-moi", name="Trường THCS Hoa Ban", type="school"
    )
    OrgParent.objects.create(org=school, parent=above)
    OrgClosure.objects.create(ancestor=school, descendant=school, depth=0)
    for link in list(OrgClosure.objects.filter(descendant=above)):
        OrgClosure.objects.create(ancestor_id=link.ancestor_id, descendant=school, depth=link.depth + 1)
    return school


def test_a_spreadsheet_is_mapped_applied_and_read_the_same_way_again(
    new_school: Org, site: Server, person: Open, tmp_path: Path
) -> None:
    phuc = person("phuc")
    phuc.goto("/them/cap-nhat")
    phuc.get_by_role("button", name="Thêm nguồn").click()
    phuc.get_by_role("button", name="Trường THCS Hoa Ban").click()
    expect(phuc.get_by_label("Tên nguồn")).to_have_value("Danh sách Trường THCS Hoa Ban")
    phuc.get_by_role("button", name="Lập nguồn").click()
    expect(phuc.get_by_role("button", name="Chọn tệp")).to_be_visible()

    rows = [[{2: "Các cháu", 6: "Người ở nhà"}.get(place, cell) for place, cell in enumerate(PUPILS[0])], *PUPILS[1:]]
    path = write(tmp_path / "danh-sach.xlsx", rows)
    send(phuc, path)
    # The names' column is called what no school system calls it: somebody has to say.
    expect(phuc.get_by_text("Mỗi cột trong tệp được hiểu như sau")).to_be_visible(timeout=30_000)
    phuc.get_by_label("Các cháu").select_option("họ và tên")
    phuc.get_by_label("Người ở nhà").select_option("họ tên người giám hộ")
    phuc.get_by_role("button", name="Đọc lại theo cột này").click()
    expect(phuc.get_by_text("Trong ngưỡng an toàn.")).to_be_visible(timeout=30_000)
    phuc.get_by_role("button", name="Áp dụng").click()
    expect(phuc.get_by_text("đã có hiệu lực ngay")).to_be_visible(timeout=30_000)
    source = Source.objects.get(scope_org=new_school)
    assert Person.objects.filter(source=source, roles__role="student").count() == 3

    phuc.goto(f"/them/cap-nhat/{source.pk}")
    send(phuc, path)
    expect(phuc.get_by_text("Tệp này giống dữ liệu đang có")).to_be_visible(timeout=30_000)


def test_an_outsider_finds_no_way_there(source: Source, site: Server, person: Open) -> None:
    quang = person("quang")
    quang.goto("/them")
    expect(quang.get_by_role("link", name="Thiết bị đăng nhập")).to_be_visible()
    expect(quang.get_by_text("Cập nhật dữ liệu")).to_have_count(0)
    quang.goto("/them/cap-nhat")
    expect(quang.get_by_text("Chưa có nguồn nào")).to_be_visible()
    quang.goto(f"/them/cap-nhat/{source.pk}")
    expect(quang.get_by_text("không mở cho tài khoản này").first).to_be_visible()
    told = quang.evaluate("async (id) => (await fetch(`/api/registry/sources/${id}`)).status", source.pk)
    assert told == 404


@at_every_size
def test_no_screen_has_a_serious_fault(
    province: tuple[Source, Parcel], new_school: Org, site: Server, person: Open, tmp_path: Path, desk: bool
) -> None:
    source, parcel = province
    parcel.drop("orgs", "xa9")
    lists = Source.objects.create(name="Danh sách", kind="sheet", scope_org=new_school, semicolons_allowed=True)
    rest = Source.objects.create(name="CSDL ngành", kind="rest", scope_org=source.scope_org, runs_at="02:00")
    son = person("son", desk=desk)
    son.evaluate(LOOK, ["vi", "light", "1"])
    son.goto(f"/them/cap-nhat/{source.pk}")
    send(son, parcel.write(tmp_path / "giu.zip"))
    son.get_by_role("button", name="Xem 1 chỗ").click(timeout=30_000)
    found = faults(son, "run")
    son.goto(f"/them/cap-nhat/{lists.pk}")
    rows = [["Nhầm", *PUPILS[0][1:]], *PUPILS[1:]]
    send(son, write(tmp_path / "danh-sach.xlsx", rows))
    expect(son.get_by_text("Trong ngưỡng an toàn.")).to_be_visible(timeout=30_000)
    found += faults(son, "list run")
    son.goto(f"{son.url}/cot")
    for path in ("", "nguon-moi", f"{source.pk}", f"{rest.pk}/cai-dat"):
        found += faults(son, son.url)
        son.goto(f"/them/cap-nhat/{path}".rstrip("/"))
    found += faults(son, son.url)
    assert not found, "\n".join(found)
